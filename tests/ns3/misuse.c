/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What weft/ns3.h must refuse: handles that are none, calls out of order, numbers out of range. After each refusal
 * the simulation goes on as if nothing had been asked. */
#include "bench.h"

#include <string.h>

#define MOST_PS (UINT64_C(1000000) * WEFT_PS_PER_S)

static const struct weft_ns3_switch plain;

/* Refused with WEFT_INVALID and a text in which `what` stands; with no place for a text just so. */
#define REFUSED(what, ...)                                                                                   \
    do {                                                                                                     \
        struct weft_error refusal = {""}, *e = NULL;                                                         \
        g_assert_cmpint(__VA_ARGS__, ==, WEFT_INVALID);                                                      \
        e = &refusal;                                                                                        \
        g_assert_cmpint(__VA_ARGS__, ==, WEFT_INVALID);                                                      \
        if (!strstr(refusal.text, what))                                                                     \
            g_error("no \"%s\" in: %s", what, refusal.text);                                                 \
    } while (0)

static void call_nothing(void *ctx, weft_ps now_ps)
{
    (void)ctx;
    (void)now_ps;
}

/* Every function, with a handle that is none. */
static void refuse_handle(struct weft_ns3 *sim, const char *what)
{
    const uint32_t way = 0;
    const struct weft_ns3_server server = {.rate_bps = 1};
    const struct weft_ns3_source source = {.rate_bps = 1};
    const struct weft_ns3_port port = {.to_switch = WEFT_NS3_TO_DEVICE, .rate_bps = 1};
    const struct weft_ns3_packet packet = {.frame_bytes = 64};
    weft_ps now_ps;
    REFUSED(what, weft_ns3_add_switch(sim, &plain, e));
    REFUSED(what, weft_ns3_add_server(sim, &server, e));
    REFUSED(what, weft_ns3_add_source(sim, &source, e));
    REFUSED(what, weft_ns3_add_port(sim, &port, e));
    REFUSED(what, weft_ns3_add_flow(sim, &way, 1, 0, e));
    REFUSED(what, weft_ns3_capture(sim, 0, "/nowhere/at/all", e));
    REFUSED(what, weft_ns3_now(sim, &now_ps, e));
    REFUSED(what, weft_ns3_at(sim, 0, call_nothing, NULL, e));
    REFUSED(what, weft_ns3_send(sim, 0, 0, &packet, e));
    REFUSED(what, weft_ns3_run(sim, WEFT_NEVER, e));
    REFUSED(what, weft_ns3_stop(sim, e));
    if (sim)
        REFUSED(what, weft_ns3_free(sim, e));
}

static void test_handles(void)
{
    struct weft_error error;
    struct bench bench, other;
    int no_simulation = 0;
    refuse_handle(NULL, "no simulation");
    g_assert_cmpint(weft_ns3_free(NULL, &error), ==, WEFT_OK);
    g_assert_cmpint(weft_ns3_free(NULL, NULL), ==, WEFT_OK);
    refuse_handle((struct weft_ns3 *)&no_simulation, "never was one");
    bench_begin(&bench, WEFT_NS3_ETHERNET);
    refuse_handle((struct weft_ns3 *)&no_simulation, "never was one");
    refuse_handle(NULL, "no simulation");
    struct weft_ns3 *freed = bench.sim;
    bench_end(&bench);
    refuse_handle(freed, "was freed");
    bench_begin(&other, WEFT_NS3_ETHERNET);
    refuse_handle(freed, "was freed");
    g_assert(other.sim != freed);
    bench_end(&other);
    g_string_free(bench.log, TRUE);
    g_string_free(other.log, TRUE);
}

