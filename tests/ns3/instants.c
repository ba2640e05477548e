/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cases small enough to work out by hand. A packet is a frame of 1362 bytes, 1382 with its gap: 11,056,000 ps at 1
 * Gbit/s, 1,105,600 ps at 10 Gbit/s. */
#include "bench.h"

#define G UINT64_C(1000000000)

static const struct weft_ns3_switch plain;

/* A switch with such rules; a server and a device, at these rates; flow 0 to it. */
static void begin(struct bench *bench, struct weft_ns3_switch rules, uint64_t in_bps, uint64_t out_bps)
{
    bench_begin(bench, WEFT_NS3_ETHERNET);
    bench_switch(bench, rules);
    bench_server(bench, in_bps, 0);
    bench_port(bench, 0, WEFT_NS3_TO_DEVICE, out_bps, 0);
    bench_flow(bench, 0, 0);
}

static void send_many(struct bench *bench, uint32_t server, uint32_t n, weft_ps at_ps)
{
    for (uint32_t i = 0; i < n; i++)
        bench_send(bench, server, 0, 1 + i, at_ps);
}

/* In at 1.1056 us each, out from the first one on at 11.056 us each. */
static void test_burst(void)
{
    struct bench bench;
    begin(&bench, plain, 10 * G, G);
    send_many(&bench, 0, 3, 0);
    bench_expect(&bench, "1 came 0 1105600\n"
                         "2 came 0 2211200\n"
                         "3 came 0 3316800\n"
                         "1 left 0 12161600\n"
                         "1 arrived 0 12161600\n"
                         "2 left 0 23217600\n"
                         "2 arrived 0 23217600\n"
                         "3 left 0 34273600\n"
                         "3 arrived 0 34273600\n");
}

/* 11056 bits at 3 Gbit/s: 3,685,333 1/3 ps; three of them are whole again. After a pause a link starts at a whole
 * picosecond: 20,000,000 + 3,685,333 1/3. */
static void test_remainders(void)
{
    struct bench bench;
    begin(&bench, plain, 3 * G, 1000 * G);
    send_many(&bench, 0, 3, 0);
    bench_send(&bench, 0, 0, 4, 20000000);
    bench_expect(&bench, "1 came 0 3685333\n"
                         "1 left 0 3696389\n"
                         "1 arrived 0 3696389\n"
                         "2 came 0 7370666\n"
                         "2 left 0 7381722\n"
                         "2 arrived 0 7381722\n"
                         "3 came 0 11056000\n"
                         "3 left 0 11067056\n"
                         "3 arrived 0 11067056\n"
                         "4 came 0 23685333\n"
                         "4 left 0 23696389\n"
                         "4 arrived 0 23696389\n");
}

/* Equal rates, and a port that holds one packet: each comes as the one before has left. */
static void test_departures_first(void)
{
    struct bench bench;
    begin(&bench, (struct weft_ns3_switch){.limit_kind = WEFT_NS3_PACKETS, .limit = 1}, G, G);
    send_many(&bench, 0, 3, 0);
    bench_expect(&bench, "1 came 0 11056000\n"
                         "1 left 0 22112000\n"
                         "1 arrived 0 22112000\n"
                         "2 came 0 22112000\n"
                         "2 left 0 33168000\n"
                         "2 arrived 0 33168000\n"
                         "3 came 0 33168000\n"
                         "3 left 0 44224000\n"
                         "3 arrived 0 44224000\n");
}

/* Of what comes at one instant that of the lower server is first, whoever was asked first. */
static void test_ties(void)
{
    struct bench bench;
    begin(&bench, plain, G, G);
    bench_server(&bench, G, 0);
    bench_server(&bench, G, 0);
    for (uint32_t i = 3; i-- > 0;)
        bench_send(&bench, i, 0, i, 0);
    bench_expect(&bench, "0 came 0 11056000\n"
                         "1 came 0 11056000\n"
                         "2 came 0 11056000\n"
                         "0 left 0 22112000\n"
                         "0 arrived 0 22112000\n"
                         "1 left 0 33168000\n"
                         "1 arrived 0 33168000\n"
                         "2 left 0 44224000\n"
                         "2 arrived 0 44224000\n");
}

/* A limit of two frames less a byte takes one at a time. The third comes 2.2 us after the first, which leaves 11 us
 * after it came. */
static void test_limit(void)
{
    struct bench bench;
    begin(&bench, (struct weft_ns3_switch){.limit_kind = WEFT_NS3_BYTES, .limit = 2 * 1362 - 1}, 10 * G, G);
    send_many(&bench, 0, 3, 0);
    bench_send(&bench, 0, 0, 4, 11056000);
    bench_expect(&bench, "1 came 0 1105600\n"
                         "2 came 0 2211200\n"
                         "2 lost 0 buffer\n"
                         "3 came 0 3316800\n"
                         "3 lost 0 buffer\n"
                         "1 left 0 12161600\n"
                         "1 arrived 0 12161600\n"
                         "4 came 0 12161600\n"
                         "4 left 0 23217600\n"
                         "4 arrived 0 23217600\n");
}

