/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Counters of packets, drops, late packets and warm-up; the load balance by hand; the formulas by hand. */
#include "metrics_setup.h"
#include "weft/metrics.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#define MS (WEFT_PS_PER_S / 1000)

/* Every number is in the bin whose least number it reaches, and in no later one. */
static void test_bins(void)
{
    const uint64_t first[] = {0, 1, 2, 3, 5, 9, 17, 33};
    for (uint32_t bin = 0; bin < G_N_ELEMENTS(first); bin++)
        g_assert_cmpuint(weft_held_bin_first(bin), ==, first[bin]);
    for (uint64_t n = 0; n < 300000; n++) {
        uint32_t bin = weft_held_bin(n);
        g_assert_cmpuint(weft_held_bin_first(bin), <=, n);
        if (bin + 1 < WEFT_HELD_BINS)
            g_assert_cmpuint(weft_held_bin_first(bin + 1), >, n);
    }
    g_assert_cmpuint(weft_held_bin(131072), ==, WEFT_HELD_BINS - 2);
    g_assert_cmpuint(weft_held_bin(131073), ==, WEFT_HELD_BINS - 1);
    g_assert_cmpuint(weft_held_bin(UINT64_MAX), ==, WEFT_HELD_BINS - 1);
}

static void assert_near(double a, double b)
{
    g_assert_cmpfloat(fabs(a - b), <, 1e-12);
}

static void test_jain(void)
{
    const uint64_t equal[] = {5, 5, 5, 5}, one[] = {0, 9, 0, 0}, two[] = {1, 3}, none[] = {0, 0, 0};
    assert_near(weft_jain_index(equal, 4), 1.0);
    assert_near(weft_jain_index(one, 4), 0.25);
    assert_near(weft_jain_index(two, 2), 16.0 / 20.0);
    assert_near(weft_jain_index(none, 3), 1.0);
    const uint64_t large[] = {UINT64_C(1) << 40, UINT64_C(1) << 40};
    assert_near(weft_jain_index(large, 2), 1.0);
}

static void test_formulas(void)
{
    assert_near(weft_mean_held(1500, 1000), 1.5);
    assert_near(weft_mean_held(0, 0), 0.0);
    assert_near(weft_mean_held((weft_u128)1 << 80, UINT64_C(1) << 60), 1048576.0);
    assert_near(weft_utilisation(250, 1, 1000), 0.25);
    assert_near(weft_utilisation(250, 4, 1000), 0.0625);
    assert_near(weft_utilisation(0, 0, 0), 0.0);
}

/* Windows: [0, 1) ms all on one of 6 ports: 1/6. [1, 2) ms none. [2, 3) ms 2 frames on each of three ports:
 * 1/2. */
static void test_balance(void)
{
    struct test_setup it;
    test_setup_init(&it);
    struct weft_metrics *metrics = weft_metrics_new(&it.setup);
    struct weft_watch watch = weft_metrics_watch(metrics);
    const struct weft_totals *totals = weft_metrics_totals(metrics);
    struct weft_train train = {.n = 0};
    test_train_add(&train, 4, 0, 1292, 0, MS);
    test_train_add(&train, 4, 1, 1292, MS - 2, WEFT_NEVER); /* it arrived, though it was dropped */
    test_train_add(&train, 5, 0, 1292, MS - 1, WEFT_NEVER);
    train.outcome[2] = WEFT_DROPPED_LINK; /* it never arrived */
    watch.packets(watch.ctx, WEFT_AT_SWITCH, 0, &train);
    totals = weft_metrics_totals(metrics);
    g_assert_cmpuint(totals->balance_windows, ==, 1);
    assert_near(totals->balance_sum, 1.0 / 6);
    train.n = 0;
    for (uint32_t i = 0; i < 6; i++)
        test_train_add(&train, i % 3, i / 3, 1292, 2 * MS + i, 3 * MS);
    watch.packets(watch.ctx, WEFT_AT_SWITCH, 0, &train);
    totals = weft_metrics_totals(metrics);
    g_assert_cmpuint(totals->balance_windows, ==, 2);
    assert_near(totals->balance_sum, 1.0 / 6 + 1.0 / 2);
    train.n = 0;
    test_train_add(&train, 0, 9, 1292, 3 * MS, 4 * MS); /* a window begins at its first instant */
    watch.packets(watch.ctx, WEFT_AT_SWITCH, 0, &train);
    totals = weft_metrics_totals(metrics);
    g_assert_cmpuint(totals->balance_windows, ==, 3);
    assert_near(totals->balance_sum, 1.0 / 6 + 1.0 / 2 + 1.0 / 6);
    weft_metrics_free(metrics);
}

