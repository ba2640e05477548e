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
static const uint8_t by_hand[] = {
    0x02, 0x80, 0,    0,    0,    1,    0x02, 0, 0,  0,  0,    1,    0x08, 0x00, /* Ethernet */
    0x45, 0,    0x05, 0x40, 0x12, 0x34, 0x40, 0, 64, 17, 0x0e, 0xf8, 10,   0,
    0,    1,    10,   128,  0,    1,             /* IPv4 */
    0xc0, 0x03, 0x13, 0x8c, 0x05, 0x2c, 0,    0, /* UDP */
};

/* The same stream over IPv6 (RFC 8200) with VLAN tag 100 (IEEE 802.1Q) and RTP (RFC 3550) of type 96: payload length
 * 12 + 8 + 1316 = 1336 = 0x538, next header UDP, 64 hops; UDP length the same. RTP: version 2, marker, and random first
 * values, which are not looked at by hand; then a prefix of two bytes. */
static const uint8_t by_hand_ipv6[] = {
    0x02, 0x80, 0,    0,    0,    1,    0x02, 0,   0, 0, 0, 1, 0x81, 0x00, 0, 100, 0x86, 0xdd, /* Ethernet */
    0x60, 0,    0,    0,    0x05, 0x38, 17,   64,                                              /* IPv6 */
    0xfd, 0x77, 0x65, 0x66, 0x74, 0,    0,    0,   0, 0, 0, 0, 0,    0,    0, 1,               /* from */
    0xfd, 0x77, 0x65, 0x66, 0x74, 0,    0,    128, 0, 0, 0, 0, 0,    0,    0, 1,               /* to */
    0xc0, 0x03, 0x13, 0x8c, 0x05, 0x38, 0,    0,                                               /* UDP */
    0x80, 0xe0,                                                                                /* RTP */
};

static void assert_bytes(const char *name, const uint8_t *got, const uint8_t *expected, size_t bytes)
{
    for (size_t b = 0; b < bytes; b++)
        if (got[b] != expected[b])
            g_error("%s: byte %zu is %02x, not %02x", name, b, got[b], expected[b]);
}

static void rows_write_the_frame(void)
{
    struct weft_header_template from;
    weft_header_template_init(
        &from,
        &(struct weft_header_spec){.network = &weft_network_ethernet, .stream = 3, .payload_bytes = 1316});
    const struct weft_header_fields fields = {.number = 0x1234, .payload_bytes = 1316};
    uint8_t stamped[WEFT_STAMP_BYTES];
    weft_header_stamp(&from, fields.number, stamped);
    assert_bytes("stamp", stamped, by_hand, sizeof(by_hand));
    for (int i = 0; weft_headers[i]; i++) {
        uint8_t out[WEFT_HEADER_MAX_BYTES];
        memset(out, 0xee, sizeof(out));
        g_assert_cmpuint(weft_headers[i]->build(&from, &fields, out), ==, sizeof(by_hand));
        assert_bytes(weft_headers[i]->name, out, by_hand, sizeof(by_hand));
        g_assert_cmphex(out[sizeof(by_hand)], ==, 0xee);
    }
}

static void rows_write_ipv6_vlan_and_rtp(void)
{
    struct weft_header_template from;
    struct weft_network network = weft_network_with(&weft_network_ethernet, 6, 100);
    weft_header_template_init(
        &from,
        &(struct weft_header_spec){.network = &network, .format = &weft_format_rtp, .stream = 3, .seed = 5});
    const uint8_t prefix[] = {0x7c, 0x85};
    const struct weft_header_fields fields = {.number = 70000,
                                              .payload_bytes = 1316,
                                              .timestamp = 0x12345678,
                                              .marker = true,
                                              .prefix = prefix,
                                              .prefix_bytes = 2};
    g_assert_cmpuint(from.layers, ==, 4);
    for (int i = 0; weft_headers[i]; i++) {
        uint8_t out[WEFT_HEADER_MAX_BYTES];
        const uint8_t *rtp = out + sizeof(by_hand_ipv6) - 2;
        g_assert_cmpuint(weft_headers[i]->build(&from, &fields, out), ==, sizeof(by_hand_ipv6) + 10 + 2);
        assert_bytes(weft_headers[i]->name, out, by_hand_ipv6, sizeof(by_hand_ipv6));
        g_assert_cmphex((guint)(rtp[2] << 8 | rtp[3]), ==, (from.sequence + 70000U) & 0xffff);
        uint32_t timestamp = (uint32_t)rtp[4] << 24 | (uint32_t)rtp[5] << 16 | (uint32_t)rtp[6] << 8 | rtp[7];
        g_assert_cmphex(timestamp, ==, from.timestamp + 0x12345678);
        assert_bytes("prefix", rtp + 12, prefix, sizeof(prefix));
    }
}

