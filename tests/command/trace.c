/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The trace against a plain sort: random packets of several servers, reported late and out of step, come out
 * in the order of (tx_ps, server, packet), each once. */

#include "trace.h"

#include "weft.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { SERVERS = 4, PACKETS = 30000, STREAMS = 6, DEVICES = 6 };

struct packet {
    uint32_t server, stream, frame_bytes;
    uint64_t number;
    weft_ps tx_ps, in_ps, out_ps, device_ps; /* out WEFT_NEVER: dropped */
};

static struct weft_setup some_setup(void)
{
    static const struct weft_stream stream[STREAMS] = {{.device = 3}, {.device = 1}, {.device = 4},
                                                       {.device = 1}, {.device = 5}, {.device = 0}};
    static const struct weft_server server[SERVERS];
    static const struct weft_switch sw;
    static const struct weft_device device[DEVICES];
    return (struct weft_setup){.servers = SERVERS,
                               .switches = 1,
                               .devices = DEVICES,
                               .streams = STREAMS,
                               .server = server,
                               .switch_ = &sw,
                               .device = device,
                               .stream = stream};
}

/* In the order of tx_ps, then server: many at the same instant. */
static struct packet *some_packets(void)
{
    struct packet *packet = g_new0(struct packet, PACKETS);
    uint64_t next[SERVERS] = {0};
    weft_ps now_ps = 0;
    uint32_t server = 0;
    for (int i = 0; i < PACKETS; i++) {
        uint32_t step = (uint32_t)g_test_rand_int_range(0, 3);
        uint32_t skip = (uint32_t)g_test_rand_int_range(0, 2);
        now_ps += step;
        server = step ? (uint32_t)g_test_rand_int_range(0, SERVERS) : MIN(server + skip, SERVERS - 1);
        bool dropped = g_test_rand_int_range(0, 10) == 0;
        weft_ps in_ps = now_ps + (weft_ps)g_test_rand_int_range(1, 50);
        weft_ps out_ps = in_ps + (weft_ps)g_test_rand_int_range(1, 5000);
        packet[i] = (struct packet){
            .server = server,
            .stream = (uint32_t)g_test_rand_int_range(0, STREAMS),
            .frame_bytes = (uint32_t)g_test_rand_int_range(64, 1519),
            .number = next[server]++,
            .tx_ps = now_ps,
            .in_ps = in_ps,
            .out_ps = dropped ? WEFT_NEVER : out_ps,
            .device_ps = dropped ? WEFT_NEVER : out_ps + 7,
        };
    }
    return packet;
}

static char *expected_text(const struct packet *packet, const struct weft_setup *setup)
{
    GString *text = g_string_new(
        "packet,server,stream,port,frame_bytes,tx_ps,switch_in_ps,switch_out_ps,device_in_ps,outcome\n");
    for (int i = 0; i < PACKETS; i++) {
        const struct packet *p = &packet[i];
        g_string_append_printf(
            text, "%" G_GUINT64_FORMAT ",%u,%u,%u,%u,%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",", p->number,
            p->server, p->stream, setup->stream[p->stream].device, p->frame_bytes, p->tx_ps, p->in_ps);
        if (p->out_ps == WEFT_NEVER)
            g_string_append(text, ",,dropped\n");
        else
            g_string_append_printf(text, "%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",delivered\n", p->out_ps,
                                   p->device_ps);
    }
    return g_string_free(text, FALSE);
}

static void report(const struct weft_watch *watch, enum weft_point point, const struct packet *p)
{
    struct weft_train train = {.n = 1};
    train.packet[0] = (uint64_t)p->server << WEFT_PACKET_SERVER_SHIFT | p->number;
    train.stream[0] = p->stream;
    train.frame_bytes[0] = p->frame_bytes;
    train.tx_ps[0] = p->tx_ps;
    train.at_ps[0] = point == WEFT_AT_SERVER ? p->tx_ps : point == WEFT_AT_SWITCH ? p->in_ps : p->device_ps;
    train.done_ps[0] = p->out_ps;
    train.outcome[0] = p->out_ps == WEFT_NEVER ? WEFT_DROPPED_BUFFER : WEFT_DELIVERED;
    watch->packets(watch->ctx, point, point == WEFT_AT_SERVER ? p->server : 0, &train);
}