/* Packet n is due at 10 n ms, so its end at 10 (n + 1) ms; with a startup of 25 ms it is late from 10 n + 35
 * ms and one picosecond on. */
static void test_late(void)
{
    struct test_setup it;
    test_setup_init(&it);
    it.device[0].startup_ps = 25 * MS;
    struct weft_metrics *metrics = weft_metrics_new(&it.setup);
    struct weft_watch watch = weft_metrics_watch(metrics);
    uint64_t late = 0;
    for (uint32_t n = 0; n < 100; n++) {
        struct weft_train train = {.n = 0};
        weft_ps deadline_ps = (10 * (weft_ps)n + 35) * MS, at_ps = deadline_ps;
        if (n % 7 == 3)
            at_ps += 1;
        else if (n % 7 == 5)
            at_ps += 50 * MS; /* after the deadlines of its successors, too */
        else if (n % 7 == 6)
            at_ps -= 20 * MS;
        late += at_ps > deadline_ps;
        test_train_add(&train, 0, n, 1292, at_ps, at_ps);
        watch.packets(watch.ctx, WEFT_AT_DEVICE, 0, &train);
    }
    g_assert_cmpuint(late, ==, 28);
    g_assert_cmpuint(weft_metrics_totals(metrics)->late_packets, ==, late);
    g_assert_cmpuint(weft_metrics_stream(metrics, 0)->late_packets, ==, late);
    g_assert_cmpuint(weft_metrics_stream(metrics, 0)->packets_delivered, ==, 100);
    /* One that was overtaken is measured by its own deadline, 535 ms. */
    struct weft_train train = {.n = 0};
    test_train_add(&train, 0, 50, 1292, 536 * MS, 536 * MS);
    watch.packets(watch.ctx, WEFT_AT_DEVICE, 0, &train);
    g_assert_cmpuint(weft_metrics_stream(metrics, 0)->late_packets, ==, late + 1);
    weft_metrics_free(metrics);
}

