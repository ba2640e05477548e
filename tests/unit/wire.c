/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Wire sizes against published ones: IEEE 802.3 frames and rates, MPEG-TS over UDP. */
#include "weft/wire.h"

#include <glib.h>

static void ethernet_sizes_are_the_published_ones(void)
{
    static const struct {
        uint32_t payload, frame, wire;
    } known[] = {
        {1472, 1518, 1538},                                   /* 1500 bytes of IP */
        {1316, 1362, 1382},                                   /* 7 TS packets */
        {18, 64, 84},                                         /* 46 bytes of IP: the smallest frame, full */
        {1, 64, 84},                                          /* padded */
        {0, 64, 84},        {19, 65, 85}, {1328, 1374, 1394}, /* TS over RTP */
        {8972, 9018, 9038},                                   /* 9000 bytes of IP */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        g_assert_cmpuint(weft_frame_bytes(&weft_network_ethernet, known[i].payload), ==, known[i].frame);
        g_assert_cmpuint(weft_wire_bytes(&weft_network_ethernet, known[i].frame), ==, known[i].wire);
    }
    /* 81,274 and 1,488,095 frames a second at 1 Gbit/s */
    g_assert_cmpuint(1000000000 / 8 / weft_wire_bytes(&weft_network_ethernet, 1518), ==, 81274);
    g_assert_cmpuint(1000000000 / 8 / weft_wire_bytes(&weft_network_ethernet, 64), ==, 1488095);
}

static void payload_room_fills_the_mtu(void)
{
    g_assert_cmpuint(weft_payload_room(&weft_network_ethernet, 1500), ==, 1472);
    g_assert_cmpuint(weft_payload_room(&weft_network_ethernet, 29), ==, 1);
    g_assert_cmpuint(weft_payload_room(&weft_network_ethernet, 28), ==, 0);
    g_assert_cmpuint(weft_payload_room(&weft_network_ethernet, 0), ==, 0);
    g_assert_cmpuint(weft_payload_room(&weft_network_raw, 1500), ==, 1500);
    g_assert_cmpuint(weft_payload_room(&weft_network_raw, 0), ==, 0);
}

static void raw_adds_nothing(void)
{
    for (uint32_t bytes = 1; bytes < 3000; bytes += 7) {
        g_assert_cmpuint(weft_frame_bytes(&weft_network_raw, bytes), ==, bytes);
        g_assert_cmpuint(weft_wire_bytes(&weft_network_raw, bytes), ==, bytes);
    }
}

/* IPv6 has 20 bytes more of header, a VLAN tag 4 more of frame. */
static void ipv6_and_tags_add_their_headers(void)
{
    struct weft_network six = weft_network_with(&weft_network_ethernet, 6, 0);
    struct weft_network tagged = weft_network_with(&weft_network_ethernet, 4, 100);
    struct weft_network both = weft_network_with(&weft_network_ethernet, 6, 4094);
    struct weft_network same = weft_network_with(&weft_network_ethernet, 4, 0);
    g_assert_cmpuint(weft_payload_room(&six, 1500), ==, 1452);
    g_assert_cmpuint(weft_frame_bytes(&six, 1452), ==, 1518);
    g_assert_cmpuint(weft_payload_room(&tagged, 1500), ==, 1472);
    g_assert_cmpuint(weft_frame_bytes(&tagged, 1472), ==, 1522);
    g_assert_cmpuint(weft_frame_bytes(&both, 1452), ==, 1522);
    g_assert_cmpuint(both.header_bytes, ==, 14 + 4 + 40 + 8);
    g_assert_cmpuint(same.header_bytes, ==, weft_network_ethernet.header_bytes);
    g_assert_cmpuint(weft_frame_bytes(&same, 777), ==, weft_frame_bytes(&weft_network_ethernet, 777));
    struct weft_network raw = weft_network_with(&weft_network_raw, 6, 100);
    g_assert_cmpuint(raw.header_bytes + raw.overhead_bytes + raw.frame_bytes, ==, 0);
}

static void every_network_has_name_and_help(void)
{
    size_t n = 0;
    for (; weft_networks[n]; n++) {
        g_assert_cmpstr(weft_networks[n]->name, !=, "");
        g_assert_cmpstr(weft_networks[n]->help, !=, "");
        for (size_t other = 0; other < n; other++)
            g_assert_cmpstr(weft_networks[n]->name, !=, weft_networks[other]->name);
    }
    g_assert_cmpuint(n, >=, 2);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wire/ethernet", ethernet_sizes_are_the_published_ones);
    g_test_add_func("/wire/room", payload_room_fills_the_mtu);
    g_test_add_func("/wire/raw", raw_adds_nothing);
    g_test_add_func("/wire/ipv6-vlan", ipv6_and_tags_add_their_headers);
    g_test_add_func("/wire/rows", every_network_has_name_and_help);
    return g_test_run();
}
