/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What skipping stands on: images of a state, and after which time a stream is as it was. */

#include "weft/image.h"
#include "weft/traffic.h"

#include <glib.h>

static const struct weft_phase noon = {.at_ps = 1000};

static void put_words(struct weft_image *image, uint64_t first, guint n)
{
    for (guint i = 0; i < n; i++)
        weft_image_put(image, first + i);
}

static void test_image(void)
{
    struct weft_image image = {0};
    weft_image_keep(&image);
    put_words(&image, 7, 1000);
    weft_image_compare(&image);
    put_words(&image, 7, 1000);
    g_assert_true(weft_image_equals(&image));
    weft_image_compare(&image);
    put_words(&image, 7, 999); /* one word less */
    g_assert_false(weft_image_equals(&image));
    weft_image_compare(&image);
    put_words(&image, 7, 1001); /* one more */
    g_assert_false(weft_image_equals(&image));
    weft_image_compare(&image);
    put_words(&image, 7, 500);
    put_words(&image, 508, 500); /* others */
    g_assert_false(weft_image_equals(&image));
    weft_image_keep(&image); /* nothing is left of what it had */
    put_words(&image, 1, 2);
    weft_image_compare(&image);
    put_words(&image, 1, 2);
    g_assert_true(weft_image_equals(&image));
    weft_image_clear(&image);
}

/* Whether a pipe now is put as another is 500 ps later. */
static bool same_pipes(weft_ps free_ps, uint64_t carry, weft_ps later_free_ps, uint64_t later_carry)
{
    const struct weft_phase later = {.at_ps = 1500};
    struct weft_image image = {0};
    weft_image_keep(&image);
    weft_image_put_pipe(&image, &noon,
                        &(struct weft_pipe){.rate_per_s = 9, .free_ps = free_ps, .carry = carry});
    weft_image_compare(&image);
    weft_image_put_pipe(&image, &later,
                        &(struct weft_pipe){.rate_per_s = 9, .free_ps = later_free_ps, .carry = later_carry});
    bool same = weft_image_equals(&image);
    weft_image_clear(&image);
    return same;
}

static void test_pipe(void)
{
    g_assert_true(same_pipes(1700, 3, 2200, 3));
    g_assert_false(same_pipes(1700, 3, 2201, 3));
    g_assert_false(same_pipes(1700, 3, 2200, 4));
    g_assert_true(same_pipes(10, 3, 1499, 8)); /* idle, whatever was before */
    g_assert_true(same_pipes(10, 3, 1500, 0)); /* free from now on, without a remainder: as idle */
    g_assert_false(same_pipes(10, 3, 1500, 1));
    g_assert_true(same_pipes(1000, 2, 1500, 2));
    g_assert_false(same_pipes(10, 3, 1501, 0));
    /* What is put alike takes work alike. */
    struct weft_pipe idle = {.rate_per_s = 9, .free_ps = 10, .carry = 3, .known_units = UINT64_MAX},
                     free_now = {.rate_per_s = 9, .free_ps = 1000, .known_units = UINT64_MAX};
    g_assert_cmpuint(weft_pipe_take(&idle, 1000, 5), ==, weft_pipe_take(&free_now, 1000, 5));
    g_assert_cmpuint(idle.carry, ==, free_now.carry);
}

static void test_instants(void)
{
    const struct weft_phase later = {.at_ps = 1500};
    struct weft_image image = {0};
    weft_image_keep(&image);
    weft_image_put_instant(&image, &noon, 1000);
    weft_image_put_instant(&image, &noon, WEFT_NEVER);
    weft_image_put_limit(&image, &noon, 3);
    weft_image_put_limit(&image, &noon, 1001);
    weft_image_compare(&image);
    weft_image_put_instant(&image, &later, 1500);
    weft_image_put_instant(&image, &later, WEFT_NEVER);
    weft_image_put_limit(&image, &later, 1500);
    weft_image_put_limit(&image, &later, 1501);
    g_assert_true(weft_image_equals(&image));
    weft_image_clear(&image);
}

