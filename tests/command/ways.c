/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The observer of ways, told by hand: what it makes of sound reports, and of each kind of fault. The scene: server 0 on
 * switch 0, server 1 and device 0 on switch 1, device 1 on switch 0, trunk 0 from switch 0 to 1 (port 2) and trunk 1 back; a
 * source of background traffic on switch 0 whose packets end behind trunk 0. Stream 0 goes from server 0 to device 0, stream
 * 1 from server 1 to device 0, stream 2 from server 0 to device 1. */

#include "ways.h"
#include "lab.h"

#include <string.h>

enum { TRUNK_PORT = 2, BACKGROUND = 3 /* stream of the source */, MOST = 16 };
#define PACKET(server, number) ((uint64_t)(server) << WEFT_PACKET_SERVER_SHIFT | (number))

static struct lab *network(void)
{
    struct lab *lab = lab_new(3);
    const struct weft_background_source source = {
        .name = "b",
        .switch_index = 0,
        .port = TRUNK_PORT,
        .link_bps = 1000000000,
        .background = {.pattern = weft_backgrounds[0], .packet_bytes = 1500, .rate_bps = 1000000}};
    lab_add_server(lab);
    lab_join(lab, 0, lab_add_switch(lab), 1000000000, 0);
    g_array_set_size(lab->device, 2);
    lab_server(lab, 1)->switch_index = 1;
    lab_device(lab, 0)->switch_index = 1;
    lab_stream(lab, 1)->server = 1;
    lab_stream(lab, 1)->device = 0;
    lab_stream(lab, 2)->device = 1;
    g_array_append_val(lab->source, source);
    return lab;
}

/* A report, of a packet of 100 bytes. `port`, `enter_ps` and `out_ps` are looked at for switches. */
struct report {
    uint64_t point; /* enum weft_point */
    uint64_t packet;
    uint32_t stream, number;
    weft_ps tx_ps, at_ps, enter_ps, out_ps;
    uint32_t port, outcome, frame_bytes; /* frame_bytes 0: 100 */
};

struct told {
    struct way_row row[MOST];
    guint rows, faults[WAY_FAULTS];
};

static void take(void *ctx, const struct way_row *row)
{
    struct told *told = ctx;
    told->faults[row->fault]++;
    if (row->fault != WAY_FINE)
        return;
    g_assert_cmpuint(told->rows, <, MOST);
    told->row[told->rows++] = *row;
}

static void tell(const struct weft_watch *watch, const struct report *report)
{
    static struct weft_train train;
    train.n = 1;
    train.packet[0] = report->packet;
    train.stream[0] = report->stream;
    train.number[0] = report->number;
    train.payload_bytes[0] = 50;
    train.frame_bytes[0] = report->frame_bytes ? report->frame_bytes : 100;
    train.tx_ps[0] = report->tx_ps;
    train.at_ps[0] = report->at_ps;
    train.done_ps[0] = report->point == WEFT_AT_DEVICE ? report->at_ps : report->out_ps;
    train.enter_ps[0] = report->enter_ps;
    train.port[0] = report->port;
    train.outcome[0] = (uint8_t)report->outcome;
    watch->packets(
        watch->ctx, (enum weft_point)report->point,
        report->point == WEFT_AT_SERVER ? (uint32_t)(report->packet >> WEFT_PACKET_SERVER_SHIFT) : 0, &train);
}

static void run(const struct report *report, struct told *told)
{
    struct lab *lab = network();
    struct ways *ways = ways_new(lab_setup(lab), false, (struct way_sink){told, take});
    const struct weft_watch watch = ways_watch(ways);
    *told = (struct told){0};
    for (; report->tx_ps != 0; report++)
        tell(&watch, report);
    ways_finish(ways);
    ways_free(ways);
    lab_free(lab);
}

/* A packet of stream 0 that goes over the trunk to device 0. */
#define SENT                                                                                                 \
    {                                                                                                        \
        WEFT_AT_SERVER, PACKET(0, 0), 0, 0, 10, 10, 0, 20, 0, 0, 0                                           \
    }
#define FIRST_HOP                                                                                            \
    {                                                                                                        \
        WEFT_AT_SWITCH, PACKET(0, 0), 0, 0, 10, 20, 20, 30, TRUNK_PORT, 0, 0                                 \
    }
#define SECOND_HOP                                                                                           \
    {                                                                                                        \
        WEFT_AT_SWITCH, PACKET(0, 0), 0, 0, 10, 30, 30, 40, 0, 0, 0                                          \
    }
#define ARRIVED                                                                                              \
    {                                                                                                        \
        WEFT_AT_DEVICE, PACKET(0, 0), 0, 0, 10, 45, 0, 0, 0, 0, 0                                            \
    }
/* One of stream 2, to device 1 without a trunk. */
#define OTHER_SENT                                                                                           \
    {                                                                                                        \
        WEFT_AT_SERVER, PACKET(0, 0), 2, 0, 10, 10, 0, 20, 0, 0, 0                                           \
    }
