/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The capturing observer against a plain sort: random packets of several servers, lost in every way there is, reported
 * late and out of step, are seen in the order of (time, point, server or device, packet) with the bytes that their
 * descriptors gave. */

#include "capture.h"

#include "captured.h"
#include "weft.h"
#include "weft/driver.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { SERVERS = 3, DEVICES = 5, STREAMS = 8, PACKETS = 12000 };

struct packet {
    uint32_t server, stream, frame_bytes;
    uint64_t id;
    weft_ps tx_ps, sent_ps, in_ps, out_ps, device_ps;
    enum weft_outcome outcome;
    struct weft_desc desc;
    bool sent, switched, over; /* what has been reported */
};

/* How many of the four points a packet passes. */
static uint32_t points_of(const struct packet *packet)
{
    static const uint32_t points[WEFT_OUTCOMES] = {
        [WEFT_DELIVERED] = 4, [WEFT_DROPPED_LINK] = 1, [WEFT_DROPPED_BUFFER] = 2, [WEFT_DROPPED_DEVICE] = 3};
    return points[packet->outcome];
}

static const struct weft_setup *some_setup(void)
{
    static const struct weft_server server[SERVERS] = {{.name = "a", .link_bps = 1},
                                                       {.name = "b", .link_bps = 2},
                                                       {.name = "c", .link_bps = UINT64_C(1) << 40}};
    static const struct weft_switch sw = {.name = "sw"};
    static const struct weft_device device[DEVICES] = {
        {.name = "v"}, {.name = "w"}, {.name = "x"}, {.name = "y"}, {.name = "z"}};
    static const struct weft_stream stream[STREAMS] = {{.device = 3}, {.device = 1}, {.device = 4},
                                                       {.device = 1}, {.device = 0}, {.device = 0},
                                                       {.device = 2}, {.device = 3}};
    static const struct weft_setup setup = {.network = &weft_network_ethernet,
                                            .duration_ps = 1000,
                                            .servers = SERVERS,
                                            .switches = 1,
                                            .devices = DEVICES,
                                            .streams = STREAMS,
                                            .server = server,
                                            .switch_ = &sw,
                                            .device = device,
                                            .stream = stream};
    return &setup;
}

static uint32_t some(int from, int to)
{
    return (uint32_t)g_test_rand_int_range(from, to);
}

/* A header of any length and any bytes, and fragments anywhere in the page at `physical`. */
static void make_desc(struct packet *packet, uint64_t physical)
{
    struct weft_desc *desc = &packet->desc;
    uint32_t bytes = desc->header_bytes = some(1, WEFT_HEADER_MAX_BYTES + 1);
    for (uint32_t i = 0; i < desc->header_bytes; i++)
        desc->header[i] = (uint8_t)some(0, 256);
    desc->fragments = some(0, 4);
    for (uint32_t i = 0; i < desc->fragments; i++) {
        desc->fragment[i] = (struct weft_fragment){physical + some(0, 3000), some(1, 500)};
        bytes += desc->fragment[i].bytes;
    }
    packet->frame_bytes = MAX(bytes + 4, 64);
}

/* In the order of tx_ps; many at the same instant, few picoseconds apart, so that ties and equal nanoseconds abound. */
static struct packet *some_packets(uint64_t physical)
{
    struct packet *packet = g_new0(struct packet, PACKETS);
    uint64_t next[SERVERS] = {0};
    weft_ps now_ps = 0;
    for (int i = 0; i < PACKETS; i++) {
        struct packet *p = &packet[i];
        now_ps += some(0, 3) * some(0, 400);
        p->server = some(0, SERVERS);
        p->stream = some(0, STREAMS);
        p->id = (uint64_t)p->server << WEFT_PACKET_SERVER_SHIFT | next[p->server]++;
        p->outcome = some(0, 4) == 0 ? (enum weft_outcome)some(0, WEFT_OUTCOMES) : WEFT_DELIVERED;
        p->tx_ps = now_ps;
        p->sent_ps = p->tx_ps + some(1, 500);
        p->in_ps = p->sent_ps + some(0, 2) * some(0, 2000);
        p->out_ps = p->in_ps + some(1, 50000);
        p->device_ps = p->out_ps + some(0, 2) * some(0, 3000);
        make_desc(p, physical);
    }
    return packet;
}

