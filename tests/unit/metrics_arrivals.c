/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Jitter, gaps and idle times of a few packets, by hand: packet n of a stream is due at n * 10 ms, intervals of 20 ms. */
#include "weft/arrivals.h"

#include "metrics_setup.h"

#include <glib.h>

#define MS (WEFT_PS_PER_S / 1000)

static void add(struct weft_train *train, uint32_t port, uint32_t stream, uint32_t number, weft_ps at_ps,
                weft_ps done_ps)
{
    test_train_add(train, stream, number, 100, at_ps, done_ps);
    train->port[train->n - 1] = port;
}

/* Stream 0 goes over the trunk behind port 6 to port 1, the others straight to their devices. */
static void show(const struct weft_watch *watch)
{
    static struct weft_train train;
    train.n = 0;
    add(&train, 0, 0, 0, 0, 1 * MS);
    add(&train, 0, 4, 0, 1 * MS, 2 * MS);
    add(&train, 0, 0, 1, 3 * MS, 4 * MS);   /* the link was idle for 1 ms of the first call */
    add(&train, 0, 0, 2, 20 * MS, 21 * MS); /* the next call */
    add(&train, 0, 0, 3, 21 * MS, 22 * MS);
    watch->packets(watch->ctx, WEFT_AT_SERVER, 0, &train);
    watch->packets(watch->ctx, WEFT_AT_DEVICE, 0, &train); /* is not looked at */
    train.n = 0;
    add(&train, 6, 0, 0, 3 * MS, 4 * MS);
    add(&train, 4, 4, 0, 5 * MS, 6 * MS);
    add(&train, 6, 0, 1, 7 * MS, 8 * MS);
    add(&train, 1, 0, 0, 8 * MS, 9 * MS);
    add(&train, 6, 0, 2, 24 * MS, 25 * MS);
    add(&train, 6, 0, 3, 25 * MS, 26 * MS);
    add(&train, 1, 0, 1, 30 * MS, 31 * MS);
    watch->packets(watch->ctx, WEFT_AT_SWITCH, 0, &train);
}

static void assert_report(const struct weft_arrival_report *is, struct weft_arrival_report must)
{
    g_assert_cmpuint(is->packets, ==, must.packets);
    g_assert_cmpint(is->earliest_ps, ==, must.earliest_ps);
    g_assert_cmpint(is->latest_ps, ==, must.latest_ps);
    g_assert_cmpuint(is->least_gap_ps, ==, must.least_gap_ps);
    g_assert_cmpuint(is->idle_before, ==, must.idle_before);
}

static void test_by_hand(void)
{
    const struct weft_trunk trunk = {.name = "trunk", .from = 0, .to = 1, .rate_bps = 1000000000};
    struct test_setup test;
    test_setup_init(&test);
    test.setup.write.interval_ps = 20 * MS;
    for (uint32_t i = 0; i < TEST_SERVERS; i++)
        test.server[i].link_bps = 960000; /* 120 bytes of wire take 1 ms */
    test.setup.trunks = 1;
    test.setup.trunk = &trunk;
    for (uint32_t i = 0; i < TEST_STREAMS; i++)
        test.stream[i].device = 2 * (i / 2 % 3); /* behind switch 0, as the servers */
    test.stream[0].device = 1;
    struct weft_arrivals *arrivals = weft_arrivals_new(&test.setup);
    const struct weft_watch watch = weft_arrivals_watch(arrivals);
    show(&watch);
    const struct weft_arrival_report *report = weft_arrivals_reports(arrivals);
    const struct weft_routes *routes = weft_arrivals_routes(arrivals);
    const int64_t ms = MS;
    g_assert_cmpuint(routes->first[1], ==, 2);
    assert_report(&report[0], (struct weft_arrival_report){4, 25 * ms - 30 * ms, 24 * ms - 20 * ms, MS, 1});
    assert_report(&report[1], (struct weft_arrival_report){2, 8 * ms, 30 * ms - 10 * ms, 22 * MS, 0});
    assert_report(&report[routes->first[4]], (struct weft_arrival_report){1, 5 * ms, 5 * ms, WEFT_NEVER, 0});
    assert_report(&report[routes->first[2]], (struct weft_arrival_report){0, 0, 0, WEFT_NEVER, 0});
    weft_arrivals_free(arrivals);
    weft_arrivals_free(NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/metrics/arrivals/by-hand", test_by_hand);
    return g_test_run();
}
