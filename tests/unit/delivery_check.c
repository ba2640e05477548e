/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The devices' check finds what a network can do to bytes: each fault is made by hand, between server and
 * device. Streams 0 and 1 carry the same file to two devices, stream 2 a pattern. */
#include "weft/delivery.h"
#include "weft/driver.h"

#include <glib.h>
#include <string.h>

enum { STREAMS = 3, PACKETS = 8, PAYLOAD = 1316, FILE_BYTES = 7 * PAYLOAD + 300, PAGE = 4096 };

struct scene {
    struct weft_setup setup;
    struct weft_stream stream[STREAMS];
    struct weft_media media;
    uint8_t file[FILE_BYTES];
    struct weft_memory *memory;
    uint64_t page[2]; /* physical: a packet's payload is split over two frames */
    struct weft_delivery *delivery;
    struct weft_watch watch;
};

static const uint64_t file_at_bytes[] = {0, FILE_BYTES};
static const weft_ps file_at_ps[] = {0, WEFT_PS_PER_S};

static void scene_begin(struct scene *scene, const struct weft_network *network)
{
    *scene = (struct scene){.setup = {.network = network, .servers = 1, .streams = STREAMS, .seed = 11}};
    for (uint32_t i = 0; i < FILE_BYTES; i++)
        scene->file[i] = (uint8_t)g_test_rand_int();
    scene->media = (struct weft_media){
        .name = "film", .points = 2, .at_bytes = file_at_bytes, .at_ps = file_at_ps, .data = scene->file};
    for (uint32_t i = 0; i < STREAMS; i++) {
        struct weft_clock clock = {
            .rate_bps = 1000000, .payload_bytes = PAYLOAD, .media = i < 2 ? &scene->media : NULL};
        scene->stream[i] = (struct weft_stream){.clock = clock, .server = 0, .device = i};
    }
    scene->setup.stream = scene->stream;
    scene->memory = weft_memory_new(2, PAGE, 5);
    for (int i = 0; i < 2; i++)
        g_assert_cmpint(weft_memory_take(scene->memory, &scene->page[i]), ==, WEFT_OK);
    scene->delivery = weft_delivery_new(&scene->setup);
    scene->watch = weft_delivery_watch(scene->delivery);
    g_assert_true(scene->watch.bytes);
}

static void scene_end(struct scene *scene)
{
    weft_delivery_free(scene->delivery);
    weft_memory_free(scene->memory);
}

/* What the server is to do wrong with a packet. */
struct wrong {
    uint32_t flip;     /* the byte that the wire turns, headers first; NO_FLIP: none */
    uint32_t cut;      /* bytes that are missing at its end */
    int moved;         /* where a fragment begins, against where it should */
    int udp_at, ip_at; /* where the NIC is told that headers begin, likewise */
    bool by_nic;       /* the NIC is told to write the checksum */
    bool lent;         /* the frames show the file */
    bool swapped;      /* fragments in the wrong order */
};
enum { NO_FLIP = UINT32_MAX };

static void put_packet(struct weft_train *train, uint32_t stream, uint32_t number)
{
    uint32_t i = train->n++;
    train->packet[i] = (uint64_t)number * STREAMS + stream;
    train->stream[i] = stream;
    train->number[i] = number;
    train->done_ps[i] = 1;
}

static void put_headers(const struct scene *scene, uint32_t stream, uint32_t number, const uint8_t *payload,
                        const struct wrong *wrong, struct weft_desc *desc)
{
    const struct weft_clock *clock = &scene->stream[stream].clock;
    struct weft_header_template header;
    uint8_t packet[WEFT_HEADER_MAX_BYTES + PAYLOAD];
    uint32_t bytes = weft_clock_payload(clock, number);
    weft_header_template_init(&header, &(struct weft_header_spec){.network = scene->setup.network,
                                                                  .format = clock->format,
                                                                  .seed = scene->setup.seed,
                                                                  .device = stream,
                                                                  .stream = stream});
    const struct weft_header_fields fields = {
        .number = number, .payload_bytes = bytes, .timestamp = weft_clock_timestamp(clock, number)};
    desc->header_bytes = weft_header_single.build(&header, &fields, desc->header);
    desc->ip_at = header.ip_at;
    if (wrong->by_nic) {
        desc->udp_at = (uint8_t)(header.udp_at + wrong->udp_at);
        desc->ip_at = (uint8_t)(header.ip_at + wrong->ip_at);
    } else if (header.udp_at) {
        memcpy(packet, desc->header, desc->header_bytes);
        memcpy(packet + desc->header_bytes, payload, bytes);
        uint16_t sum = weft_udp_checksum(packet + header.ip_at, packet + header.udp_at,
                                         desc->header_bytes + bytes - header.udp_at);
        desc->header[header.udp_at + 6] = (uint8_t)(sum >> 8);
        desc->header[header.udp_at + 7] = (uint8_t)sum;
    }
}