/* RTP's first values are random from stream to stream and seed to seed (RFC 3550, 5.1), and the same again. */
static void rtp_begins_anywhere(void)
{
    struct weft_header_template a, b;
    struct weft_header_spec spec = {
        .network = &weft_network_ethernet, .format = &weft_format_rtp_ts, .stream = 3, .seed = 5};
    weft_header_template_init(&a, &spec);
    weft_header_template_init(&b, &spec);
    g_assert_cmpint(memcmp(&a, &b, sizeof(a)), ==, 0);
    for (int other = 0; other < 2; other++) {
        spec.stream += (uint32_t)!other;
        spec.seed += (uint64_t)other;
        weft_header_template_init(&b, &spec);
        g_assert_cmpint(memcmp(a.bytes + a.rtp_at + 8, b.bytes + b.rtp_at + 8, 4), !=, 0);
        g_assert_cmphex(a.sequence, !=, b.sequence);
        g_assert_cmphex(a.timestamp, !=, b.timestamp);
        a = b;
    }
}

static struct weft_header_template random_template(const struct weft_network *network)
{
    struct weft_header_template from;
    int formats = 0;
    while (weft_formats[formats])
        formats++;
    weft_header_template_init(&from, &(struct weft_header_spec){
                                         .network = network,
                                         .format = weft_formats[g_test_rand_int_range(0, formats)],
                                         .server = (uint32_t)g_test_rand_int_range(0, 65535),
                                         .device = (uint32_t)g_test_rand_int_range(0, 1000000),
                                         .stream = (uint32_t)g_test_rand_int(),
                                         .payload_bytes = (uint32_t)g_test_rand_int_range(1, 65480),
                                     });
    return from;
}

static struct weft_network random_network(void)
{
    uint16_t vlan = g_test_rand_bit() ? (uint16_t)g_test_rand_int_range(1, 4095) : 0;
    return weft_network_with(&weft_network_ethernet, g_test_rand_bit() ? 6 : 4, vlan);
}

static void rows_agree(void)
{
    for (int round = 0; round < 10000; round++) {
        struct weft_network network = random_network();
        struct weft_header_template from = random_template(&network);
        uint8_t first[WEFT_HEADER_MAX_BYTES], other[WEFT_HEADER_MAX_BYTES];
        const uint8_t prefix[WEFT_PREFIX_BYTES] = {1, 2, 3, 4};
        const struct weft_header_fields fields = {
            .number = (uint32_t)g_test_rand_int(),
            .payload_bytes = (uint32_t)g_test_rand_int_range(4, 65480),
            .timestamp = (uint32_t)g_test_rand_int(),
            .marker = g_test_rand_bit(),
            .prefix = prefix,
            .prefix_bytes = (uint8_t)g_test_rand_int_range(0, WEFT_PREFIX_BYTES + 1),
        };
        uint32_t bytes = weft_headers[0]->build(&from, &fields, first);
        g_assert_cmpuint(bytes, ==, from.length + (uint32_t)fields.prefix_bytes);
        for (int i = 1; weft_headers[i]; i++) {
            g_assert_cmpuint(weft_headers[i]->build(&from, &fields, other), ==, bytes);
            g_assert_cmpint(memcmp(first, other, bytes), ==, 0);
        }
        /* RFC 1071: the sum over a header that contains its checksum is 0xffff */
        if (network.ip_version == 4)
            g_assert_cmpuint(weft_internet_checksum(first + from.ip_at, WEFT_IPV4_HEADER_BYTES), ==, 0);
    }
}

