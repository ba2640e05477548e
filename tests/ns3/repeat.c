/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two hundred simulations in a process: the same every time, and memory as after the first few. */
#include "bench.h"

#include <malloc.h>
#include <string.h>

enum { RUNS = 200, SETTLED = 20, PACKETS = 100, SLACK_BYTES = 64 << 10 };

static char *run(enum weft_ns3_links links)
{
    struct bench bench;
    bench_begin(&bench, links);
    bench_switch(&bench, (struct weft_ns3_switch){.limit_kind = WEFT_NS3_PACKETS, .limit = 20});
    bench_switch(&bench,
                 (struct weft_ns3_switch){
                     .pool_kind = WEFT_NS3_DYNAMIC, .pool_bytes = 20000, .alpha_num = 1, .alpha_den = 1});
    bench_server(&bench, 10000000000, 500);
    bench_port(&bench, 0, 1, 1000000000, 100);
    bench_port(&bench, 1, WEFT_NS3_TO_DEVICE, 800000000, 0);
    bench_port(&bench, 0, WEFT_NS3_TO_DEVICE, 1000000000, 0);
    bench_flow_over(&bench, 0, 1);
    bench_flow(&bench, 2, 0);
    for (uint32_t i = 0; i < PACKETS; i++)
        bench_send(&bench, 0, i % 3 == 0, i, 0);
    bench_end(&bench);
    return g_string_free(bench.log, FALSE);
}

static size_t used_bytes(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

static void test_repeat(gconstpointer links)
{
    char *first = run(*(const enum weft_ns3_links *)links);
    g_assert(strstr(first, "lost") && strstr(first, "arrived"));
    size_t settled_bytes = 0;
    for (int i = 1; i < RUNS; i++) {
        char *again = run(*(const enum weft_ns3_links *)links);
        g_assert_cmpstr(again, ==, first);
        g_free(again);
        if (i == SETTLED)
            settled_bytes = used_bytes();
    }
    g_assert_cmpuint(used_bytes(), <=, settled_bytes + SLACK_BYTES);
    g_free(first);
}

int main(int argc, char **argv)
{
    static const enum weft_ns3_links own = WEFT_NS3_ETHERNET, stock = WEFT_NS3_POINT_TO_POINT;
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/ns3/repeat/own", &own, test_repeat);
    g_test_add_data_func("/ns3/repeat/stock", &stock, test_repeat);
    return g_test_run();
}
