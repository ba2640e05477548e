/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Orders: every row names each packet exactly once, however it is asked; and what each row promises. */

#include "weft/driver.h"

#include <glib.h>

/* All entries in the order a row names them, asked `ask` at a time (0: a random number each time). */
static GArray *emit_all(const struct weft_order *order, const struct weft_entry *vector, size_t n, size_t ask)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    void *state = g_malloc0(order->state_bytes(n));
    uint32_t piece[64];
    size_t got;
    order->begin(state, vector, n, 0);
    do {
        got = order->emit(state, piece, ask ? ask : (size_t)g_test_rand_int_range(1, 65));
        g_array_append_vals(all, piece, (guint)got);
    } while (got > 0);
    g_assert_cmpuint(order->emit(state, piece, 1), ==, 0);
    g_free(state);
    return all;
}

static size_t random_vector(struct weft_entry *vector, size_t room)
{
    size_t n = (size_t)g_test_rand_int_range(1, (gint32)room + 1);
    for (size_t i = 0; i < n; i++)
        vector[i] =
            (struct weft_entry){.stream = (uint32_t)i, .packets = (uint32_t)g_test_rand_int_range(0, 12)};
    return n;
}

static void every_packet_once(void)
{
    for (int round = 0; round < 2000; round++) {
        struct weft_entry vector[20];
        size_t n = random_vector(vector, G_N_ELEMENTS(vector));
        for (int o = 0; weft_orders[o]; o++) {
            uint32_t count[20] = {0};
            GArray *one = emit_all(weft_orders[o], vector, n, 1),
                   *any = emit_all(weft_orders[o], vector, n, 0);
            g_assert_cmpuint(one->len, ==, any->len);
            for (guint i = 0; i < one->len; i++) {
                g_assert_cmpuint(g_array_index(one, uint32_t, i), ==, g_array_index(any, uint32_t, i));
                count[g_array_index(one, uint32_t, i)]++;
            }
            for (size_t i = 0; i < n; i++)
                g_assert_cmpuint(count[i], ==, vector[i].packets);
            g_array_unref(one);
            g_array_unref(any);
        }
    }
}

static char *as_text(const struct weft_order *order, const uint32_t *packets, size_t n)
{
    struct weft_entry vector[8] = {0};
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < n; i++)
        vector[i].packets = packets[i];
    GArray *all = emit_all(order, vector, n, 3);
    for (guint i = 0; i < all->len; i++)
        g_string_append_c(text, (char)('a' + g_array_index(all, uint32_t, i)));
    g_array_unref(all);
    return g_string_free(text, FALSE);
}

static void assert_text(const struct weft_order *order, const char *expected, const uint32_t *packets,
                        size_t n)
{
    char *text = as_text(order, packets, n);
    g_assert_cmpstr(text, ==, expected);
    g_free(text);
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
}

/* R16, claim 35: with two destinations or more, all others that still have packets go between two packets of
 * one; a destination is its own neighbour only when no other has packets left. */
static void round_robin_interleaves(void)
{
    for (int round = 0; round < 2000; round++) {
        struct weft_entry vector[20];
        size_t n = random_vector(vector, G_N_ELEMENTS(vector));
        uint32_t last[20], seen[20] = {0};
        GArray *all = emit_all(&weft_order_round_robin, vector, n, 0);
        for (uint32_t at = 0; at < all->len; at++) {
            uint32_t entry = g_array_index(all, uint32_t, at), in_round = 0;
            for (size_t i = 0; i < n; i++)
                in_round += vector[i].packets >= MAX(seen[entry], 1);
            if (seen[entry] > 0)
                g_assert_cmpuint(at - last[entry], ==, in_round);
            last[entry] = at;
            seen[entry]++;
        }
        g_array_unref(all);
    }
}

/* Reference: shares r_i = w_i / W of a call, equal packets, each port as fast as its share of the link. At every slot
 * floor(r t) <= x(t) <= floor(r (t - 1)) + 1 (pfair; WF2Q+ eligibility), and what a port has yet to send, counted in
 * parts of 1/W of a packet, stays below two packets. */
static void smooth_keeps_its_bounds(void)
{
    for (int round = 0; round < 1000; round++) {
        struct weft_entry vector[20];
        uint64_t total = 0, sent[20] = {0}, backlog[20] = {0};
        size_t n = (size_t)g_test_rand_int_range(1, 21);
        for (size_t i = 0; i < n; i++) {
            vector[i] = (struct weft_entry){.packets = (uint32_t)g_test_rand_int_range(1, 41)};
            total += vector[i].packets;
        }
        GArray *all = emit_all(&weft_order_smooth, vector, n, 0);
        g_assert_cmpuint(all->len, ==, total);
        for (uint64_t t = 1; t <= total; t++) {
            uint32_t now = g_array_index(all, uint32_t, t - 1);
            sent[now]++;
            for (size_t i = 0; i < n; i++) {
                uint64_t w = vector[i].packets;
                g_assert_cmpuint(sent[i], >=, w * t / total);
                g_assert_cmpuint(sent[i], <=, w * (t - 1) / total + 1);
                backlog[i] = backlog[i] > w ? backlog[i] - w : 0; /* drained since the last slot */
                backlog[i] += i == now ? total : 0;
                g_assert_cmpuint(backlog[i], <, 2 * total);
            }
        }
        g_array_unref(all);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/order/every-packet-once", every_packet_once);
    g_test_add_func("/order/small-cases", small_cases);
    g_test_add_func("/order/smooth-keeps-its-bounds", smooth_keeps_its_bounds);
    g_test_add_func("/order/round-robin-interleaves", round_robin_interleaves);
    return g_test_run();
}