static void report(const struct weft_watch *watch, enum weft_point point, const struct packet *p,
                   const struct weft_memory *memory)
{
    const struct weft_desc *desc = &p->desc;
    bool forwarded = points_of(p) >= 3;
    struct weft_train train = {.n = 1};
    train.packet[0] = p->id;
    train.stream[0] = p->stream;
    train.frame_bytes[0] = p->frame_bytes;
    train.tx_ps[0] = p->tx_ps;
    train.port[0] = some_setup()->stream[p->stream].device;
    if (point == WEFT_AT_SERVER) {
        train.at_ps[0] = p->tx_ps;
        train.done_ps[0] = p->sent_ps;
        train.desc = &desc;
        train.memory = memory;
    } else {
        train.at_ps[0] = point == WEFT_AT_SWITCH ? p->in_ps : p->device_ps;
        train.done_ps[0] = point != WEFT_AT_SWITCH ? p->device_ps : forwarded ? p->out_ps : WEFT_NEVER;
        train.outcome[0] = (uint8_t)p->outcome;
    }
    watch->packets(watch->ctx, point, point == WEFT_AT_SERVER ? p->server : 0, &train);
}

/* The next thing that there is to say of a packet that a server has reported. */
static void go_on(const struct weft_watch *watch, struct packet *p)
{
    if (!p->switched) {
        report(watch, WEFT_AT_SWITCH, p, NULL);
        p->switched = true;
        p->over = p->outcome != WEFT_DELIVERED;
    } else if (!p->over) {
        report(watch, WEFT_AT_DEVICE, p, NULL);
        p->over = true;
    }
}

/* Servers report up to some instant and some packets more; which of those have come how far is left to chance. */
static void report_all(const struct weft_watch *watch, struct packet *packet,
                       const struct weft_memory *memory)
{
    enum { AHEAD = 100, LATE = 2000 };
    for (int from = 0, to; from < PACKETS; from = to) {
        int burst = g_test_rand_int_range(1, 200), patience = some(0, 2) ? 6 : 1;
        to = MIN(from + burst, PACKETS);
        while (to < PACKETS && packet[to].tx_ps == packet[to - 1].tx_ps)
            to++;
        for (uint32_t s = 0; s < SERVERS; s++) {
            int ahead = g_test_rand_int_range(0, AHEAD), last = MIN(to + ahead, PACKETS);
            for (int i = from; i < last; i++)
                if (packet[i].server == s && !packet[i].sent) {
                    report(watch, WEFT_AT_SERVER, &packet[i], memory);
                    packet[i].sent = true;
                }
        }
        for (int i = MIN(to + AHEAD, PACKETS); i-- > MAX(0, from - LATE);)
            if (packet[i].sent && (i < from - LATE + 300 || some(0, patience) == 0))
                go_on(watch, &packet[i]);
        watch->advance(watch->ctx, packet[to - 1].tx_ps);
    }
    for (int i = 0; i < 2 * PACKETS; i++)
        go_on(watch, &packet[i % PACKETS]);
    watch->advance(watch->ctx, WEFT_NEVER);
}

static GArray *sightings_of_packets(const struct packet *packet)
{
    GArray *sightings = g_array_new(FALSE, FALSE, sizeof(struct sighting));
    for (guint i = 0; i < PACKETS; i++) {
        const struct packet *p = &packet[i];
        const weft_ps at_ps[] = {p->tx_ps, p->in_ps, p->out_ps, p->device_ps};
        for (guint point = 0; point < points_of(p); point++) {
            struct sighting sighting = {.at_ps = at_ps[point],
                                        .point = point,
                                        .place =
                                            point < 2 ? p->server : some_setup()->stream[p->stream].device,
                                        .id = p->id,
                                        .line = i};
            g_array_append_val(sightings, sighting);
        }
    }
    sightings_sort(sightings);
    return sightings;
}

static guint32 interface_of(guint point, guint64 place)
{
    static const guint32 first[] = {0, SERVERS, 2 * SERVERS, 2 * SERVERS + DEVICES};
    return first[point] + (guint32)place;
}

static void assert_bytes(const struct seen *seen, const struct packet *p, const struct weft_memory *memory)
{
    g_autoptr(GByteArray) frame = g_byte_array_new();
    static const guint8 zeros[64];
    g_byte_array_append(frame, p->desc.header, p->desc.header_bytes);
    for (uint32_t i = 0; i < p->desc.fragments; i++) {
        const struct weft_fragment *fragment = &p->desc.fragment[i];
        g_byte_array_append(frame, weft_memory_at(memory, fragment->physical, fragment->bytes),
                            fragment->bytes);
    }
    if (frame->len < 60)
        g_byte_array_append(frame, zeros, 60 - frame->len);
    g_assert_cmpuint(seen->frame_bytes, ==, frame->len);
    assert_same_bytes(seen->bytes, seen->captured_bytes, frame->data, frame->len);
}