/* Two frames get the payload; a flipped bit cannot be in what is lent, so that piece is copied then. */
static void put_payload(struct scene *scene, uint32_t number, const uint8_t *payload, uint32_t bytes,
                        bool lent, struct weft_desc *desc)
{
    const uint32_t first = 100;
    const uint64_t at[] = {scene->page[0] + PAGE - first, scene->page[1]};
    const uint32_t from[] = {0, first}, piece[] = {first, bytes - first};
    for (int i = 0; i < 2; i++) {
        const uint64_t in_file = (uint64_t)number * PAYLOAD + from[i];
        if (lent && memcmp(&scene->file[in_file], payload + from[i], piece[i]) == 0)
            weft_memory_lend(scene->memory, at[i], &scene->file[in_file], piece[i]);
        else
            memcpy(weft_memory_write_at(scene->memory, at[i], piece[i]), payload + from[i], piece[i]);
        desc->fragment[i] = (struct weft_fragment){at[i], piece[i]};
    }
}

/* The NIC reads one packet. */
static void send_wrong(struct scene *scene, uint32_t stream, uint32_t number, const struct wrong *wrong)
{
    const struct weft_clock *clock = &scene->stream[stream].clock;
    struct weft_desc desc = {.fragments = 2};
    uint8_t payload[PAYLOAD];
    uint32_t bytes = weft_clock_payload(clock, number);
    weft_clock_fill(clock, scene->setup.seed, stream, (uint64_t)number * PAYLOAD, payload, bytes);
    put_headers(scene, stream, number, payload, wrong, &desc);
    if (wrong->flip < desc.header_bytes)
        desc.header[wrong->flip] ^= 0x10;
    else if (wrong->flip - desc.header_bytes < bytes)
        payload[wrong->flip - desc.header_bytes] ^= 0x10;
    put_payload(scene, number, payload, bytes, wrong->lent, &desc);
    desc.fragment[0].physical += (uint64_t)wrong->moved;
    desc.fragment[1].bytes -= wrong->cut;
    if (wrong->swapped) {
        const struct weft_fragment first = desc.fragment[0];
        desc.fragment[0] = desc.fragment[1];
        desc.fragment[1] = first;
    }
    const struct weft_desc *descs[] = {&desc};
    struct weft_train train = {.desc = descs, .memory = scene->memory};
    put_packet(&train, stream, number);
    scene->watch.packets(scene->watch.ctx, WEFT_AT_SERVER, 0, &train);
    memset(weft_memory_write_at(scene->memory, scene->page[1], PAGE), 0xee, PAGE); /* the next call's data */
}

static void send(struct scene *scene, uint32_t stream, uint32_t number, uint32_t flip, uint32_t cut)
{
    send_wrong(scene, stream, number, &(struct wrong){.flip = flip, .cut = cut});
}

static void receive(struct scene *scene, uint32_t stream, uint32_t number)
{
    struct weft_train train = {.n = 0};
    put_packet(&train, stream, number);
    scene->watch.packets(scene->watch.ctx, WEFT_AT_SWITCH, 0, &train);
    scene->watch.packets(scene->watch.ctx, WEFT_AT_DEVICE, 0, &train);
}

static void drop(struct scene *scene, uint32_t stream, uint32_t number)
{
    struct weft_train train = {.n = 0};
    put_packet(&train, stream, number);
    train.done_ps[0] = WEFT_NEVER;
    scene->watch.packets(scene->watch.ctx, WEFT_AT_SWITCH, 0, &train);
}