static void test_new(void)
{
    struct weft_ns3 *sim = NULL;
    struct weft_ns3_params params = {.gap_bytes = 20};
    struct weft_error error;
    REFUSED("no parameters", weft_ns3_new(NULL, &sim, e));
    REFUSED("no place", weft_ns3_new(&params, NULL, e));
    params.gap_bytes = 1001;
    REFUSED("0 to 1000", weft_ns3_new(&params, &sim, e));
    params.gap_bytes = UINT32_MAX;
    REFUSED("0 to 1000", weft_ns3_new(&params, &sim, e));
    params = (struct weft_ns3_params){.check_bytes = 17};
    REFUSED("0 to 16", weft_ns3_new(&params, &sim, e));
    params = (struct weft_ns3_params){.links = WEFT_NS3_LINKS};
    REFUSED("links", weft_ns3_new(&params, &sim, e));
    g_assert(sim == NULL);
    struct bench bench;
    bench_begin(&bench, WEFT_NS3_ETHERNET);
    params.links = WEFT_NS3_ETHERNET;
    g_assert_cmpint(weft_ns3_new(&params, &sim, NULL), ==, WEFT_FAILED);
    g_assert_cmpint(weft_ns3_new(&params, &sim, &error), ==, WEFT_FAILED);
    g_assert(strstr(error.text, "lives"));
    bench_expect(&bench, "");
}

static void refuse_rules(struct bench *bench, const char *what, struct weft_ns3_switch rules)
{
    REFUSED(what, weft_ns3_add_switch(bench->sim, &rules, e));
}

static void test_switches(void)
{
    struct bench bench;
    bench_begin(&bench, WEFT_NS3_ETHERNET);
    REFUSED("no rules", weft_ns3_add_switch(bench.sim, NULL, e));
#define RULES(...) ((struct weft_ns3_switch){__VA_ARGS__})
    refuse_rules(&bench, "latency_ps", RULES(.latency_ps = MOST_PS + 1));
    refuse_rules(&bench, "limit_kind", RULES(.limit_kind = WEFT_NS3_LIMITS));
    refuse_rules(&bench, "limit_kind", RULES(.limit_kind = (enum weft_ns3_limit) - 1));
    refuse_rules(&bench, "limit is 0", RULES(.limit_kind = WEFT_NS3_BYTES));
    refuse_rules(&bench, "limit is", RULES(.limit_kind = WEFT_NS3_PACKETS, .limit = UINT64_MAX));
    refuse_rules(&bench, "limit is 5", RULES(.limit = 5));
    refuse_rules(&bench, "cell_bytes", RULES(.limit_kind = WEFT_NS3_CELLS, .limit = 5));
    refuse_rules(&bench, "cell_bytes", RULES(.cell_bytes = 65536));
    refuse_rules(&bench, "pool_kind", RULES(.pool_kind = WEFT_NS3_POOLS));
    refuse_rules(&bench, "pool_bytes", RULES(.pool_kind = WEFT_NS3_COMPLETE));
    refuse_rules(&bench, "pool_bytes", RULES(.pool_bytes = 1));
    refuse_rules(&bench, "reserved_bytes", RULES(.reserved_bytes = 1));
    refuse_rules(&bench, "reserved_bytes",
                 RULES(.pool_kind = WEFT_NS3_COMPLETE, .pool_bytes = 1, .reserved_bytes = UINT64_MAX));
    refuse_rules(&bench, "alpha_num", RULES(.pool_kind = WEFT_NS3_DYNAMIC, .pool_bytes = 1, .alpha_den = 1));
    refuse_rules(&bench, "alpha_den", RULES(.pool_kind = WEFT_NS3_DYNAMIC, .pool_bytes = 1, .alpha_num = 1));
    refuse_rules(&bench, "alpha_den", RULES(.alpha_den = 1));
    refuse_rules(&bench, "first in, first out", RULES(.fluid = true, .by_class = true));
    bench_switch(&bench, plain);
    bench_expect(&bench, "");
    bench_begin(&bench, WEFT_NS3_POINT_TO_POINT);
    refuse_rules(&bench, "point-to-point", RULES(.fluid = true));
    refuse_rules(&bench, "point-to-point", RULES(.cut_through = true));
    refuse_rules(&bench, "point-to-point", RULES(.by_class = true));
    bench_switch(&bench, plain);
    const struct weft_ns3_server odd = {.rate_bps = 3000000000};
    REFUSED("whole picoseconds", weft_ns3_add_server(bench.sim, &odd, e));
    bench_expect(&bench, "");
}