/* A stamp is what `build` makes of a full packet, and there is one unless RTP or a long header is in the way. */
static void stamps_agree(void)
{
    for (int round = 0; round < 10000; round++) {
        struct weft_network network = random_network();
        struct weft_header_template from = random_template(&network);
        const struct weft_header_fields fields = {.number = (uint32_t)g_test_rand_int(),
                                                  .payload_bytes = from.stamp_bytes};
        uint8_t stamped[WEFT_STAMP_BYTES], built[WEFT_HEADER_MAX_BYTES];
        if (from.rtp_at || from.length > WEFT_STAMP_BYTES) {
            g_assert_cmpuint(from.stamp_bytes, ==, 0);
            continue;
        }
        g_assert_cmpuint(from.stamp_bytes, >, 0);
        weft_header_stamp(&from, fields.number, stamped);
        uint32_t bytes = weft_header_per_layer.build(&from, &fields, built);
        g_assert_cmpuint(bytes, ==, from.length);
        g_assert_cmpint(memcmp(stamped, built, bytes), ==, 0);
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

/* The sum as RFC 1071 defines it, a 16-bit word at a time. */
static uint16_t plain_checksum(const uint8_t *data, size_t bytes)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < bytes; i++) {
        sum += i % 2 ? data[i] : (uint32_t)data[i] << 8;
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return (uint16_t)~sum;
}

static void checksums_of_any_length_and_place(void)
{
    uint8_t data[3000];
    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)g_test_rand_int();
    for (int round = 0; round < 2000; round++) {
        size_t from = (size_t)g_test_rand_int_range(0, 20), bytes = (size_t)g_test_rand_int_range(0, 2900);
        g_assert_cmphex(weft_internet_checksum(data + from, bytes), ==, plain_checksum(data + from, bytes));
    }
}

/* RFC 768 and RFC 8200, 8.1: pseudo header (addresses, length, 17), UDP header and data, written out; with the checksum
 * in place the Internet checksum of it all is 0, whatever was in the field before. */
static void udp_checksum_closes_the_sum(void)
{
    for (int round = 0; round < 2000; round++) {
        struct weft_network network = random_network();
        struct weft_header_template from = random_template(&network);
        uint8_t packet[WEFT_HEADER_MAX_BYTES + 1500], all[40 + 1600] = {0};
        const struct weft_header_fields fields = {.number = (uint32_t)round,
                                                  .payload_bytes = (uint32_t)g_test_rand_int_range(1, 1453)};
        uint32_t bytes = weft_headers[round % 2]->build(&from, &fields, packet);
        for (uint32_t i = 0; i < fields.payload_bytes; i++)
            packet[bytes++] = (uint8_t)g_test_rand_int();
        uint8_t *udp = packet + from.udp_at;
        uint32_t length = bytes - from.udp_at, addresses = network.ip_version == 6 ? 32 : 8;
        udp[6] = (uint8_t)g_test_rand_int();
        udp[7] = (uint8_t)g_test_rand_int();
        uint16_t sum = weft_udp_checksum(packet + from.ip_at, udp, length);
        g_assert_cmphex(sum, !=, 0);
        udp[6] = (uint8_t)(sum >> 8);
        udp[7] = (uint8_t)sum;
        memcpy(all, udp - addresses, addresses);
        all[addresses + 2] = (uint8_t)(length >> 8);
        all[addresses + 3] = (uint8_t)length;
        all[addresses + 7] = 17;
        memcpy(all + addresses + 8, udp, length);
        g_assert_cmphex(plain_checksum(all, addresses + 8 + length), ==, 0);
    }
}

static void stations_differ(void)
{
    for (uint8_t version = 4; version <= 6; version += 2) {
        struct weft_network network = weft_network_with(&weft_network_ethernet, version, 0);
        struct weft_header_template server_1, device_1;
        weft_header_template_init(&server_1, &(struct weft_header_spec){.network = &network, .server = 1});
        weft_header_template_init(&device_1, &(struct weft_header_spec){.network = &network, .device = 1});
        g_assert_cmpint(memcmp(server_1.bytes, device_1.bytes, server_1.length), !=, 0);
        g_assert_cmpint(memcmp(server_1.bytes, device_1.bytes, server_1.ip_at), !=, 0);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/header/rows-write-the-frame", rows_write_the_frame);
    g_test_add_func("/header/rows-write-ipv6", rows_write_ipv6_vlan_and_rtp);
    g_test_add_func("/header/rtp-begins-anywhere", rtp_begins_anywhere);
    g_test_add_func("/header/rows-agree", rows_agree);
    g_test_add_func("/header/stamps-agree", stamps_agree);
    g_test_add_func("/header/checksum-of-rfc-1071", checksum_of_rfc_1071);
    g_test_add_func("/header/checksums", checksums_of_any_length_and_place);
    g_test_add_func("/header/udp-checksum-closes-the-sum", udp_checksum_closes_the_sum);
    g_test_add_func("/header/stations-differ", stations_differ);
    return g_test_run();
}
