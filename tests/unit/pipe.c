/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pipes and durations against exact rationals: instants are numerators over the rate, in 128 bits. */
#include "weft/base.h"

#include <glib.h>

static uint64_t draw64(void)
{
    return (uint64_t)(guint32)g_test_rand_int() << 32 | (guint32)g_test_rand_int();
}

static void thirds_are_rounded_down_and_not_carried(void)
{
    struct weft_pipe pipe;
    weft_pipe_init(&pipe, 3);
    g_assert_cmpuint(weft_pipe_take(&pipe, 0, 1), ==, UINT64_C(333333333333));
    g_assert_cmpuint(weft_pipe_take(&pipe, 0, 1), ==, UINT64_C(666666666666));
    g_assert_cmpuint(weft_pipe_take(&pipe, 0, 1), ==, UINT64_C(1000000000000));
    /* At the floor of the end it is still busy: the remainder counts. */
    g_assert_cmpuint(weft_pipe_take(&pipe, UINT64_C(1000000000001), 1), ==, UINT64_C(1333333333334));
    g_assert_cmpuint(weft_pipe_take(&pipe, UINT64_C(1333333333334), 2), ==, UINT64_C(2000000000001));
    weft_pipe_init(&pipe, 3);
    weft_pipe_take(&pipe, 0, 3);
    /* One picosecond after the floor of the end is idle: the remainder starts at 0 again. */
    g_assert_cmpuint(weft_pipe_take(&pipe, 0, 1), ==, UINT64_C(1333333333333));
    g_assert_cmpuint(weft_pipe_start(&pipe, UINT64_C(1333333333333)), ==, UINT64_C(1333333333333));
    g_assert_cmpuint(weft_pipe_start(&pipe, 5), ==, UINT64_C(1333333333333));
    g_assert_cmpuint(weft_pipe_start(&pipe, UINT64_C(1333333333334)), ==, UINT64_C(1333333333334));
    g_assert_cmpuint(weft_pipe_take(&pipe, UINT64_C(1333333333334), 2), ==, UINT64_C(2000000000000));
}

/* An hour of full frames, back to back, at a rate that no picosecond divides. */
static void an_hour_of_packets_does_not_drift(void)
{
    const uint64_t rate_bps = 99999989, wire_bits = 1538 * 8;
    const uint64_t packets = 3600 * rate_bps / wire_bits;
    struct weft_pipe pipe;
    weft_pipe_init(&pipe, rate_bps);
    weft_ps end_ps = 0;
    for (uint64_t i = 0; i < packets; i++)
        end_ps = weft_pipe_take(&pipe, 0, wire_bits);
    weft_u128 exact = (weft_u128)packets * wire_bits * WEFT_PS_PER_S;
    g_assert_cmpuint(end_ps, ==, (uint64_t)(exact / rate_bps));
    g_assert_cmpuint(pipe.carry, ==, (uint64_t)(exact % rate_bps));
}

/* Random work, busy and idle: the exact end is a rational with the rate below the line. */
static void busy_and_idle_work_ends_at_the_exact_rational(void)
{
    for (int round = 0; round < 300; round++) {
        uint64_t rate = 1 + draw64() % (round % 3 ? UINT64_C(10000000000000) : 1000000);
        uint64_t most = round % 2 ? UINT64_C(1) << 24 : 20000;
        struct weft_pipe pipe;
        weft_pipe_init(&pipe, rate);
        weft_u128 end = 0;
        weft_ps now_ps = 0;
        for (int i = 0; i < 200; i++) {
            uint64_t units = 1 + draw64() % most;
            weft_ps typical_ps = (weft_ps)((weft_u128)units * WEFT_PS_PER_S / rate);
            if (i % 7 == 6 && now_ps <= pipe.free_ps)
                now_ps = pipe.free_ps; /* the instant at which busy and idle meet */
            else
                now_ps += draw64() % (2 * typical_ps / (1 + (uint64_t)(i % 3)) + 2);
            if (typical_ps > UINT64_MAX / 1000)
                break; /* 1,000 of these would pass 2^64 ps */
            weft_u128 at = (weft_u128)now_ps * rate;
            end = (at > end ? at : end) + (weft_u128)units * WEFT_PS_PER_S;
            g_assert_cmpuint(weft_pipe_take(&pipe, now_ps, units), ==, (uint64_t)(end / rate));
            g_assert_cmpuint(pipe.carry, ==, (uint64_t)(end % rate));
            weft_ps start_ps[4], end_ps[4], before_ps = pipe.free_ps;
            uint64_t more = draw64() % 5;
            weft_pipe_follow(&pipe, more, start_ps, end_ps);
            for (uint64_t k = 0; k < more; k++) {
                end += (weft_u128)units * WEFT_PS_PER_S;
                g_assert_cmpuint(start_ps[k], ==, before_ps);
                g_assert_cmpuint(end_ps[k], ==, (uint64_t)(end / rate));
                before_ps = end_ps[k];
            }
            g_assert_cmpuint(pipe.free_ps, ==, before_ps);
            g_assert_cmpuint(pipe.carry, ==, (uint64_t)(end % rate));
        }
    }
}

static void durations_are_rounded_as_named(void)
{
    g_assert_cmpuint(weft_duration_up(0, 5), ==, 0);
    g_assert_cmpuint(weft_duration_down(12304, 1000000000), ==, 12304000);
    g_assert_cmpuint(weft_duration_up(12304, 1000000000), ==, 12304000);
    g_assert_cmpuint(weft_duration_down(1, 3), ==, UINT64_C(333333333333));
    g_assert_cmpuint(weft_duration_up(1, 3), ==, UINT64_C(333333333334));
    for (int i = 0; i < 20000; i++) {
        uint64_t rate = 1 + (draw64() >> (draw64() % 63));
        uint64_t units = draw64() >> (1 + draw64() % 63);
        weft_u128 exact = (weft_u128)units * WEFT_PS_PER_S;
        if (exact / rate >= UINT64_MAX)
            continue;
        weft_ps down_ps = weft_duration_down(units, rate), up_ps = weft_duration_up(units, rate);
        g_assert_true((weft_u128)down_ps * rate <= exact && exact < ((weft_u128)down_ps + 1) * rate);
        g_assert_cmpuint(up_ps, ==, down_ps + (exact % rate != 0));
    }
}

static void work_past_the_end_of_time_is_asserted(void)
{
    if (g_test_subprocess()) {
        struct weft_pipe pipe;
        weft_pipe_init(&pipe, 1000);
        weft_pipe_take(&pipe, UINT64_MAX - 5, 1);
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*weft_pipe_take*Assertion*");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pipe/thirds", thirds_are_rounded_down_and_not_carried);
    g_test_add_func("/pipe/hour", an_hour_of_packets_does_not_drift);
    g_test_add_func("/pipe/exact", busy_and_idle_work_ends_at_the_exact_rational);
    g_test_add_func("/pipe/durations", durations_are_rounded_as_named);
    g_test_add_func("/pipe/overflow", work_past_the_end_of_time_is_asserted);
    return g_test_run();
}