static void assert_is_sorted(const struct captured *captured, const struct packet *packet,
                             const struct weft_memory *memory)
{
    g_autoptr(GArray) sightings = sightings_of_packets(packet);
    g_assert_cmpuint(captured->packets->len, ==, sightings->len);
    for (guint i = 0; i < sightings->len; i++) {
        const struct sighting *sighting = &g_array_index(sightings, struct sighting, i);
        const struct seen *seen = captured_packet(captured, i);
        g_assert_cmpuint(seen->id, ==, sighting->id);
        g_assert_cmpuint(seen->interface, ==, interface_of(sighting->point, sighting->place));
        g_assert_cmpuint(seen->at_ns, ==, sighting->at_ps / 1000);
        assert_bytes(seen, &packet[sighting->line], memory);
    }
}

/* A packet that is lost counts at the first interface that does not see it, and only there. */
static void assert_drops(const struct captured *captured, const struct packet *packet)
{
    guint64 drops[2 * (SERVERS + DEVICES)] = {0}, most = 0;
    for (guint i = 0; i < PACKETS; i++) {
        uint32_t point = points_of(&packet[i]), device = some_setup()->stream[packet[i].stream].device;
        if (point < 4)
            drops[interface_of(point, point < 2 ? packet[i].server : device)]++;
    }
    g_assert_cmpuint(captured->interfaces->len, ==, G_N_ELEMENTS(drops));
    for (guint i = 0; i < G_N_ELEMENTS(drops); i++) {
        g_assert_cmpuint(captured_interface(captured, i)->ifdrop, ==, drops[i]);
        most = MAX(most, drops[i]);
    }
    g_assert_cmpuint(most, >, 0);
}

/* A capture of the setup into a file. */
struct stage {
    char *directory, *path;
    struct capture_interfaces *interfaces;
    struct capture_request request;
    struct capture *capture;
    struct weft_watch watch;
};

static void stage_init(struct stage *stage)
{
    g_autoptr(GError) error = NULL;
    stage->directory = scratch_new();
    stage->path = scratch_file(stage->directory, "c.pcapng", "");
    stage->interfaces = capture_interfaces_new(some_setup(), CAPTURE_ALL_POINTS, &error);
    g_assert_no_error(error);
    stage->request = (struct capture_request){.interfaces = stage->interfaces,
                                              .snap_bytes = CAPTURE_MAX_SNAP_BYTES,
                                              .pcapng_fd = open(stage->path, O_WRONLY)};
    stage->capture = capture_new(some_setup(), &stage->request);
    stage->watch = capture_watch(stage->capture);
    g_assert_true(stage->watch.bytes);
}

static void stage_clear(struct stage *stage)
{
    capture_free(stage->capture);
    capture_interfaces_free(stage->interfaces);
    close(stage->request.pcapng_fd);
    scratch_free(stage->directory);
    g_free(stage->path);
}

static void test_order(void)
{
    struct weft_memory *memory = weft_memory_new(1, WEFT_PAGE_4K, 1);
    uint64_t physical;
    g_assert_cmpint(weft_memory_take(memory, &physical), ==, WEFT_OK);
    for (uint64_t i = 0; i < WEFT_PAGE_4K; i++)
        *weft_memory_write_at(memory, physical + i, 1) = (uint8_t)some(0, 256);
    for (int round = 0; round < 3; round++) {
        struct stage stage;
        g_autoptr(GError) error = NULL;
        struct packet *packet = some_packets(physical);
        stage_init(&stage);
        report_all(&stage.watch, packet, memory);
        capture_finish(stage.capture, &error);
        g_assert_no_error(error);
        struct captured *captured = captured_read(stage.path);
        assert_is_sorted(captured, packet, memory);
        assert_drops(captured, packet);
        captured_free(captured);
        stage_clear(&stage);
        g_free(packet);
    }
    weft_memory_free(memory);
}

/* A packet that is never heard of again is not passed over in silence. */
static void test_lost(void)
{
    struct stage stage;
    g_autoptr(GError) error = NULL;
    struct packet packet = {
        .frame_bytes = 64, .tx_ps = 5, .sent_ps = 6, .in_ps = 7, .out_ps = 8, .device_ps = 9};
    stage_init(&stage);
    report(&stage.watch, WEFT_AT_SERVER, &packet, NULL);
    report(&stage.watch, WEFT_AT_SWITCH, &packet, NULL);
    stage.watch.advance(stage.watch.ctx, WEFT_NEVER);
    g_assert_false(capture_finish(stage.capture, &error));
    g_assert_nonnull(strstr(error->message, "1 packets never arrived"));
    stage_clear(&stage);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/capture-order/order", test_order);
    g_test_add_func("/capture-order/lost", test_lost);
    return g_test_run();
}