static void assert_result(struct scene *scene, uint32_t stream, uint64_t intact, uint64_t corrupt,
                          bool complete)
{
    const struct weft_delivery_result *result = &weft_delivery_results(scene->delivery)[stream];
    g_assert_cmpuint(result->intact_bytes, ==, intact);
    g_assert_cmpuint(result->corrupt_packets, ==, corrupt);
    g_assert_cmpint(result->complete, ==, complete);
}

static void test_whole(gconstpointer network)
{
    struct scene scene;
    scene_begin(&scene, network);
    for (uint32_t n = 0; n < PACKETS; n++)
        for (uint32_t s = 0; s < STREAMS; s++)
            send(&scene, s, n, NO_FLIP, 0);
    assert_result(&scene, 0, 0, 0, false);
    for (uint32_t s = 0; s < STREAMS; s++)
        for (uint32_t n = 0; n < PACKETS; n++)
            receive(&scene, s, n);
    assert_result(&scene, 0, FILE_BYTES, 0, true);
    assert_result(&scene, 1, FILE_BYTES, 0, true);
    assert_result(&scene, 2, PACKETS * PAYLOAD, 0, false); /* a pattern has no end */
    scene_end(&scene);
}

/* Every byte of the headers and of the payload counts. */
static void test_flipped_on(const struct weft_network *network, const struct weft_format *format)
{
    struct scene scene;
    scene_begin(&scene, network);
    scene.stream[2].clock.format = format;
    weft_delivery_free(scene.delivery);
    scene.delivery = weft_delivery_new(&scene.setup);
    scene.watch = weft_delivery_watch(scene.delivery);
    uint32_t bytes = network->header_bytes + weft_format_header_bytes(format, network) + PAYLOAD;
    for (uint32_t flip = 0; flip < bytes; flip++) {
        send(&scene, 2, flip, flip, 0);
        receive(&scene, 2, flip);
        assert_result(&scene, 2, 0, flip + 1, false);
    }
    send(&scene, 2, bytes, NO_FLIP, 0);
    receive(&scene, 2, bytes);
    assert_result(&scene, 2, PAYLOAD, bytes, false);
    scene_end(&scene);
}

/* One packet that the frames show and whose checksum the NIC writes, before a check that has seen nothing yet. */
static void assert_found(struct scene *scene, struct wrong wrong, bool intact)
{
    weft_delivery_free(scene->delivery);
    scene->delivery = weft_delivery_new(&scene->setup);
    scene->watch = weft_delivery_watch(scene->delivery);
    wrong.lent = wrong.by_nic = true;
    send_wrong(scene, 1, 3, &wrong);
    receive(scene, 1, 3);
    assert_result(scene, 1, intact ? PAYLOAD : 0, !intact, false);
}

/* Where the frames show the file itself and the NIC writes the checksum, the same faults are found. The two bytes of the UDP
 * checksum are the NIC's to write. */
static void test_shown_on(const struct weft_network *network, const struct weft_format *format)
{
    static const struct wrong faults[] = {
        {NO_FLIP, .cut = 1},        {NO_FLIP, .moved = -1},  {NO_FLIP, .moved = -PAGE / 2},
        {NO_FLIP, .swapped = true}, {NO_FLIP, .udp_at = 1},  {NO_FLIP, .udp_at = -8},
        {NO_FLIP, .ip_at = 4},      {NO_FLIP, .ip_at = -14},
    };
    struct scene scene;
    scene_begin(&scene, network);
    scene.stream[1].clock.format = format;
    const uint32_t headers = network->header_bytes + weft_format_header_bytes(format, network);
    const uint32_t checksum = network->header_bytes - 2;
    for (size_t i = 0; i < G_N_ELEMENTS(faults); i++)
        assert_found(&scene, faults[i], false);
    for (uint32_t flip = 0; flip < headers + PAYLOAD; flip++)
        assert_found(&scene, (struct wrong){.flip = flip}, flip / 2 == checksum / 2);
    assert_found(&scene, (struct wrong){.flip = NO_FLIP}, true);
    scene_end(&scene);
}