/* Whether after q packets all are due as before, and their data lies as before: n packets take n * bits * 10^12 / rate. */
static bool is_period(const struct weft_clock *clock, uint64_t q, uint64_t bytes)
{
    weft_u128 took = (weft_u128)q * clock->payload_bytes * 8 * WEFT_PS_PER_S;
    return took % clock->rate_bps == 0 && (weft_u128)q * clock->payload_bytes % bytes == 0;
}

static void check_period(const struct weft_clock *clock, uint64_t bytes)
{
    uint64_t q = 0;
    const weft_ps most_ps = WEFT_NEVER - 1, period_ps = weft_clock_period(clock, bytes, most_ps, &q);
    if (period_ps == WEFT_NEVER)
        return;
    g_assert_true(is_period(clock, q, bytes));
    for (uint64_t n = 0; n < 20 && weft_clock_due(clock, n + q) != WEFT_NEVER; n++)
        g_assert_cmpuint(weft_clock_due(clock, n + q), ==, weft_clock_due(clock, n) + period_ps);
    uint64_t rest = q; /* no part of it is one */
    for (uint64_t p = 2; p <= rest && p < 100000; p++)
        for (; rest % p == 0; rest /= p)
            g_assert_false(is_period(clock, q / p, bytes));
    g_assert_cmpuint(weft_clock_period(clock, bytes, period_ps, &q), ==, period_ps);
    g_assert_cmpuint(weft_clock_period(clock, bytes, period_ps - 1, &q), ==, WEFT_NEVER);
}

static void test_period(void)
{
    uint64_t packets;
    struct weft_clock clock = {.rate_bps = 4000000, .payload_bytes = 1280};
    /* 10,240 bit at 4 Mbit/s are 2.56 ms; 16 packets are 20,480 B, 5 pages. */
    g_assert_cmpuint(weft_clock_period(&clock, 1, WEFT_PS_PER_S, &packets), ==, UINT64_C(2560000000));
    g_assert_cmpuint(packets, ==, 1);
    g_assert_cmpuint(weft_clock_period(&clock, 4096, WEFT_PS_PER_S, &packets), ==, UINT64_C(40960000000));
    g_assert_cmpuint(packets, ==, 16);
    clock.rate_bps = 3; /* 3 packets take 10,240 s */
    g_assert_cmpuint(weft_clock_period(&clock, 1, 10240 * WEFT_PS_PER_S, &packets), ==,
                     10240 * WEFT_PS_PER_S);
    g_assert_cmpuint(packets, ==, 3);
    for (guint i = 0; i < 2000; i++) {
        clock.rate_bps = (uint64_t)g_test_rand_int_range(1, 40) * (uint64_t)g_test_rand_int_range(1, 1000000);
        clock.payload_bytes = (uint32_t)g_test_rand_int_range(1, 1500);
        clock.start_ps = (weft_ps)g_test_rand_int_range(0, 1000000);
        check_period(&clock, (uint64_t)g_test_rand_int_range(1, 10000));
    }
}

static void test_common_period(void)
{
    g_assert_cmpuint(weft_common_period(4, 6, 12), ==, 12);
    g_assert_cmpuint(weft_common_period(4, 6, 11), ==, WEFT_NEVER);
    g_assert_cmpuint(weft_common_period(1, 7, 7), ==, 7);
    g_assert_cmpuint(weft_common_period(UINT64_C(1) << 63, 3, WEFT_NEVER - 1), ==, WEFT_NEVER);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/repeat/image", test_image);
    g_test_add_func("/repeat/pipe", test_pipe);
    g_test_add_func("/repeat/instants", test_instants);
    g_test_add_func("/repeat/period", test_period);
    g_test_add_func("/repeat/common-period", test_common_period);
    return g_test_run();
}