static void test_links(void)
{
    struct bench bench;
    struct weft_ns3_server server = {.rate_bps = 1};
    struct weft_ns3_source source = {.rate_bps = 1};
    struct weft_ns3_port port = {.to_switch = WEFT_NS3_TO_DEVICE, .rate_bps = 1};
    bench_begin(&bench, WEFT_NS3_ETHERNET);
    REFUSED("no switch 0", weft_ns3_add_server(bench.sim, &server, e));
    REFUSED("no switch 0", weft_ns3_add_source(bench.sim, &source, e));
    REFUSED("no switch 0", weft_ns3_add_port(bench.sim, &port, e));
    bench_switch(&bench, plain);
    REFUSED("no server", weft_ns3_add_server(bench.sim, NULL, e));
    REFUSED("no source", weft_ns3_add_source(bench.sim, NULL, e));
    REFUSED("no port", weft_ns3_add_port(bench.sim, NULL, e));
    server.switch_number = UINT32_MAX;
    REFUSED("no switch", weft_ns3_add_server(bench.sim, &server, e));
    for (uint32_t i = 0; i < 2; i++) {
        uint64_t rate_bps = i ? UINT64_MAX : 0;
        server = (struct weft_ns3_server){.rate_bps = rate_bps};
        source = (struct weft_ns3_source){.rate_bps = rate_bps};
        port = (struct weft_ns3_port){.to_switch = WEFT_NS3_TO_DEVICE, .rate_bps = rate_bps};
        REFUSED("rate_bps", weft_ns3_add_server(bench.sim, &server, e));
        REFUSED("rate_bps", weft_ns3_add_source(bench.sim, &source, e));
        REFUSED("rate_bps", weft_ns3_add_port(bench.sim, &port, e));
    }
    server = (struct weft_ns3_server){.rate_bps = 1, .delay_ps = WEFT_NEVER};
    REFUSED("delay_ps", weft_ns3_add_server(bench.sim, &server, e));
    server = (struct weft_ns3_server){.rate_bps = 1, .down_ps = 2, .up_ps = 1};
    REFUSED("down_ps", weft_ns3_add_server(bench.sim, &server, e));
    port = (struct weft_ns3_port){.rate_bps = 1};
    REFUSED("same switch", weft_ns3_add_port(bench.sim, &port, e));
    port = (struct weft_ns3_port){.to_switch = 1, .rate_bps = 1, .off_ps = 1};
    REFUSED("off_ps", weft_ns3_add_port(bench.sim, &port, e));
    source = (struct weft_ns3_source){.rate_bps = 1};
    g_assert_cmpint(weft_ns3_add_source(bench.sim, &source, NULL), ==, WEFT_OK);
    server = (struct weft_ns3_server){.rate_bps = 1};
    REFUSED("before background", weft_ns3_add_server(bench.sim, &server, e));
    port = (struct weft_ns3_port){.to_switch = 7, .rate_bps = 1};
    g_assert_cmpint(weft_ns3_add_port(bench.sim, &port, NULL), ==, WEFT_OK);
    REFUSED("leads to switch 7", weft_ns3_run(bench.sim, WEFT_NEVER, e));
    for (uint32_t i = 1; i < 8; i++)
        bench_switch(&bench, plain);
    bench_expect(&bench, "");
}

static void test_ways(void)
{
    struct bench bench;
    bench_begin(&bench, WEFT_NS3_ETHERNET);
    bench_switch(&bench, plain);
    bench_switch(&bench, plain);
    const uint32_t none = 0;
    REFUSED("0 ports", weft_ns3_add_flow(bench.sim, &none, 0, 0, e));
    REFUSED("1 to 0", weft_ns3_add_flow(bench.sim, &none, 1, 0, e));
    bench_port(&bench, 0, 1, 1, 0);
    bench_port(&bench, 1, 0, 1, 0);
    bench_port(&bench, 1, WEFT_NS3_TO_DEVICE, 1, 0);
    REFUSED("0 ports", weft_ns3_add_flow(bench.sim, NULL, 3, 0, e));
    REFUSED("1 to 3", weft_ns3_add_flow(bench.sim, &none, UINT32_MAX, 0, e)); /* not looked at */
    REFUSED("1 to 3", weft_ns3_add_flow(bench.sim, &none, 4, 0, e));
    REFUSED("port 3", weft_ns3_add_flow(bench.sim, (const uint32_t[]){3}, 1, 0, e));
    REFUSED("port 4294967295", weft_ns3_add_flow(bench.sim, (const uint32_t[]){UINT32_MAX}, 1, 0, e));
    REFUSED("another switch", weft_ns3_add_flow(bench.sim, (const uint32_t[]){0, 0}, 2, 0, e));
    REFUSED("another switch", weft_ns3_add_flow(bench.sim, (const uint32_t[]){2, 0}, 2, 0, e));
    REFUSED("twice", weft_ns3_add_flow(bench.sim, (const uint32_t[]){0, 1, 0}, 3, 0, e));
    REFUSED("class", weft_ns3_add_flow(bench.sim, (const uint32_t[]){0, 2}, 2, 8, e));
    REFUSED("no device", weft_ns3_capture(bench.sim, 0, "x", e));
    REFUSED("no device", weft_ns3_capture(bench.sim, 3, "x", e));
    REFUSED("name of a file", weft_ns3_capture(bench.sim, 2, NULL, e));
    REFUSED("name of a file", weft_ns3_capture(bench.sim, 2, "", e));
    bench_flow_over(&bench, 0, 2);
    bench_expect(&bench, "");
}

