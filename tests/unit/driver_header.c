/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Header bytes: against a frame written out by hand from the RFCs, and every header row against every other.
 */

#include "weft/driver.h"

#include <glib.h>
#include <string.h>

/* Server 0 to device 0, stream 3, packet 0x1234 with 1316 bytes: Ethernet II; IPv4 (RFC 791) 10.0.0.1
 * to 10.128.0.1, length 1344, do not fragment, TTL 64, UDP; UDP (RFC 768) 49155 to 5004, length 1324, no
 * checksum. IPv4 checksum by hand: 4500 + 0540 + 1234 + 4000 + 4011 + 0a00 + 0001 + 0a80 + 0001 = f107,
 * complement 0ef8. */
static const uint8_t by_hand[WEFT_HEADER_BYTES] = {
    0x02, 0x80, 0,    0,    0,    1,    0x02, 0, 0,  0,  0,    1,    0x08, 0x00, /* Ethernet */
    0x45, 0,    0x05, 0x40, 0x12, 0x34, 0x40, 0, 64, 17, 0x0e, 0xf8, 10,   0,
    0,    1,    10,   128,  0,    1,             /* IPv4 */
    0xc0, 0x03, 0x13, 0x8c, 0x05, 0x2c, 0,    0, /* UDP */
};

static void rows_write_the_frame(void)
{
    struct weft_header_template from;
    weft_header_template_init(&from, 0, 0, 3);
    for (int i = 0; weft_headers[i]; i++) {
        uint8_t out[WEFT_HEADER_BYTES];
        memset(out, 0xee, sizeof(out));
        weft_headers[i]->build(&from, 0x1234, 1316, out);
        for (int b = 0; b < WEFT_HEADER_BYTES; b++)
            if (out[b] != by_hand[b])
                g_error("%s: byte %d is %02x, not %02x", weft_headers[i]->name, b, out[b], by_hand[b]);
    }
}

static void rows_agree(void)
{
    for (int round = 0; round < 10000; round++) {
        struct weft_header_template from;
        uint8_t first[WEFT_HEADER_BYTES], other[WEFT_HEADER_BYTES];
        uint32_t number = (uint32_t)g_test_rand_int(), payload = (uint32_t)g_test_rand_int_range(1, 65508);
        weft_header_template_init(&from, (uint32_t)g_test_rand_int_range(0, 65535),
                                  (uint32_t)g_test_rand_int_range(0, 1000000), (uint32_t)g_test_rand_int());
        weft_headers[0]->build(&from, number, payload, first);
        for (int i = 1; weft_headers[i]; i++) {
            weft_headers[i]->build(&from, number, payload, other);
            g_assert_cmpint(memcmp(first, other, sizeof(first)), ==, 0);
        }
        /* RFC 1071: the sum over a header that contains its checksum is 0xffff */
        g_assert_cmpuint(weft_internet_checksum(first + WEFT_ETHERNET_HEADER_BYTES, WEFT_IPV4_HEADER_BYTES),
                         ==, 0);
    }
}

/* RFC 1071, section 3: 0001 f203 f4f5 f6f7 sum to ddf2; the checksum is its complement. */
static void checksum_of_rfc_1071(void)
{
    const uint8_t data[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
    g_assert_cmphex(weft_internet_checksum(data, sizeof(data)), ==, 0xffff & ~0xddf2);
    const uint8_t odd[] = {0x01};
    g_assert_cmphex(weft_internet_checksum(odd, 1), ==, 0xffff & ~0x0100);
}

/* RFC 768: pseudo header (addresses, 0, 17, length), UDP header and data, written out; with the checksum in place the
 * Internet checksum of it all is 0. */
static void udp_checksum_closes_the_sum(void)
{
    for (int round = 0; round < 200; round++) {
        struct weft_header_template from;
        uint8_t header[WEFT_HEADER_BYTES], all[12 + 8 + 1500] = {0};
        uint32_t bytes = (uint32_t)g_test_rand_int_range(1, 1473), length = 8 + bytes;
        weft_header_template_init(&from, (uint32_t)g_test_rand_int_range(0, 999), 7, (uint32_t)round);
        weft_headers[0]->build(&from, (uint32_t)round, bytes, header);
        const uint8_t *ip = header + WEFT_ETHERNET_HEADER_BYTES;
        memcpy(all, ip + 12, 8);
        all[9] = 17;
        all[10] = (uint8_t)(length >> 8);
        all[11] = (uint8_t)length;
        memcpy(all + 12, ip + 20, 8);
        for (uint32_t i = 0; i < bytes; i++)
            all[20 + i] = (uint8_t)g_test_rand_int();
        uint16_t sum = weft_udp_checksum(ip, all + 20, bytes);
        g_assert_cmphex(sum, !=, 0);
        all[18] = (uint8_t)(sum >> 8);
        all[19] = (uint8_t)sum;
        g_assert_cmphex(weft_internet_checksum(all, 20 + bytes), ==, 0);
    }
}

static void stations_differ(void)
{
    struct weft_header_template server_1, device_1;
    weft_header_template_init(&server_1, 1, 0, 0);
    weft_header_template_init(&device_1, 0, 1, 0);
    g_assert_cmpint(memcmp(server_1.bytes, device_1.bytes, WEFT_HEADER_BYTES), !=, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/header/rows-write-the-frame", rows_write_the_frame);
    g_test_add_func("/header/rows-agree", rows_agree);
    g_test_add_func("/header/checksum-of-rfc-1071", checksum_of_rfc_1071);
    g_test_add_func("/header/udp-checksum-closes-the-sum", udp_checksum_closes_the_sum);
    g_test_add_func("/header/stations-differ", stations_differ);
    return g_test_run();
}
