/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bytes of packets on their way: what comes is what set out, whatever the order in which packets end. */

#include "ns3/inflight.h"

#include "weft/train.h"

#include <glib.h>
#include <string.h>

static uint64_t name(uint64_t server, uint64_t number)
{
    return server << WEFT_PACKET_SERVER_SHIFT | number;
}

/* Any bit that is turned, any byte more or less is seen, at every length. */
static void test_changes(void)
{
    uint8_t bytes[41];
    struct weft_ns3_inflight *inflight = weft_ns3_inflight_new(1);
    for (guint i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)weft_draw(1, 0, WEFT_DRAW_TEST, i);
    for (uint32_t length = 0; length < sizeof(bytes); length++) {
        weft_ns3_inflight_add(inflight, length, bytes, length);
        g_assert_true(weft_ns3_inflight_is(inflight, length, bytes, length));
        g_assert_false(weft_ns3_inflight_is(inflight, length, bytes, length + 1));
        if (length > 0)
            g_assert_false(weft_ns3_inflight_is(inflight, length, bytes, length - 1));
        for (uint32_t bit = 0; bit < 8 * length; bit++) {
            bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
            g_assert_false(weft_ns3_inflight_is(inflight, length, bytes, length));
            bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        weft_ns3_inflight_remove(inflight, length);
    }
    weft_ns3_inflight_free(inflight);
}

/* Zeros at the end count, though a word is filled up with zeros. */
static void test_zeros(void)
{
    static const uint8_t zeros[32];
    struct weft_ns3_inflight *inflight = weft_ns3_inflight_new(1);
    for (uint32_t length = 0; length <= sizeof(zeros); length++) {
        weft_ns3_inflight_add(inflight, length, zeros, length);
        for (uint32_t other = 0; other <= sizeof(zeros); other++)
            g_assert_true(weft_ns3_inflight_is(inflight, length, zeros, other) == (other == length));
    }
    weft_ns3_inflight_free(inflight);
}

/* Packets of three servers end in random order; one, of the last, never does, and those behind it are kept. */
static void test_order(void)
{
    enum { SERVERS = 3, PACKETS = 30000, MOST = 200 };
    GRand *rand = g_rand_new_with_seed((guint32)g_test_rand_int());
    struct weft_ns3_inflight *inflight = weft_ns3_inflight_new(SERVERS);
    g_autoptr(GArray) on_way = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    uint64_t next[SERVERS] = {0};
    for (guint i = 0; i < PACKETS; i++) {
        guint server = (guint)g_rand_int_range(rand, 0, SERVERS);
        uint64_t packet = name(server, next[server]++);
        weft_ns3_inflight_add(inflight, packet, &packet, sizeof(packet));
        if (packet != name(SERVERS - 1, 7))
            g_array_append_val(on_way, packet);
        while (on_way->len > 0 && (on_way->len > MOST || g_rand_boolean(rand))) {
            guint at = (guint)g_rand_int_range(rand, 0, (gint32)on_way->len);
            uint64_t ends = g_array_index(on_way, uint64_t, at);
            g_assert_true(weft_ns3_inflight_is(inflight, ends, &ends, sizeof(ends)));
            weft_ns3_inflight_remove(inflight, ends);
            g_array_remove_index_fast(on_way, at);
        }
    }
    uint64_t last = name(SERVERS - 1, 7);
    g_assert_true(weft_ns3_inflight_is(inflight, last, &last, sizeof(last)));
    weft_ns3_inflight_free(inflight);
    g_rand_free(rand);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ns3-inflight/changes", test_changes);
    g_test_add_func("/ns3-inflight/zeros", test_zeros);
    g_test_add_func("/ns3-inflight/order", test_order);
    return g_test_run();
}