/* The same limit, 2044 bytes, half a frame beside a whole one: packet 2 comes when the first has been on its link for
 * 5,528,000 ps, half of its time, and 681 bytes of it are left; a byte less and it would not fit. */
static void test_fluid(void)
{
    static const char *const second[] = {
        "2 lost 0 buffer\n1 left 0 12161600\n1 arrived 0 12161600\n",
        "1 left 0 12161600\n1 arrived 0 12161600\n2 left 0 23217600\n2 arrived 0 23217600\n"};
    for (uint32_t room = 0; room < 2; room++) {
        struct bench bench;
        begin(
            &bench,
            (struct weft_ns3_switch){.limit_kind = WEFT_NS3_BYTES, .limit = 1362 + 680 + room, .fluid = true},
            10 * G, G);
        bench_send(&bench, 0, 0, 1, 0);
        bench_send(&bench, 0, 0, 2, 5528000);
        char *expected = g_strconcat("1 came 0 1105600\n2 came 0 6633600\n", second[room], NULL);
        bench_expect(&bench, expected);
        g_free(expected);
    }
}

/* Cells of 500 bytes: a frame takes 3. A limit of 6 cells holds two. */
static void test_cells(void)
{
    struct bench bench;
    begin(&bench, (struct weft_ns3_switch){.limit_kind = WEFT_NS3_CELLS, .limit = 6, .cell_bytes = 500},
          1000 * G, G);
    send_many(&bench, 0, 3, 0);
    bench_expect(&bench, "1 came 0 11056\n"
                         "2 came 0 22112\n"
                         "3 came 0 33168\n"
                         "3 lost 0 buffer\n"
                         "1 left 0 11067056\n"
                         "1 arrived 0 11067056\n"
                         "2 left 0 22123056\n"
                         "2 arrived 0 22123056\n");
}

/* A pool of 4 frames and alpha 1: the first port gets one while nothing is used (0 < 4), two (1 < 3), not three (2 <
 * 2 is false); the other one then gets one (0 < 2), not two (1 < 1 is false). */
static void test_pool(void)
{
    struct bench bench;
    begin(&bench,
          (struct weft_ns3_switch){
              .pool_kind = WEFT_NS3_DYNAMIC, .pool_bytes = 4 * 1362, .alpha_num = 1, .alpha_den = 1},
          1000 * G, G);
    bench_port(&bench, 0, WEFT_NS3_TO_DEVICE, G, 0);
    bench_flow(&bench, 1, 0);
    send_many(&bench, 0, 3, 0);
    bench_send(&bench, 0, 1, 4, 0);
    bench_send(&bench, 0, 1, 5, 0);
    bench_expect(&bench, "1 came 0 11056\n"
                         "2 came 0 22112\n"
                         "3 came 0 33168\n"
                         "3 lost 0 buffer\n"
                         "4 came 1 44224\n"
                         "5 came 1 55280\n"
                         "5 lost 1 buffer\n"
                         "1 left 0 11067056\n"
                         "1 arrived 0 11067056\n"
                         "4 left 1 11100224\n"
                         "4 arrived 1 11100224\n"
                         "2 left 0 22123056\n"
                         "2 arrived 0 22123056\n");
}

/* Classes 0, 0, 7: the third overtakes the second, but not the first, which is on its link. */
static void test_priority(void)
{
    struct bench bench;
    begin(&bench, (struct weft_ns3_switch){.by_class = true}, 10 * G, G);
    bench_flow(&bench, 0, 7);
    send_many(&bench, 0, 2, 0);
    bench_send(&bench, 0, 1, 3, 0);
    bench_expect(&bench, "1 came 0 1105600\n"
                         "2 came 0 2211200\n"
                         "3 came 0 3316800\n"
                         "1 left 0 12161600\n"
                         "1 arrived 0 12161600\n"
                         "3 left 0 23217600\n"
                         "3 arrived 0 23217600\n"
                         "2 left 0 34273600\n"
                         "2 arrived 0 34273600\n");
}

/* Two switches at 1 Gbit/s that cut through, each 64 bytes and the gap (672,000 ps) after the first bit: so the
 * packet is in the second port before it has left the first. The last one's port is faster and stores. */
static void test_cut_through(void)
{
    const struct weft_ns3_switch rules = {.cut_through = true};
    struct bench bench;
    bench_begin(&bench, WEFT_NS3_ETHERNET);
    for (uint32_t i = 0; i < 2; i++)
        bench_switch(&bench, rules);
    bench_server(&bench, G, 0);
    bench_port(&bench, 0, 1, G, 0);
    bench_port(&bench, 1, WEFT_NS3_TO_DEVICE, G, 0);
    bench_port(&bench, 1, WEFT_NS3_TO_DEVICE, 10 * G, 0);
    bench_flow_over(&bench, 0, 1);
    bench_flow_over(&bench, 0, 2);
    bench_send(&bench, 0, 0, 1, 0);
    bench_send(&bench, 0, 1, 2, 20000000);
    bench_expect(&bench, "1 came 0 672000\n"
                         "1 came 1 1344000\n"
                         "1 left 0 11728000\n"
                         "1 left 1 12400000\n"
                         "1 arrived 1 12400000\n"
                         "2 came 0 20672000\n"
                         "2 left 0 31728000\n"
                         "2 came 2 31728000\n"
                         "2 left 2 32833600\n"
                         "2 arrived 2 32833600\n");
}

