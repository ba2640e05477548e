/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rows of port rules, each by itself, against numbers made by hand. */
#include "weft/port.h"

#include <glib.h>

static const struct weft_buffer *find(const struct weft_buffer *const *table, const char *name)
{
    while (!g_str_equal((*table)->name, name))
        table++;
    return *table;
}

/* The most bytes that one more frame may have beside what is in use; 0: none of at least 1. */
static uint64_t room(const struct weft_buffer *row, struct weft_buffer_params params,
                     struct weft_buffer_use use)
{
    uint64_t bytes = 0;
    while (bytes < 5000 && row->accepts(&params, &use, bytes + 1))
        bytes++;
    return bytes;
}

static void test_limits(void)
{
    const struct weft_buffer_params params = {.limit = 1000, .cell_bytes = 3};
    const struct weft_buffer *bytes = find(weft_buffers, "bytes"), *packets = find(weft_buffers, "packets"),
                             *cells = find(weft_buffers, "cells");
    g_assert_null(find(weft_buffers, "unlimited")->accepts);
    g_assert_cmpuint(room(bytes, params, (struct weft_buffer_use){.packets = 5000, .bytes = 400}), ==, 600);
    g_assert_cmpuint(room(bytes, params, (struct weft_buffer_use){.bytes = 1000}), ==, 0);
    g_assert_cmpuint(room(packets, params, (struct weft_buffer_use){.packets = 999, .bytes = 9999}), ==,
                     5000);
    g_assert_cmpuint(room(packets, params, (struct weft_buffer_use){.packets = 1000}), ==, 0);
    g_assert_cmpuint(room(cells, params, (struct weft_buffer_use){.bytes = 2000}), ==, 1000);
    g_assert_cmpuint(room(cells, params, (struct weft_buffer_use){.bytes = 2998}), ==, 2);
}

static void test_stored(void)
{
    g_assert_cmpuint(weft_stored_bytes(0, 1518), ==, 1518);
    g_assert_cmpuint(weft_stored_bytes(1, 1518), ==, 1518);
    g_assert_cmpuint(weft_stored_bytes(208, 1518), ==, 8 * 208);
    g_assert_cmpuint(weft_stored_bytes(208, 416), ==, 416);
    g_assert_cmpuint(weft_stored_bytes(65535, 64), ==, 65535);
}