static void refuse_packet(struct bench *bench, const char *what, struct weft_ns3_packet packet)
{
    REFUSED(what, weft_ns3_send(bench->sim, 0, 0, &packet, e));
}

static void test_packets(void)
{
    struct bench bench;
    bench_begin(&bench, WEFT_NS3_ETHERNET);
    bench_switch(&bench, plain);
    bench_switch(&bench, plain);
    struct weft_ns3_packet packet = {.frame_bytes = 64};
    REFUSED("no sender 0", weft_ns3_send(bench.sim, 0, 0, &packet, e));
    bench_server(&bench, 1000000000, 0);
    refuse_packet(&bench, "no flow 0", packet);
    bench_port(&bench, 0, WEFT_NS3_TO_DEVICE, 1000000000, 0);
    bench_port(&bench, 1, WEFT_NS3_TO_DEVICE, 1000000000, 0);
    bench_flow(&bench, 0, 0);
    bench_flow(&bench, 1, 0);
#define PACKET(...) ((struct weft_ns3_packet){__VA_ARGS__})
    static const char bytes[64];
    REFUSED("no packet", weft_ns3_send(bench.sim, 0, 0, NULL, e));
    REFUSED("no sender 4294967295", weft_ns3_send(bench.sim, UINT32_MAX, 0, &packet, e));
    REFUSED("at_ps", weft_ns3_send(bench.sim, 0, WEFT_NEVER, &packet, e));
    refuse_packet(&bench, "no flow 2", PACKET(.flow = 2, .frame_bytes = 64));
    refuse_packet(&bench, "not at the sender's", PACKET(.flow = 1, .frame_bytes = 64));
    refuse_packet(&bench, "frame_bytes is 0", PACKET(.frame_bytes = 0));
    refuse_packet(&bench, "frame_bytes is 3", PACKET(.frame_bytes = 3));
    refuse_packet(&bench, "frame_bytes", PACKET(.frame_bytes = (1 << 17) + 1));
    refuse_packet(&bench, "frame_bytes", PACKET(.frame_bytes = UINT32_MAX));
    refuse_packet(&bench, "61 bytes", PACKET(.frame_bytes = 64, .bytes = bytes, .length = 61));
    refuse_packet(&bench, "4294967295 bytes",
                  PACKET(.frame_bytes = 64, .bytes = bytes, .length = UINT32_MAX));
    refuse_packet(&bench, "0 bytes", PACKET(.frame_bytes = 64, .bytes = bytes));
    refuse_packet(&bench, "1 bytes", PACKET(.frame_bytes = 64, .length = 1));
    REFUSED("nothing to call", weft_ns3_at(bench.sim, 0, NULL, NULL, e));
    REFUSED("at_ps", weft_ns3_at(bench.sim, WEFT_NEVER, call_nothing, NULL, e));
    REFUSED("no place", weft_ns3_now(bench.sim, NULL, e));
    bench.frame_bytes = 64;
    bench_send(&bench, 0, 0, 1, 1000);
    REFUSED("1000 to", weft_ns3_send(bench.sim, 0, 999, &packet, e));
    bench_expect(&bench, "1 came 0 673000\n1 left 0 1345000\n1 arrived 0 1345000\n");
}

