/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Jitter, gaps and idle times of a few packets, by hand: packet n of a stream is due at n * 10 ms, intervals of 20 ms. */
#include "weft/departures.h"

#include "metrics_setup.h"

#include <glib.h>

#define MS (WEFT_PS_PER_S / 1000)

static void show(const struct weft_watch *watch)
{
    static struct weft_train train;
    train.n = 0;
    test_train_add(&train, 0, 0, 100, 0, 3 * MS);
    test_train_add(&train, 3, 0, 100, 3 * MS, 5 * MS);
    test_train_add(&train, 0, 1, 100, 6 * MS, 7 * MS);   /* the link was idle for 1 ms of the first call */
    test_train_add(&train, 0, 2, 100, 20 * MS, 24 * MS); /* the next call */
    test_train_add(&train, 0, 3, 100, 24 * MS, 25 * MS);
    watch->packets(watch->ctx, WEFT_AT_SERVER, 0, &train);
    watch->packets(watch->ctx, WEFT_AT_SWITCH, 0, &train); /* is not looked at */
    train.n = 0;
    test_train_add(&train, 1, 0, 100, 9 * MS, 9 * MS); /* another server */
    watch->packets(watch->ctx, WEFT_AT_SERVER, 1, &train);
}

static void assert_report(const struct weft_departure_report *is, struct weft_departure_report must)
{
    g_assert_cmpuint(is->packets, ==, must.packets);
    g_assert_cmpint(is->earliest_ps, ==, must.earliest_ps);
    g_assert_cmpint(is->latest_ps, ==, must.latest_ps);
    g_assert_cmpuint(is->least_gap_ps, ==, must.least_gap_ps);
    g_assert_cmpuint(is->idle_before, ==, must.idle_before);
}

static void test_by_hand(void)
{
    struct test_setup test;
    test_setup_init(&test);
    test.setup.write.interval_ps = 20 * MS;
    struct weft_departures *departures = weft_departures_new(&test.setup);
    const struct weft_watch watch = weft_departures_watch(departures);
    show(&watch);
    const struct weft_departure_report *report = weft_departures_reports(departures);
    const int64_t ms = MS;
    assert_report(&report[0], (struct weft_departure_report){4, 25 * ms - 30 * ms, 24 * ms - 20 * ms, MS, 1});
    assert_report(&report[3], (struct weft_departure_report){1, 5 * ms, 5 * ms, WEFT_NEVER, 0});
    assert_report(&report[1], (struct weft_departure_report){1, 9 * ms, 9 * ms, WEFT_NEVER, 0});
    assert_report(&report[2], (struct weft_departure_report){0, 0, 0, WEFT_NEVER, 0});
    weft_departures_free(departures);
    weft_departures_free(NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/metrics/departures/by-hand", test_by_hand);
    return g_test_run();
}
