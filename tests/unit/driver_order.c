/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Orders: every row names each packet exactly once, however it is asked; and what each row promises. */

#include "order_case.h"

enum { ROOM = 20 };

/* Up to ROOM entries of up to `most` packets, none among them. */
static size_t random_packets(uint32_t *packets, uint32_t most)
{
    size_t n = (size_t)g_test_rand_int_range(1, ROOM + 1);
    for (size_t i = 0; i < n; i++)
        packets[i] = (uint32_t)g_test_rand_int_range(0, (gint32)most + 1);
    return n;
}

static void every_packet_once(void)
{
    static const uint64_t scales[] = {0, 3, 1000};
    for (int round = 0; round < 2000; round++) {
        uint32_t packets[ROOM], bytes[ROOM * 12];
        size_t n = random_packets(packets, 12);
        for (size_t i = 0; i < G_N_ELEMENTS(bytes); i++)
            bytes[i] = (uint32_t)g_test_rand_int_range(84, 1539);
        for (int o = 0; weft_orders[o]; o++) {
            uint32_t count[ROOM] = {0};
            struct order_case what = {.entries = n, .packets = packets, .bytes = round % 2 ? bytes : NULL};
            what.argument = order_case_argument(&weft_orders[o]->argument, scales[round % 3]);
            GArray *one = order_case_emit(weft_orders[o], &what, 1),
                   *any = order_case_emit(weft_orders[o], &what, 0);
            for (guint i = 0; i < one->len; i++) {
                g_assert_cmpuint(g_array_index(one, uint32_t, i), ==, g_array_index(any, uint32_t, i));
                count[g_array_index(one, uint32_t, i)]++;
            }
            for (size_t i = 0; i < n; i++)
                g_assert_cmpuint(count[i], ==, packets[i]);
            g_array_unref(one);
            g_array_unref(any);
        }
    }
}

static void assert_text_with(const struct weft_order *order, uint64_t argument, const char *expected,
                             const uint32_t *packets, size_t n)
{
    const struct order_case what = {.entries = n, .packets = packets, .argument = argument};
    GString *text = g_string_new(NULL);
    GArray *all = order_case_emit(order, &what, 3);
    for (guint i = 0; i < all->len; i++)
        g_string_append_c(text, (char)('a' + g_array_index(all, uint32_t, i)));
    g_assert_cmpstr(text->str, ==, expected);
    g_string_free(text, TRUE);
    g_array_unref(all);
}

static void assert_text(const struct weft_order *order, const char *expected, const uint32_t *packets,
                        size_t n)
{
    assert_text_with(order, 0, expected, packets, n);
}

static void small_cases(void)
{
    assert_text(&weft_order_sequential, "aaabcc", (const uint32_t[]){3, 1, 2}, 3);
    assert_text(&weft_order_sequential, "aac", (const uint32_t[]){2, 0, 1}, 3);
    assert_text(&weft_order_round_robin, "acbaca", (const uint32_t[]){3, 1, 2}, 3);
    assert_text(&weft_order_round_robin, "acac", (const uint32_t[]){2, 0, 2}, 3);
    assert_text(&weft_order_smooth, "abcabc", (const uint32_t[]){2, 2, 2}, 3);
    assert_text(&weft_order_smooth, "abaaca", (const uint32_t[]){4, 1, 1}, 3);
    assert_text(&weft_order_round_robin, "", (const uint32_t[]){0, 0}, 2);
    assert_text(&weft_order_round_robin, "aaa", (const uint32_t[]){3}, 1);
    assert_text(&weft_order_swrr, "aabacaa", (const uint32_t[]){5, 1, 1}, 3);
    assert_text(&weft_order_drr, "acbaca", (const uint32_t[]){3, 1, 2}, 3);
    assert_text_with(&weft_order_drr, 3 * ORDER_CASE_BYTES - 1, "aaccbaaa", (const uint32_t[]){5, 1, 2}, 3);
    assert_text(&weft_order_deadline, "aaabcc", (const uint32_t[]){3, 1, 2}, 3); /* no clocks */
    assert_text_with(&weft_order_chunk, 2, "aaccbaacca", (const uint32_t[]){5, 1, 4}, 3);
    assert_text_with(&weft_order_chunk, 9, "aaacccb", (const uint32_t[]){3, 1, 3}, 3);
}

/* R16, claim 35: with two destinations or more, all others that still have packets go between two packets of
 * one; a destination is its own neighbour only when no other has packets left. */
static void round_robin_interleaves(void)
{
    for (int round = 0; round < 2000; round++) {
        uint32_t packets[ROOM], last[ROOM], seen[ROOM] = {0};
        const struct order_case what = {.entries = random_packets(packets, 12), .packets = packets};
        GArray *all = order_case_emit(&weft_order_round_robin, &what, 0);
        for (uint32_t at = 0; at < all->len; at++) {
            uint32_t entry = g_array_index(all, uint32_t, at), in_round = 0;
            for (size_t i = 0; i < what.entries; i++)
                in_round += packets[i] >= MAX(seen[entry], 1);
            if (seen[entry] > 0)
                g_assert_cmpuint(at - last[entry], ==, in_round);
            last[entry] = at;
            seen[entry]++;
        }
        g_array_unref(all);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/order/every-packet-once", every_packet_once);
    g_test_add_func("/order/small-cases", small_cases);
    g_test_add_func("/order/round-robin-interleaves", round_robin_interleaves);
    return g_test_run();
}