#define OTHER_HOP                                                                                            \
    {                                                                                                        \
        WEFT_AT_SWITCH, PACKET(0, 0), 2, 0, 10, 20, 20, 30, 1, 0, 0                                          \
    }
#define OTHER_ARRIVED                                                                                        \
    {                                                                                                        \
        WEFT_AT_DEVICE, PACKET(0, 0), 2, 0, 10, 35, 0, 0, 0, 0, 0                                            \
    }

static void test_way(void)
{
    static const struct report reports[] = {SENT, FIRST_HOP, SECOND_HOP, ARRIVED, {0}};
    struct told told;
    run(reports, &told);
    g_assert_cmpuint(told.rows, ==, 2);
    const struct way_row first = {.packet = PACKET(0, 0),
                                  .tx_ps = 10,
                                  .sent_ps = 20,
                                  .in_ps = 20,
                                  .enter_ps = 20,
                                  .out_ps = 30,
                                  .device_ps = WEFT_NEVER,
                                  .payload_bytes = 50,
                                  .frame_bytes = 100,
                                  .port = TRUNK_PORT};
    struct way_row second = first;
    second.in_ps = second.enter_ps = 30;
    second.out_ps = 40;
    second.device_ps = 45;
    second.port = 0;
    second.hop = 1;
    g_assert_cmpint(memcmp(&told.row[0], &first, sizeof first), ==, 0);
    g_assert_cmpint(memcmp(&told.row[1], &second, sizeof second), ==, 0);
}

/* Lost ones end where they are lost; background traffic behind its port, and is told by switches only. */
static void test_ends(void)
{
    static const struct report reports[] = {
        {WEFT_AT_SERVER, PACKET(0, 0), 0, 0, 10, 10, 0, 20, 0, 0, 0},
        {WEFT_AT_SWITCH, PACKET(0, 0), 0, 0, 10, 20, 20, WEFT_NEVER, TRUNK_PORT, WEFT_DROPPED_BUFFER, 0},
        {WEFT_AT_SWITCH, PACKET(2, 0), BACKGROUND, 0, 12, 25, 25, 35, TRUNK_PORT, 0, 0},
        {0},
    };
    struct told told;
    run(reports, &told);
    g_assert_cmpuint(told.rows, ==, 2);
    g_assert_cmpuint(told.faults[WAY_FINE], ==, 2);
    g_assert_cmpuint(told.row[0].outcome, ==, WEFT_DROPPED_BUFFER);
    g_assert_cmpuint(told.row[1].stream, ==, BACKGROUND);
    for (int i = WAY_FINE + 1; i < WAY_FAULTS; i++)
        g_assert_cmpuint(told.faults[i], ==, 0);
}

/* What must be said of some reports: so many rows, and faulty reports of each kind in the order of enum way_fault. */
struct fault_case {
    const char *name;
    guint rows_and_faults[WAY_FAULTS];
    struct report report[8];
};