static void arrive(const struct weft_watch *watch, const struct packet *p)
{
    report(watch, WEFT_AT_SWITCH, p);
    if (p->out_ps != WEFT_NEVER)
        report(watch, WEFT_AT_DEVICE, p);
}

/* Servers report one after the other, each up to `to` and some packets more; which of those arrive, and when, is left
 * to chance, so that later packets of one server are complete before earlier ones of another are known. */
static void report_all(const struct weft_watch *watch, const struct packet *packet)
{
    enum { AHEAD = 300, LATE = 9000 };
    g_autofree bool *sent = g_new0(bool, PACKETS), *arrived = g_new0(bool, PACKETS);
    for (int from = 0, to; from < PACKETS; from = to) {
        int burst = g_test_rand_int_range(1, 400);
        to = MIN(from + burst, PACKETS);
        while (to < PACKETS && packet[to].tx_ps == packet[to - 1].tx_ps)
            to++;
        for (uint32_t s = 0; s < SERVERS; s++) {
            int ahead = g_test_rand_int_range(0, AHEAD), last = MIN(to + ahead, PACKETS);
            for (int i = from; i < last; i++)
                if (packet[i].server == s && !sent[i]) {
                    report(watch, WEFT_AT_SERVER, &packet[i]);
                    sent[i] = true;
                }
        }
        int first = MAX(0, from - LATE), last = MIN(to + AHEAD, PACKETS);
        int patience = g_test_rand_int_range(0, 2) ? 8 : 1; /* 1: all that is sent has arrived */
        for (int i = last; i-- > first;) /* backwards: the order of arrival is none of the trace's business */
            if (sent[i] && !arrived[i] && (i < first + 400 || g_test_rand_int_range(0, patience) == 0)) {
                arrive(watch, &packet[i]);
                arrived[i] = true;
            }
        watch->advance(watch->ctx, packet[to - 1].tx_ps);
    }
    for (int i = 0; i < PACKETS; i++)
        if (!arrived[i])
            arrive(watch, &packet[i]);
    watch->advance(watch->ctx, WEFT_NEVER);
}

static void test_order(void)
{
    for (int round = 0; round < 5; round++) {
        char *directory = scratch_new();
        g_autofree char *path = scratch_file(directory, "trace.csv", "");
        struct weft_setup setup = some_setup();
        struct packet *packet = some_packets();
        int fd = open(path, O_WRONLY);
        struct trace *trace = trace_new(&setup, fd, -1);
        struct weft_watch watch = trace_watch(trace);
        g_autoptr(GError) error = NULL;
        report_all(&watch, packet);
        trace_finish(trace, &error);
        g_assert_no_error(error);
        trace_free(trace);
        close(fd);
        g_autofree char *text = NULL, *expected = expected_text(packet, &setup);
        g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
        g_assert_true(strcmp(text, expected) == 0);
        g_free(packet);
        scratch_free(directory);
    }
}

/* A packet that never arrives anywhere is not passed over in silence. */
static void test_lost(void)
{
    struct weft_setup setup = some_setup();
    struct packet packet = {.frame_bytes = 64, .tx_ps = 5, .in_ps = 6, .out_ps = 7, .device_ps = 8};
    int fd = open("/dev/null", O_WRONLY);
    struct trace *trace = trace_new(&setup, fd, -1);
    struct weft_watch watch = trace_watch(trace);
    g_autoptr(GError) error = NULL;
    report(&watch, WEFT_AT_SERVER, &packet);
    report(&watch, WEFT_AT_SWITCH, &packet);
    watch.advance(watch.ctx, WEFT_NEVER);
    g_assert_false(trace_finish(trace, &error));
    g_assert_nonnull(strstr(error->message, "1 packets never arrived"));
    trace_free(trace);
    close(fd);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/trace/order", test_order);
    g_test_add_func("/trace/lost", test_lost);
    return g_test_run();
}