/* What may not be done while it runs, and what may: stop ends the run, and another one goes on. */
static void call_back(void *ctx, weft_ps now_ps)
{
    struct bench *bench = ctx;
    const struct weft_ns3_server server = {.rate_bps = 1};
    const uint32_t way = 0;
    struct weft_error error;
    g_assert_cmpuint(now_ps, ==, 5);
    REFUSED("while", weft_ns3_run(bench->sim, WEFT_NEVER, e));
    REFUSED("while", weft_ns3_free(bench->sim, e));
    REFUSED("while", weft_ns3_add_server(bench->sim, &server, e));
    REFUSED("while", weft_ns3_add_flow(bench->sim, &way, 1, 0, e));
    REFUSED("while", weft_ns3_capture(bench->sim, 0, "x", e));
    REFUSED("at_ps is 4; allowed: 5 to", weft_ns3_at(bench->sim, 4, call_nothing, NULL, e));
    g_string_append(bench->log, "called\n");
    g_assert_cmpint(weft_ns3_stop(bench->sim, &error), ==, WEFT_OK);
}

static void test_order(void)
{
    struct bench bench;
    struct weft_error error;
    bench_begin(&bench, WEFT_NS3_ETHERNET);
    bench_switch(&bench, plain);
    bench_server(&bench, 1000000000, 0);
    bench_port(&bench, 0, WEFT_NS3_TO_DEVICE, 1000000000, 0);
    bench_flow(&bench, 0, 0);
    bench.frame_bytes = 64;
    bench_send(&bench, 0, 0, 1, 6);
    g_assert_cmpint(weft_ns3_at(bench.sim, 5, call_back, &bench, &error), ==, WEFT_OK);
    g_assert_cmpint(weft_ns3_run(bench.sim, WEFT_NEVER, &error), ==, WEFT_OK);
    g_assert_cmpstr(bench.log->str, ==, "called\n");
    const struct weft_ns3_server server = {.rate_bps = 1};
    REFUSED("has run", weft_ns3_add_server(bench.sim, &server, e));
    REFUSED("has run", weft_ns3_add_switch(bench.sim, &plain, e));
    bench_expect(&bench, "called\n1 came 0 672006\n1 left 0 1344006\n1 arrived 0 1344006\n");
}

static gpointer from_elsewhere(gpointer sim)
{
    struct weft_ns3 *other = NULL;
    const struct weft_ns3_params params = {.gap_bytes = 20};
    weft_ps now_ps;
    REFUSED("thread", weft_ns3_now(sim, &now_ps, e));
    REFUSED("thread", weft_ns3_run(sim, WEFT_NEVER, e));
    REFUSED("thread", weft_ns3_free(sim, e));
    REFUSED("thread", weft_ns3_new(&params, &other, e));
    return NULL;
}

static void test_threads(void)
{
    struct bench bench;
    bench_begin(&bench, WEFT_NS3_ETHERNET);
    g_thread_join(g_thread_new("other", from_elsewhere, bench.sim));
    bench_expect(&bench, "");
}

/* A program may end with a simulation that nobody freed. */
static void test_left_alone(void)
{
    if (g_test_subprocess()) {
        struct bench bench;
        bench_begin(&bench, WEFT_NS3_ETHERNET);
        bench_switch(&bench, plain);
        bench_server(&bench, 1000000000, 0);
        bench_port(&bench, 0, WEFT_NS3_TO_DEVICE, 1000000000, 0);
        bench_flow(&bench, 0, 0);
        bench_send(&bench, 0, 0, 1, 0);
        g_assert_cmpint(weft_ns3_run(bench.sim, 12000000, NULL), ==, WEFT_OK);
        exit(0);
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ns3/misuse/handles", test_handles);
    g_test_add_func("/ns3/misuse/new", test_new);
    g_test_add_func("/ns3/misuse/switches", test_switches);
    g_test_add_func("/ns3/misuse/links", test_links);
    g_test_add_func("/ns3/misuse/ways", test_ways);
    g_test_add_func("/ns3/misuse/packets", test_packets);
    g_test_add_func("/ns3/misuse/order", test_order);
    g_test_add_func("/ns3/misuse/threads", test_threads);
    g_test_add_func("/ns3/misuse/left-alone", test_left_alone);
    return g_test_run();
}
