/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Headers with real bytes: Ethernet II (with an IEEE 802.1Q tag), IPv4 or IPv6, UDP, RTP and what the payload format puts
 * before the data. A stream's template holds all that never changes; per packet only lengths, identification, IPv4
 * checksum, and RTP's marker, sequence number and timestamp are patched. `per-layer` lets each layer put its own header
 * in front of what the layer above made, as a protocol stack does; `single` writes one block for all layers. */

#include "weft/driver.h"

#include <assert.h>
#include <string.h>

enum {
    SERVER_PORT_BASE = 49152, /* first dynamic port, RFC 6335 */
    DEVICE_PORT = 5004,       /* RTP media data, IANA */
    HOPS = 64,
    PROTOCOL_UDP = 17,
    RTP_VERSION_2 = 0x80,
    RTP_MARKER = 0x80,
};
/* Draws of RTP's random first values (RFC 3550, section 5.1). */
enum { DRAW_SSRC, DRAW_SEQUENCE, DRAW_TIMESTAMP };

static void put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 24);
    at[1] = (uint8_t)(value >> 16);
    at[2] = (uint8_t)(value >> 8);
    at[3] = (uint8_t)value;
}

/* --- templates --- */

/* Locally administered MAC 02:kind:index: servers are kind 0, devices kind 128. */
static void put_mac(uint8_t *mac, uint8_t kind, uint32_t index)
{
    mac[0] = 0x02;
    mac[1] = kind;
    put32(mac + 2, index);
}

/* 10.kind/index */
static void put_ipv4_address(uint8_t *ip, uint8_t kind, uint32_t index)
{
    ip[0] = 10;
    ip[1] = (uint8_t)(kind | (index >> 16 & 0x7f));
    put16(ip + 2, index);
}

/* fd77:6566:7400:kind::index, a unique local address (RFC 4193) */
static void put_ipv6_address(uint8_t *ip, uint8_t kind, uint32_t index)
{
    static const uint8_t prefix[] = {0xfd, 0x77, 0x65, 0x66, 0x74, 0x00, 0x00};
    memset(ip, 0, 16);
    memcpy(ip, prefix, sizeof(prefix));
    ip[7] = kind;
    put32(ip + 12, index);
}

enum { SERVER = 0, DEVICE = 128 };

static void init_ethernet(struct weft_header_template *out, const struct weft_header_spec *spec)
{
    uint8_t *at = out->bytes;
    put_mac(at, DEVICE, spec->device + 1);
    put_mac(at + 6, SERVER, spec->server + 1);
    at += 12;
    if (spec->network->vlan) {
        put16(at, 0x8100);
        put16(at + 2, spec->network->vlan);
        at += WEFT_VLAN_TAG_BYTES;
    }
    put16(at, spec->network->ip_version == 6 ? 0x86dd : 0x0800);
    out->ip_at = (uint8_t)(at + 2 - out->bytes);
}

static void init_ip(struct weft_header_template *out, const struct weft_header_spec *spec)
{
    uint8_t *ip = out->bytes + out->ip_at;
    if (spec->network->ip_version == 6) {
        ip[0] = 0x60;
        ip[6] = PROTOCOL_UDP;
        ip[7] = HOPS;
        put_ipv6_address(ip + 8, SERVER, spec->server + 1);
        put_ipv6_address(ip + 24, DEVICE, spec->device + 1);
        out->udp_at = (uint8_t)(out->ip_at + WEFT_IPV6_HEADER_BYTES);
        return;
    }
    ip[0] = 0x45;          /* version 4, five words */
    put16(ip + 6, 0x4000); /* do not fragment */
    ip[8] = HOPS;
    ip[9] = PROTOCOL_UDP;
    put_ipv4_address(ip + 12, SERVER, spec->server + 1);
    put_ipv4_address(ip + 16, DEVICE, spec->device + 1);
    for (uint32_t i = 0; i < WEFT_IPV4_HEADER_BYTES; i += 2)
        out->ipv4_sum += (uint32_t)ip[i] << 8 | ip[i + 1];
    out->udp_at = (uint8_t)(out->ip_at + WEFT_IPV4_HEADER_BYTES);
}