/* Networks with every length of header. */
static void for_each_network(void (*test)(const struct weft_network *network,
                                          const struct weft_format *format))
{
    for (int version = 4; version <= 6; version += 2)
        for (uint16_t vlan = 0; vlan <= 100; vlan = (uint16_t)(vlan + 100)) {
            struct weft_network network = weft_network_with(&weft_network_ethernet, (uint8_t)version, vlan);
            test(&network, &weft_format_udp);
            test(&network, &weft_format_rtp);
        }
}

static void test_shown(void)
{
    for_each_network(test_shown_on);
}

static void test_flipped(void)
{
    test_flipped_on(&weft_network_raw, &weft_format_udp); /* no checksum: the comparison alone */
    for_each_network(test_flipped_on);
}

static void test_shortened(void)
{
    struct scene scene;
    scene_begin(&scene, &weft_network_ethernet);
    send(&scene, 0, 0, NO_FLIP, 1);
    receive(&scene, 0, 0);
    assert_result(&scene, 0, 0, 1, false);
    scene_end(&scene);
}

/* Without packet 3 (lost or dropped) nothing is wrong but the file is not complete. */
static void test_lost(gconstpointer dropped)
{
    struct scene scene;
    scene_begin(&scene, &weft_network_ethernet);
    for (uint32_t n = 0; n < PACKETS; n++) {
        send(&scene, 0, n, NO_FLIP, 0);
        if (n != 3)
            receive(&scene, 0, n);
        else if (dropped)
            drop(&scene, 0, n);
    }
    assert_result(&scene, 0, FILE_BYTES - PAYLOAD, 0, false);
    /* Neither may come after all: the dropped one has no bytes any more, the lost one is out of order. */
    receive(&scene, 0, 3);
    assert_result(&scene, 0, FILE_BYTES - PAYLOAD, 1, false);
    scene_end(&scene);
}

static void test_swapped(void)
{
    struct scene scene;
    scene_begin(&scene, &weft_network_ethernet);
    for (uint32_t n = 0; n < 4; n++)
        send(&scene, 0, n, NO_FLIP, 0);
    receive(&scene, 0, 0);
    receive(&scene, 0, 2);
    receive(&scene, 0, 1);
    receive(&scene, 0, 3);
    assert_result(&scene, 0, 3 * PAYLOAD, 1, false);
    receive(&scene, 0, 3); /* twice */
    assert_result(&scene, 0, 3 * PAYLOAD, 2, false);
    scene_end(&scene);
}

/* The packet of another stream, or of another place in the stream, under this one's name: the payload of
 * streams 0 and 1 is equal, so there it is the header that tells. */
static void test_misnamed(void)
{
    struct scene scene;
    scene_begin(&scene, &weft_network_ethernet);
    struct weft_train train = {.n = 0};
    send(&scene, 1, 0, NO_FLIP, 0);
    put_packet(&train, 1, 0);
    train.stream[0] = 0;
    scene.watch.packets(scene.watch.ctx, WEFT_AT_DEVICE, 0, &train);
    assert_result(&scene, 0, 0, 1, false);
    send(&scene, 2, 0, NO_FLIP, 0);
    train.n = 0;
    put_packet(&train, 2, 0);
    train.number[0] = 1;
    scene.watch.packets(scene.watch.ctx, WEFT_AT_DEVICE, 0, &train);
    assert_result(&scene, 2, 0, 1, false);
    train.n = 0;
    send(&scene, 0, 5, NO_FLIP, 0);
    put_packet(&train, 0, 5);
    train.number[0] = PACKETS; /* past the end of the file */
    scene.watch.packets(scene.watch.ctx, WEFT_AT_DEVICE, 0, &train);
    assert_result(&scene, 0, 0, 2, false);
    scene_end(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/delivery/whole/ethernet", &weft_network_ethernet, test_whole);
    g_test_add_data_func("/delivery/whole/raw", &weft_network_raw, test_whole);
    g_test_add_func("/delivery/flipped", test_flipped);
    g_test_add_func("/delivery/shown", test_shown);
    g_test_add_func("/delivery/shortened", test_shortened);
    g_test_add_data_func("/delivery/lost", NULL, test_lost);
    g_test_add_data_func("/delivery/dropped", "dropped", test_lost);
    g_test_add_func("/delivery/swapped", test_swapped);
    g_test_add_func("/delivery/misnamed", test_misnamed);
    return g_test_run();
}