/* Ten packets of streams 1 and 5, warm-up 35 ms: packets 4 to 9 count. Every third of stream 5 is dropped. */
static void test_counts(void)
{
    struct test_setup it;
    test_setup_init(&it);
    it.setup.warmup_ps = 35 * MS;
    struct weft_metrics *metrics = weft_metrics_new(&it.setup);
    struct weft_watch watch = weft_metrics_watch(metrics);
    for (uint32_t n = 0; n < 10; n++) {
        for (uint32_t s = 1; s <= 5; s += 4) {
            struct weft_train train = {.n = 0};
            bool dropped = s == 5 && n % 3 == 0;
            test_train_add(&train, s, n, 1292, n * 10 * MS, n * 10 * MS + 1);
            watch.packets(watch.ctx, WEFT_AT_SERVER, s % TEST_SERVERS, &train);
            if (dropped) { /* 6 for want of room, 9 because the device is off */
                train.outcome[0] = n == 6 ? WEFT_DROPPED_BUFFER : WEFT_DROPPED_DEVICE;
                train.done_ps[0] = n == 6 ? WEFT_NEVER : train.done_ps[0];
            }
            watch.packets(watch.ctx, WEFT_AT_SWITCH, 0, &train);
            train.at_ps[0] = train.done_ps[0];
            if (!dropped)
                watch.packets(watch.ctx, WEFT_AT_DEVICE, 0, &train);
        }
    }
    const struct weft_totals *totals = weft_metrics_totals(metrics);
    g_assert_cmpuint(totals->packets_sent, ==, 12);
    g_assert_cmpuint(totals->payload_bytes_sent, ==, 12 * 1250);
    g_assert_cmpuint(totals->packets_dropped, ==, 2); /* 6 and 9 */
    g_assert_cmpuint(totals->packets_delivered, ==, 10);
    g_assert_cmpuint(totals->payload_bytes_delivered, ==, 10 * 1250);
    g_assert_cmpuint(totals->end_ps, ==, 90 * MS + 1);
    g_assert_cmpuint(weft_metrics_server(metrics, 1)->packets_sent, ==, 6);
    g_assert_cmpuint(weft_metrics_server(metrics, 2)->payload_bytes_sent, ==, 6 * 1250);
    g_assert_cmpuint(weft_metrics_port(metrics, 1)->forwarded_packets, ==, 6);
    g_assert_cmpuint(weft_metrics_port(metrics, 5)->forwarded_packets, ==, 5); /* with 9 */
    g_assert_cmpuint(weft_metrics_port(metrics, 5)->dropped_packets, ==, 2);
    g_assert_cmpuint(weft_metrics_port(metrics, 5)->dropped_by[WEFT_DROPPED_BUFFER], ==, 1);
    g_assert_cmpuint(weft_metrics_port(metrics, 5)->dropped_by[WEFT_DROPPED_DEVICE], ==, 1);
    g_assert_cmpuint(totals->dropped_by[WEFT_DROPPED_BUFFER], ==, 1);
    g_assert_cmpuint(totals->dropped_by[WEFT_DROPPED_DEVICE], ==, 1);
    g_assert_cmpuint(totals->dropped_by[WEFT_DROPPED_LINK], ==, 0);
    g_assert_cmpuint(totals->dropped_by[WEFT_DELIVERED], ==, 0);
    g_assert_cmpuint(weft_metrics_stream(metrics, 5)->dropped_by[WEFT_DROPPED_BUFFER], ==, 1);
    g_assert_cmpuint(weft_metrics_stream(metrics, 5)->dropped_by[WEFT_DROPPED_DEVICE], ==, 1);
    g_assert_cmpuint(weft_metrics_port(metrics, 1)->dropped_packets, ==, 0);
    g_assert_cmpuint(weft_metrics_stream(metrics, 5)->packets_sent, ==, 6);
    g_assert_cmpuint(weft_metrics_stream(metrics, 5)->packets_dropped, ==, 2);
    g_assert_cmpuint(weft_metrics_stream(metrics, 5)->packets_delivered, ==, 4);
    weft_metrics_free(metrics);
}

/* A copy of the block, as another process would get it, holds the whole result. */
static void test_block(void)
{
    struct test_setup it;
    test_setup_init(&it);
    struct weft_metrics *metrics = weft_metrics_new(&it.setup), *other = weft_metrics_new(&it.setup);
    struct weft_watch watch = weft_metrics_watch(metrics);
    struct weft_host_counters counters = {.entries_below_packet = 7, .busy_ps = 8};
    counters.ledger.count[WEFT_INTERRUPTS] = 9;
    struct weft_train train = {.n = 0};
    test_train_add(&train, 11, 0, 1292, 5, 6);
    watch.packets(watch.ctx, WEFT_AT_SERVER, 2, &train);
    watch.packets(watch.ctx, WEFT_AT_SWITCH, 0, &train);
    watch.server(watch.ctx, 2, &counters);
    g_assert_cmpuint(weft_metrics_block_bytes(other), ==, weft_metrics_block_bytes(metrics));
    memcpy(weft_metrics_block(other), weft_metrics_block(metrics), weft_metrics_block_bytes(other));
    g_assert_cmpuint(weft_metrics_totals(other)->packets_sent, ==, 1);
    g_assert_cmpuint(weft_metrics_totals(other)->balance_windows, ==, 1);
    g_assert_cmpuint(weft_metrics_server(other, 2)->counters.busy_ps, ==, 8);
    g_assert_cmpuint(weft_metrics_server(other, 2)->counters.ledger.count[WEFT_INTERRUPTS], ==, 9);
    g_assert_cmpuint(weft_metrics_port(other, 5)->peak_frame_bytes, ==, 1292);
    g_assert_cmpuint(weft_metrics_stream(other, 11)->packets_sent, ==, 1);
    weft_metrics_free(metrics);
    weft_metrics_free(other);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/metrics/formulas/jain", test_jain);
    g_test_add_func("/metrics/formulas/means", test_formulas);
    g_test_add_func("/metrics/formulas/bins", test_bins);
    g_test_add_func("/metrics/balance", test_balance);
    g_test_add_func("/metrics/late", test_late);
    g_test_add_func("/metrics/counts", test_counts);
    g_test_add_func("/metrics/block", test_block);
    return g_test_run();
}
