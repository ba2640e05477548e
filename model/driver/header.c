/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Headers with real bytes: Ethernet II, IPv4, UDP. A stream's template holds what never changes; per packet
 * only the two lengths, the identification and the IPv4 checksum are patched. `per-layer` lets each layer put
 * its own header in front of what the layer above made, as a protocol stack does; `single` writes one block
 * for all layers. */

#include "weft/driver.h"

#include <string.h>

enum {
    IP_AT = WEFT_ETHERNET_HEADER_BYTES,
    UDP_AT = IP_AT + WEFT_IPV4_HEADER_BYTES,
    IP_LENGTH_AT = IP_AT + 2,
    IP_ID_AT = IP_AT + 4,
    IP_CHECKSUM_AT = IP_AT + 10,
    UDP_LENGTH_AT = UDP_AT + 4,
    SERVER_PORT_BASE = 49152, /* first dynamic port, RFC 6335 */
    DEVICE_PORT = 5004,       /* RTP media data, IANA */
};

static void put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

uint16_t weft_internet_checksum(const uint8_t *data, size_t bytes)
{
    uint64_t sum = 0;
    for (size_t i = 0; i + 1 < bytes; i += 2)
        sum += (uint64_t)data[i] << 8 | data[i + 1];
    if (bytes % 2)
        sum += (uint64_t)data[bytes - 1] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

uint16_t weft_udp_checksum(const uint8_t *ip, const uint8_t *payload, uint32_t payload_bytes)
{
    const uint8_t *udp = ip + WEFT_IPV4_HEADER_BYTES;
    uint32_t udp_bytes = WEFT_UDP_HEADER_BYTES + payload_bytes;
    uint64_t sum = 17 + (uint64_t)udp_bytes;
    for (int i = 12; i < 20; i += 2) /* the pseudo header's addresses */
        sum += (uint64_t)ip[i] << 8 | ip[i + 1];
    for (int i = 0; i < 6; i += 2) /* ports and length */
        sum += (uint64_t)udp[i] << 8 | udp[i + 1];
    for (uint32_t i = 0; i + 1 < payload_bytes; i += 2)
        sum += (uint64_t)payload[i] << 8 | payload[i + 1];
    if (payload_bytes % 2)
        sum += (uint64_t)payload[payload_bytes - 1] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return sum == 0xffff ? 0xffff : (uint16_t)~sum;
}

/* Locally administered MAC 02:kind:index, IPv4 10.kind/index: servers are kind 0, devices kind 128. */
static void put_station(uint8_t *mac, uint8_t *ip, uint8_t kind, uint32_t index)
{
    const uint8_t number[4] = {(uint8_t)(index >> 24), (uint8_t)(index >> 16), (uint8_t)(index >> 8),
                               (uint8_t)index};
    mac[0] = 0x02;
    mac[1] = kind;
    memcpy(mac + 2, number, sizeof(number));
    ip[0] = 10;
    ip[1] = (uint8_t)(kind | (number[1] & 0x7f));
    ip[2] = number[2];
    ip[3] = number[3];
}

void weft_header_template_init(struct weft_header_template *out, uint32_t server, uint32_t device,
                               uint32_t stream)
{
    memset(out, 0, sizeof(*out));
    uint8_t *ip = out->bytes + IP_AT;
    put_station(out->bytes + 6, ip + 12, 0, server + 1);
    put_station(out->bytes, ip + 16, 128, device + 1);
    put16(out->bytes + 12, 0x0800);
    ip[0] = 0x45;          /* version 4, five words */
    put16(ip + 6, 0x4000); /* do not fragment */
    ip[8] = 64;            /* time to live */
    ip[9] = 17;            /* UDP */
    put16(out->bytes + UDP_AT, SERVER_PORT_BASE + stream % 16384);
    put16(out->bytes + UDP_AT + 2, DEVICE_PORT);
}

static void patch(uint8_t *header, uint32_t number, uint32_t payload_bytes)
{
    put16(header + UDP_LENGTH_AT, WEFT_UDP_HEADER_BYTES + payload_bytes);
    put16(header + IP_LENGTH_AT, WEFT_IPV4_HEADER_BYTES + WEFT_UDP_HEADER_BYTES + payload_bytes);
    put16(header + IP_ID_AT, number & 0xffff);
    put16(header + IP_CHECKSUM_AT, 0);
    put16(header + IP_CHECKSUM_AT, weft_internet_checksum(header + IP_AT, WEFT_IPV4_HEADER_BYTES));
}

static void build_single(const struct weft_header_template *from, uint32_t number, uint32_t payload_bytes,
                         uint8_t out[WEFT_HEADER_BYTES])
{
    memcpy(out, from->bytes, WEFT_HEADER_BYTES);
    patch(out, number, payload_bytes);
}

/* Each layer is given the bytes below which it may write and how long what it carries is; returns its own
 * start. */
static uint8_t *push_udp(uint8_t *end, const uint8_t *from, uint32_t carried_bytes)
{
    uint8_t *at = end - WEFT_UDP_HEADER_BYTES;
    memcpy(at, from, 4);
    put16(at + 4, WEFT_UDP_HEADER_BYTES + carried_bytes);
    put16(at + 6, 0);
    return at;
}

static uint8_t *push_ipv4(uint8_t *end, const uint8_t *from, uint32_t number, uint32_t carried_bytes)
{
    uint8_t *at = end - WEFT_IPV4_HEADER_BYTES;
    memcpy(at, from, WEFT_IPV4_HEADER_BYTES);
    put16(at + 2, WEFT_IPV4_HEADER_BYTES + carried_bytes);
    put16(at + 4, number & 0xffff);
    put16(at + 10, 0);
    put16(at + 10, weft_internet_checksum(at, WEFT_IPV4_HEADER_BYTES));
    return at;
}

static void push_ethernet(uint8_t *end, const uint8_t *from)
{
    memcpy(end - WEFT_ETHERNET_HEADER_BYTES, from, WEFT_ETHERNET_HEADER_BYTES);
}

static void build_per_layer(const struct weft_header_template *from, uint32_t number, uint32_t payload_bytes,
                            uint8_t out[WEFT_HEADER_BYTES])
{
    uint8_t *at = push_udp(out + WEFT_HEADER_BYTES, from->bytes + UDP_AT, payload_bytes);
    at = push_ipv4(at, from->bytes + IP_AT, number, WEFT_UDP_HEADER_BYTES + payload_bytes);
    push_ethernet(at, from->bytes);
}

const struct weft_header weft_header_per_layer = {.name = "per-layer",
                                                  .help = "UDP, IPv4 and Ethernet each make their own block",
                                                  .blocks = 3,
                                                  .build = build_per_layer};
const struct weft_header weft_header_single = {.name = "single",
                                               .help = "one block for all layers, from the stream's template",
                                               .blocks = 1,
                                               .build = build_single};
const struct weft_header *const weft_headers[] = {&weft_header_per_layer, &weft_header_single, NULL};