static void init_rtp(struct weft_header_template *out, const struct weft_header_spec *spec)
{
    uint8_t *rtp = out->bytes + out->rtp_at;
    rtp[0] = RTP_VERSION_2;
    rtp[1] = spec->format->payload_type;
    put32(rtp + 8, (uint32_t)weft_draw(spec->seed, spec->stream, WEFT_DRAW_RTP, DRAW_SSRC));
    out->sequence = (uint16_t)weft_draw(spec->seed, spec->stream, WEFT_DRAW_RTP, DRAW_SEQUENCE);
    out->timestamp = (uint32_t)weft_draw(spec->seed, spec->stream, WEFT_DRAW_RTP, DRAW_TIMESTAMP);
}

static uint32_t fold(uint32_t sum)
{
    sum = (sum & 0xffff) + (sum >> 16);
    return (sum & 0xffff) + (sum >> 16);
}

/* Lengths of full packets. RTP's header differs from packet to packet, and so does what a format puts before the data. */
static void init_stamp(struct weft_header_template *out, const struct weft_header_spec *spec)
{
    uint32_t udp_bytes = WEFT_UDP_HEADER_BYTES + spec->payload_bytes;
    uint8_t *ip = out->bytes + out->ip_at;
    bool ipv4 = out->udp_at - out->ip_at == WEFT_IPV4_HEADER_BYTES;
    if (spec->payload_bytes == 0 || out->length > WEFT_STAMP_BYTES)
        return;
    put16(ip + (ipv4 ? 2 : 4), udp_bytes + (ipv4 ? WEFT_IPV4_HEADER_BYTES : 0));
    put16(out->bytes + out->udp_at + 4, udp_bytes);
    out->stamp_bytes = spec->payload_bytes;
    out->stamp_sum = ipv4 ? fold(out->ipv4_sum + udp_bytes + WEFT_IPV4_HEADER_BYTES) : 0;
}

void weft_header_template_init(struct weft_header_template *out, const struct weft_header_spec *spec)
{
    memset(out, 0, sizeof(*out));
    bool rtp = spec->format && spec->format->header_bytes > 0;
    out->layers =
        (uint8_t)(3 + rtp); /* also where a network has none: what is made and what is sent are two things */
    if (spec->network->header_bytes == 0)
        return;
    init_ethernet(out, spec);
    init_ip(out, spec);
    put16(out->bytes + out->udp_at, SERVER_PORT_BASE + spec->stream % 16384);
    put16(out->bytes + out->udp_at + 2, DEVICE_PORT);
    out->length = (uint8_t)(out->udp_at + WEFT_UDP_HEADER_BYTES);
    assert(out->length == spec->network->header_bytes);
    if (!rtp) {
        init_stamp(out, spec);
        return;
    }
    out->rtp_at = out->length;
    init_rtp(out, spec);
    out->length = (uint8_t)(out->length + WEFT_RTP_HEADER_BYTES);
}

/* --- what changes from packet to packet --- */

/* One's complement sum of the words that change and of the template's, which has 0 for them (RFC 1071). */
static uint32_t ipv4_checksum(const struct weft_header_template *from, uint32_t total_bytes, uint32_t number)
{
    return ~fold(from->ipv4_sum + total_bytes + (number & 0xffff));
}

static inline void patch_ip(uint8_t *ip, const struct weft_header_template *from, uint32_t number,
                            uint32_t carried_bytes)
{
    if (ip[0] == 0x60) {
        put16(ip + 4, carried_bytes);
        return;
    }
    put32(ip + 2, (WEFT_IPV4_HEADER_BYTES + carried_bytes) << 16 | (number & 0xffff));
    put16(ip + 10, ipv4_checksum(from, WEFT_IPV4_HEADER_BYTES + carried_bytes, number));
}

static void patch_rtp(uint8_t *rtp, const struct weft_header_template *from,
                      const struct weft_header_fields *fields)
{
    rtp[1] = (uint8_t)(rtp[1] | (fields->marker ? RTP_MARKER : 0));
    put16(rtp + 2, from->sequence + fields->number);
    put32(rtp + 4, from->timestamp + fields->timestamp);
}