static const struct fault_case faults[] = {
    {"sound", {1, 0, 0, 0, 0}, {OTHER_SENT, OTHER_HOP, OTHER_ARRIVED}},
    {"device-twice", {1, 1, 0, 0, 0}, {OTHER_SENT, OTHER_HOP, OTHER_ARRIVED, OTHER_ARRIVED}},
    {"server-twice", {1, 1, 0, 0, 0}, {OTHER_SENT, OTHER_SENT, OTHER_HOP, OTHER_ARRIVED}},
    {"switch-after-end", {1, 1, 0, 0, 0}, {OTHER_SENT, OTHER_HOP, OTHER_ARRIVED, OTHER_HOP}},
    {"switch-twice", {1, 0, 1, 0, 0}, {OTHER_SENT, OTHER_HOP, OTHER_HOP, OTHER_ARRIVED}},
    {"never-sent", {0, 2, 0, 0, 0}, {OTHER_HOP, OTHER_ARRIVED}},
    {"no-switch", {1, 0, 1, 0, 0}, {OTHER_SENT, OTHER_ARRIVED}},
    {"no-end", {1, 0, 0, 0, 1}, {OTHER_SENT, OTHER_HOP}},
    {"second-switch-left-out", {1, 0, 1, 0, 0}, {SENT, FIRST_HOP, ARRIVED}},
    {"first-switch-left-out", {1, 0, 2, 0, 0}, {SENT, SECOND_HOP, ARRIVED}},
    {"of-another-server", {0, 0, 1, 0, 0}, {{WEFT_AT_SERVER, PACKET(1, 0), 0, 0, 10, 10, 0, 20, 0, 0, 0}}},
    {"of-no-stream", {0, 0, 1, 0, 0}, {{WEFT_AT_SERVER, PACKET(0, 0), 9, 0, 10, 10, 0, 20, 0, 0, 0}}},
    {"through-no-port",
     {1, 0, 1, 0, 1},
     {OTHER_SENT, {WEFT_AT_SWITCH, PACKET(0, 0), 2, 0, 10, 20, 20, 30, 99, 0, 0}}},
    {"with-no-outcome",
     {1, 0, 1, 0, 1},
     {OTHER_SENT, {WEFT_AT_SWITCH, PACKET(0, 0), 2, 0, 10, 20, 20, 30, 1, 77, 0}}},
    {"of-another-stream",
     {1, 0, 1, 0, 1},
     {OTHER_SENT, {WEFT_AT_SWITCH, PACKET(0, 0), 0, 0, 10, 20, 20, 30, 1, 0, 0}}},
    {"of-another-number",
     {1, 0, 1, 0, 1},
     {OTHER_SENT, {WEFT_AT_SWITCH, PACKET(0, 0), 2, 1, 10, 20, 20, 30, 1, 0, 0}}},
    {"of-another-time",
     {1, 0, 1, 0, 1},
     {OTHER_SENT, {WEFT_AT_SWITCH, PACKET(0, 0), 2, 0, 11, 20, 20, 30, 1, 0, 0}}},
    {"of-another-size",
     {1, 0, 1, 0, 1},
     {OTHER_SENT, OTHER_HOP, {WEFT_AT_DEVICE, PACKET(0, 0), 2, 0, 10, 35, 0, 0, 0, 0, 101}}},
    {"number-left-out", {1, 0, 0, 1, 1}, {{WEFT_AT_SERVER, PACKET(0, 1), 2, 0, 10, 10, 0, 20, 0, 0, 0}}},
    {"server-runs-back",
     {2, 0, 0, 1, 2},
     {OTHER_SENT, {WEFT_AT_SERVER, PACKET(0, 1), 2, 1, 9, 9, 0, 19, 0, 0, 0}}},
    {"switch-runs-back",
     {2, 0, 0, 1, 1},
     {{WEFT_AT_SWITCH, PACKET(2, 0), BACKGROUND, 0, 5, 21, 21, 31, TRUNK_PORT, 0, 0}, OTHER_SENT, OTHER_HOP}},
    /* at one instant servers come before sources of background traffic */
    {"link-out-of-order",
     {2, 0, 0, 1, 1},
     {{WEFT_AT_SWITCH, PACKET(2, 0), BACKGROUND, 0, 5, 20, 20, 31, TRUNK_PORT, 0, 0}, OTHER_SENT, OTHER_HOP}},
    {"link-in-order",
     {2, 0, 0, 0, 1},
     {OTHER_SENT, OTHER_HOP, {WEFT_AT_SWITCH, PACKET(2, 0), BACKGROUND, 0, 5, 20, 20, 31, TRUNK_PORT, 0, 0}}},
    {"background-twice",
     {1, 1, 0, 0, 0},
     {{WEFT_AT_SWITCH, PACKET(2, 0), BACKGROUND, 0, 5, 20, 20, 31, TRUNK_PORT, 0, 0},
      {WEFT_AT_SWITCH, PACKET(2, 0), BACKGROUND, 0, 5, 20, 20, 31, TRUNK_PORT, 0, 0}}},
    {"device-runs-back",
     {2, 0, 0, 1, 0},
     {OTHER_SENT,
      {WEFT_AT_SERVER, PACKET(0, 1), 2, 1, 20, 20, 0, 30, 0, 0, 0},
      OTHER_HOP,
      {WEFT_AT_SWITCH, PACKET(0, 1), 2, 1, 20, 30, 30, 40, 1, 0, 0},
      {WEFT_AT_DEVICE, PACKET(0, 1), 2, 1, 20, 45, 0, 0, 0, 0, 0},
      OTHER_ARRIVED}},
};

static void test_fault(gconstpointer data)
{
    const struct fault_case *at = data;
    struct told told;
    run(at->report, &told);
    g_assert_cmpuint(told.faults[WAY_FINE], ==, told.rows);
    for (int i = 0; i < WAY_FAULTS; i++) {
        g_test_message("%s: %u", way_faults[i].name, told.faults[i]);
        g_assert_cmpuint(told.faults[i], ==, at->rows_and_faults[i]);
    }
}

/* What is compared is every packet: no period of a run that ways are watched in is left out (weft/train.h). */
static void test_whole(void)
{
    struct lab *lab = network();
    struct told told = {0};
    struct ways *ways = ways_new(lab_setup(lab), false, (struct way_sink){&told, take});
    const struct weft_watch watch = ways_watch(ways);
    g_assert_true(watch.packets && !watch.mark && !watch.repeat);
    ways_free(ways);
    lab_free(lab);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ways/way", test_way);
    g_test_add_func("/ways/ends", test_ends);
    for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
        g_autofree char *path = g_strconcat("/ways/faults/", faults[i].name, NULL);
        g_test_add_data_func(path, &faults[i], test_fault);
    }
    g_test_add_func("/ways/whole", test_whole);
    return g_test_run();
}