/* A pool of 1,000 bytes beside reserves of 100. */
static void test_sharing(void)
{
    struct weft_buffer_params params = {
        .shared_bytes = 1000, .reserved_bytes = 100, .alpha_num = 1, .alpha_den = 2};
    const struct weft_buffer *dynamic = find(weft_sharings, "dynamic"),
                             *complete = find(weft_sharings, "complete");
    /* Nothing is in use: the reserve and all of the pool. */
    g_assert_cmpuint(room(dynamic, params, (struct weft_buffer_use){0}), ==, 1100);
    g_assert_cmpuint(room(complete, params, (struct weft_buffer_use){0}), ==, 1100);
    static const struct {
        uint32_t alpha_num; /* of 2 */
        struct weft_buffer_use use;
        uint64_t dynamic_room, complete_room;
    } cases[] = {
        /* Of 600 that are free half is 300: with 299 of the pool the port may still have some. */
        {1, {.bytes = 399, .pool_bytes = 400}, 600, 600},
        {1, {.bytes = 400, .pool_bytes = 400}, 0, 600},
        {3, {.bytes = 400, .pool_bytes = 400}, 600, 600},
        /* Others have all of it: only the reserve is left. */
        {3, {.bytes = 40, .pool_bytes = 1000}, 60, 60},
        {3, {.bytes = 100, .pool_bytes = 1000}, 0, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        params.alpha_num = cases[i].alpha_num;
        g_assert_cmpuint(room(dynamic, params, cases[i].use), ==, cases[i].dynamic_room);
        g_assert_cmpuint(room(complete, params, cases[i].use), ==, cases[i].complete_room);
    }
    g_assert_true(dynamic->pooled && complete->pooled);
}

/* The largest numbers, alpha = 10^6 of 2^40 bytes: with 1,099,510 of them free a queue has 1,099,510,528,266, which
 * is more than 1,099,510 * 10^6; one byte before it has less than 1,099,511 * 10^6. */
static void test_largest(void)
{
    const struct weft_buffer *dynamic = find(weft_sharings, "dynamic");
    const struct weft_buffer_params most = {
        .shared_bytes = UINT64_C(1) << 40, .alpha_num = 1000000, .alpha_den = 1};
    const uint64_t stops = (UINT64_C(1) << 40) - 1099510, goes_on = stops - 1;
    g_assert_false(
        dynamic->accepts(&most, &(struct weft_buffer_use){.bytes = stops, .pool_bytes = stops}, 1));
    g_assert_true(
        dynamic->accepts(&most, &(struct weft_buffer_use){.bytes = goes_on, .pool_bytes = goes_on}, 1));
}

/* 100 bytes on the link from 1,000 to 1,300 ps: 3 ps a byte. */
static void test_fluid(void)
{
    const struct weft_accounting *fluid = weft_accountings[1];
    g_assert_cmpstr(fluid->name, ==, "fluid");
    g_assert_null(weft_accountings[0]->left_bytes);
    static const struct {
        weft_ps now_ps;
        uint64_t left_bytes;
    } points[] = {{1000, 100}, {1001, 100}, {1002, 100}, {1003, 99}, {1004, 99},
                  {1150, 50},  {1296, 2},   {1297, 1},   {1299, 1}};
    for (size_t i = 0; i < G_N_ELEMENTS(points); i++)
        g_assert_cmpuint(fluid->left_bytes(100, 1000, 1300, points[i].now_ps), ==, points[i].left_bytes);
}

/* The same frame: triangle, trapeziums that make it up, and nothing. Then the slowest link and the largest frame. */
static void test_integral(void)
{
    static const struct {
        weft_ps from_ps, to_ps;
        uint64_t twice;
    } parts[] = {{1000, 1300, 100 * 300},
                 {1000, 1150, (100 + 50) * 150},
                 {1150, 1300, 50 * 150},
                 {1030, 1060, (90 + 80) * 30},
                 {1300, 1300, 0}};
    const struct weft_accounting *fluid = weft_accountings[1];
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        g_assert_true(fluid->twice_byte_ps(100, 1000, 1300, parts[i].from_ps, parts[i].to_ps) ==
                      parts[i].twice);
    const uint64_t most_bytes = UINT64_C(1) << 17;
    const weft_ps most_ps = (UINT64_C(1) << 54) - 1;
    g_assert_true(fluid->twice_byte_ps(most_bytes, 5, 5 + most_ps, 5, 5 + most_ps) ==
                  (weft_u128)most_bytes * most_ps);
    g_assert_cmpuint(fluid->left_bytes(most_bytes, 5, 5 + most_ps, 6), ==, most_bytes);
    g_assert_cmpuint(fluid->left_bytes(most_bytes, 5, 5 + most_ps, 4 + most_ps), ==, 1);
}

/* 1,500 bytes over 1 Gbit/s: 8,000 ps a byte, 1,436 of them behind the 64th. */
static void test_forwarding(void)
{
    const struct weft_forwarding *cut = weft_forwardings[1];
    const uint64_t gbit = 1000000000;
    g_assert_cmpstr(cut->name, ==, "cut-through");
    g_assert_null(weft_forwardings[0]->enter_ps);
    g_assert_cmpuint(cut->enter_ps(1500, gbit, gbit, 20000000), ==, 20000000 - 1436 * 8000);
    g_assert_cmpuint(cut->enter_ps(1500, gbit, gbit / 10, 20000000), ==, 20000000 - 1436 * 8000);
    g_assert_cmpuint(cut->enter_ps(1500, gbit, gbit + 1, 20000000), ==, 20000000);
    g_assert_cmpuint(cut->enter_ps(64, gbit, gbit, 20000000), ==, 20000000);
    g_assert_cmpuint(cut->enter_ps(46, gbit, gbit, 20000000), ==, 20000000);
    /* 8 bits at 3 bit/us are 2,666,666.7 ps, rounded down. */
    g_assert_cmpuint(cut->enter_ps(65, 3000000, 3000000, 20000000), ==, 20000000 - 2666666);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/port/limits", test_limits);
    g_test_add_func("/port/stored", test_stored);
    g_test_add_func("/port/sharing", test_sharing);
    g_test_add_func("/port/largest", test_largest);
    g_test_add_func("/port/fluid", test_fluid);
    g_test_add_func("/port/integral", test_integral);
    g_test_add_func("/port/forwarding", test_forwarding);
    return g_test_run();
}