/* UDP carries RTP's header and the payload, of which the prefix is the beginning. */
static uint32_t udp_carried(const struct weft_header_template *from, const struct weft_header_fields *fields)
{
    return fields->payload_bytes + (from->rtp_at ? WEFT_RTP_HEADER_BYTES : 0);
}

static uint32_t put_prefix(const struct weft_header_fields *fields, uint8_t *at)
{
    if (fields->prefix_bytes)
        memcpy(at, fields->prefix, fields->prefix_bytes);
    return fields->prefix_bytes;
}

/* Two pieces that may overlap, of a size that compilers know, are faster than one of a size that they do not. */
static void copy_headers(uint8_t *to, const uint8_t *from, uint32_t bytes)
{
    enum { PIECE_BYTES = 32 };
    if (bytes < PIECE_BYTES || bytes > 2 * PIECE_BYTES) {
        memcpy(to, from, bytes);
        return;
    }
    memcpy(to, from, PIECE_BYTES);
    memcpy(to + bytes - PIECE_BYTES, from + bytes - PIECE_BYTES, PIECE_BYTES);
}

static uint32_t build_single(const struct weft_header_template *from, const struct weft_header_fields *fields,
                             uint8_t out[WEFT_HEADER_MAX_BYTES])
{
    uint32_t udp_bytes = WEFT_UDP_HEADER_BYTES + udp_carried(from, fields);
    if (from->length == 0)
        return put_prefix(fields, out);
    copy_headers(out, from->bytes, from->length);
    patch_ip(out + from->ip_at, from, fields->number, udp_bytes);
    put16(out + from->udp_at + 4, udp_bytes);
    if (from->rtp_at)
        patch_rtp(out + from->rtp_at, from, fields);
    return from->length + put_prefix(fields, out + from->length);
}

/* Each layer is given the bytes below which it may write and how long what it carries is; returns its own
 * start. */
static uint8_t *push_rtp(uint8_t *end, const struct weft_header_template *from,
                         const struct weft_header_fields *fields)
{
    uint8_t *at = end - WEFT_RTP_HEADER_BYTES;
    memcpy(at, from->bytes + from->rtp_at, WEFT_RTP_HEADER_BYTES);
    patch_rtp(at, from, fields);
    return at;
}

static uint8_t *push_udp(uint8_t *end, const struct weft_header_template *from, uint32_t carried_bytes)
{
    uint8_t *at = end - WEFT_UDP_HEADER_BYTES;
    memcpy(at, from->bytes + from->udp_at, 4);
    put16(at + 4, WEFT_UDP_HEADER_BYTES + carried_bytes);
    put16(at + 6, 0);
    return at;
}

static uint8_t *push_ip(uint8_t *end, const struct weft_header_template *from, uint32_t number,
                        uint32_t carried_bytes)
{
    uint32_t bytes = from->udp_at - from->ip_at;
    uint8_t *at = end - bytes;
    memcpy(at, from->bytes + from->ip_at, bytes);
    patch_ip(at, from, number, carried_bytes);
    return at;
}

static uint32_t build_per_layer(const struct weft_header_template *from,
                                const struct weft_header_fields *fields, uint8_t out[WEFT_HEADER_MAX_BYTES])
{
    uint32_t carried_bytes = udp_carried(from, fields);
    uint8_t *at = out + from->length;
    uint32_t prefix_bytes = put_prefix(fields, at);
    if (from->length == 0)
        return prefix_bytes;
    if (from->rtp_at)
        at = push_rtp(at, from, fields);
    at = push_udp(at, from, carried_bytes);
    at = push_ip(at, from, fields->number, WEFT_UDP_HEADER_BYTES + carried_bytes);
    memcpy(at - from->ip_at, from->bytes, from->ip_at);
    return from->length + prefix_bytes;
}

const struct weft_header weft_header_per_layer = {.name = "per-layer",
                                                  .help =
                                                      "RTP, UDP, IP and Ethernet each make their own block",
                                                  .build = build_per_layer};
const struct weft_header weft_header_single = {.name = "single",
                                               .help = "one block for all layers, from the stream's template",
                                               .one_block = true,
                                               .stamps = true,
                                               .build = build_single};
const struct weft_header *const weft_headers[] = {&weft_header_per_layer, &weft_header_single, NULL};