/* Latency 5 us, trunk with a delay of 7 ps. */
static void test_latency_and_trunk(void)
{
    struct bench bench;
    bench_begin(&bench, WEFT_NS3_ETHERNET);
    bench_switch(&bench, (struct weft_ns3_switch){.latency_ps = 5000000});
    bench_switch(&bench, plain);
    bench_server(&bench, G, 3);
    bench_port(&bench, 0, 1, G, 7);
    bench_port(&bench, 1, WEFT_NS3_TO_DEVICE, G, 0);
    bench_flow_over(&bench, 0, 1);
    send_many(&bench, 0, 2, 0);
    bench_expect(&bench, "1 came 0 11056003\n"
                         "2 came 0 22112003\n"
                         "1 left 0 27112003\n"
                         "1 came 1 27112010\n"
                         "2 left 0 38168003\n"
                         "1 left 1 38168010\n"
                         "1 arrived 1 38168010\n"
                         "2 came 1 38168010\n"
                         "2 left 1 49224010\n"
                         "2 arrived 1 49224010\n");
}

static void note(void *ctx, weft_ps now_ps)
{
    g_string_append_printf(((struct bench *)ctx)->log, "called %" G_GUINT64_FORMAT "\n", now_ps);
}

/* A run in pieces: what happens at the instant until which it runs has happened; calls of an instant come as they
 * were asked for. */
static void test_pieces(void)
{
    struct bench bench;
    struct weft_error error;
    begin(&bench, plain, G, G);
    send_many(&bench, 0, 1, 0);
    g_assert_cmpint(weft_ns3_at(bench.sim, 11056000, note, &bench, &error), ==, WEFT_OK);
    g_assert_cmpint(weft_ns3_at(bench.sim, 11055999, note, &bench, &error), ==, WEFT_OK);
    g_assert_cmpint(weft_ns3_run(bench.sim, 11055999, &error), ==, WEFT_OK);
    g_assert_cmpstr(bench.log->str, ==, "called 11055999\n");
    g_assert_cmpint(weft_ns3_run(bench.sim, 11056000, &error), ==, WEFT_OK);
    g_assert_cmpstr(bench.log->str, ==, "called 11055999\ncalled 11056000\n1 came 0 11056000\n");
    bench_expect(
        &bench,
        "called 11055999\ncalled 11056000\n1 came 0 11056000\n1 left 0 22112000\n1 arrived 0 22112000\n");
}

/* Later than any instant can be asked for is no limit: the run ends with its last event. */
static void test_no_limit(void)
{
    struct bench bench;
    struct weft_error error;
    weft_ps now_ps;
    begin(&bench, plain, G, G);
    send_many(&bench, 0, 1, 0);
    g_assert_cmpint(weft_ns3_run(bench.sim, (UINT64_C(1) << 62) + 1, &error), ==, WEFT_OK);
    g_assert_cmpint(weft_ns3_now(bench.sim, &now_ps, &error), ==, WEFT_OK);
    g_assert_cmpuint(now_ps, ==, 22112000);
    g_assert_cmpint(weft_ns3_run(bench.sim, UINT64_C(1) << 62, &error), ==, WEFT_OK);
    g_assert_cmpint(weft_ns3_now(bench.sim, &now_ps, &error), ==, WEFT_OK);
    g_assert_cmpuint(now_ps, ==, UINT64_C(1) << 62);
    bench_expect(&bench, "1 came 0 11056000\n1 left 0 22112000\n1 arrived 0 22112000\n");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ns3/instants/burst", test_burst);
    g_test_add_func("/ns3/instants/remainders", test_remainders);
    g_test_add_func("/ns3/instants/departures-first", test_departures_first);
    g_test_add_func("/ns3/instants/ties", test_ties);
    g_test_add_func("/ns3/instants/limit", test_limit);
    g_test_add_func("/ns3/instants/fluid", test_fluid);
    g_test_add_func("/ns3/instants/cells", test_cells);
    g_test_add_func("/ns3/instants/pool", test_pool);
    g_test_add_func("/ns3/instants/priority", test_priority);
    g_test_add_func("/ns3/instants/cut-through", test_cut_through);
    g_test_add_func("/ns3/instants/latency-and-trunk", test_latency_and_trunk);
    g_test_add_func("/ns3/instants/pieces", test_pieces);
    g_test_add_func("/ns3/instants/no-limit", test_no_limit);
    return g_test_run();
}
