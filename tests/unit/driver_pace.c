/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Launch times and slices against counting: packet i of n lies in the last slice whose share of the packets, s n / K, is at
 * most i; its launch time is i T / n. */
#include "driver/pace.h"

#include <glib.h>

#define MS (WEFT_PS_PER_S / 1000)

static struct weft_call call_of(uint64_t packets, uint32_t slices, weft_ps span_ps)
{
    return (struct weft_call){.from_ps = 7 * MS, .span_ps = span_ps, .of_packets = packets, .slices = slices};
}

/* The slice of packet i, by trying them one after the other. */
static uint64_t counted_slice(uint64_t i, uint64_t packets, uint64_t slices)
{
    uint64_t slice = 0;
    while (slice + 1 < slices && (slice + 1) * packets <= i * slices)
        slice++;
    return slice;
}

/* Walks through the slices of one call as the driver does, or through those of several that share an interval. */
static void slices_share_packets(void)
{
    for (uint64_t n = 1; n <= 60; n++)
        for (uint32_t slices = 1; slices <= 70; slices++) {
            uint64_t least = n, most = 0;
            struct weft_call call = call_of(n, slices, 100 * MS + 1);
            for (uint64_t i = 0; i < n;) {
                struct weft_slice slice = weft_slice_from(&call, i);
                uint64_t number = counted_slice(i, n, slices);
                g_assert_cmpuint(slice.at_ps, ==, 7 * MS + number * (100 * MS + 1) / slices);
                g_assert_cmpuint(slice.at_ps, <=, 7 * MS + i * (100 * MS + 1) / n);
                g_assert_cmpuint(slice.packets, >=, 1);
                g_assert_cmpuint(counted_slice(i + slice.packets - 1, n, slices), ==, number);
                least = MIN(least, slice.packets);
                most = MAX(most, slice.packets);
                i += slice.packets;
                g_assert_cmpuint(i, <=, n);
                g_assert_true(i == n || counted_slice(i, n, slices) > number);
            }
            g_assert_cmpuint(most - least, <=, 1);
            g_assert_cmpuint(most, ==, (n + slices - 1) / slices);
        }
}

static void a_call_may_begin_within_a_slice(void)
{
    struct weft_call call = call_of(10, 3, 90 * MS); /* 4, 3 and 3 packets */
    call.first_packet = 2;
    g_assert_cmpuint(weft_slice_from(&call, 0).packets, ==, 2);
    g_assert_cmpuint(weft_slice_from(&call, 2).at_ps, ==, 37 * MS);
    g_assert_cmpuint(weft_slice_from(&call, 3).packets, ==, 2);
    g_assert_cmpuint(weft_slice_from(&call, 7).at_ps, ==, 67 * MS);
}

/* 2^32 - 1 packets over 10^6 s: no product overflows. */
static void large_calls(void)
{
    const uint64_t n = UINT32_MAX;
    const weft_ps span_ps = UINT64_C(1000000) * WEFT_PS_PER_S;
    struct weft_call call = call_of(n, WEFT_SLICES_MOST, span_ps);
    struct weft_slice last = weft_slice_from(&call, n - 1);
    g_assert_cmpuint(last.at_ps, ==, 7 * MS + span_ps - WEFT_PS_PER_S);
    g_assert_cmpuint(last.packets, ==, 1);
    call.slices = 0;
    call.first_packet = n - 1;
    struct weft_launch launch = weft_launch_first(&call);
    weft_u128 offset_ps = (weft_u128)(n - 1) * span_ps / n;
    g_assert_cmpuint(weft_launch_next(&launch), ==, 7 * MS + (weft_ps)offset_ps);
}

static void launch_times_do_not_drift(void)
{
    const uint64_t n = 100003;
    struct weft_call call = call_of(n, 0, 40 * MS);
    struct weft_launch launch = weft_launch_first(&call);
    for (uint64_t i = 0; i < n; i++)
        g_assert_cmpuint(weft_launch_next(&launch), ==, 7 * MS + i * 40 * MS / n);
}

static void what_is_not_paced_goes_at_once(void)
{
    struct weft_call call = {.of_packets = 5};
    struct weft_launch launch = weft_launch_first(&call);
    for (int i = 0; i < 5; i++)
        g_assert_cmpuint(weft_launch_next(&launch), ==, 0);
    g_assert_cmpuint(weft_slice_from(&call, 0).at_ps, ==, 0);
    g_assert_cmpuint(weft_slice_from(&call, 0).packets, ==, UINT64_MAX);
    call = call_of(5, 2, MS); /* slices have no launch times besides */
    launch = weft_launch_first(&call);
    g_assert_cmpuint(weft_launch_next(&launch), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/driver-pace/slices-share-packets", slices_share_packets);
    g_test_add_func("/driver-pace/a-call-may-begin-within-a-slice", a_call_may_begin_within_a_slice);
    g_test_add_func("/driver-pace/large-calls", large_calls);
    g_test_add_func("/driver-pace/launch-times-do-not-drift", launch_times_do_not_drift);
    g_test_add_func("/driver-pace/what-is-not-paced-goes-at-once", what_is_not_paced_goes_at_once);
    return g_test_run();
}
