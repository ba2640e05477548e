/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pcapng, block by block: type, length, body, options in the order of their codes, length again. */

#include "pcapng.h"

#include "outbuffer.h"

#include <string.h>

enum {
    BUFFER_BYTES = 1 << 18,
    BLOCK_SECTION = 0x0a0d0d0a,
    BLOCK_INTERFACE = 1,
    BLOCK_STATISTICS = 5,
    BLOCK_PACKET = 6,
    BYTE_ORDER_MARK = 0x1a2b3c4d,
    LINK_ETHERNET = 1,
    NANOSECONDS = 9, /* timestamps count 10^-9 s */
    FRAME_BYTES = 12 /* of a block around its body: type and both lengths */
};

/* Codes of the options, which belong to the kind of block that they stand in. */
enum {
    OPTION_END = 0,
    SECTION_APPLICATION = 4,
    INTERFACE_NAME = 2,
    INTERFACE_DESCRIPTION = 3,
    INTERFACE_SPEED = 8,
    INTERFACE_RESOLUTION = 9,
    INTERFACE_FCS = 13,
    PACKET_ID = 5,
    STATISTICS_START = 2,
    STATISTICS_END = 3,
    STATISTICS_PACKETS = 4,
    STATISTICS_DROPS = 5,
};
enum { OPTION_HEADER_BYTES = 4, OPTION_64_BYTES = OPTION_HEADER_BYTES + 8 };

struct pcapng {
    struct outbuffer out;
};

static size_t padded(size_t bytes)
{
    return (bytes + 3) & ~(size_t)3;
}

static size_t option_bytes(size_t value_bytes)
{
    return OPTION_HEADER_BYTES + padded(value_bytes);
}

/* A block with a body of `body_bytes`, a multiple of 4; returns the place of the body. */
static uint8_t *add_block(struct pcapng *pcapng, uint32_t type, size_t body_bytes)
{
    uint32_t bytes = (uint32_t)(body_bytes + FRAME_BYTES);
    uint8_t *at = outbuffer_add(&pcapng->out, bytes);
    put_le32(at + bytes - 4, bytes);
    return put_le32(put_le32(at, type), bytes);
}

static uint8_t *put_bytes(uint8_t *at, const void *value, size_t bytes)
{
    memcpy(at, value, bytes);
    memset(at + bytes, 0, padded(bytes) - bytes);
    return at + padded(bytes);
}

static uint8_t *put_option(uint8_t *at, uint32_t code, const void *value, size_t bytes)
{
    return put_bytes(put_le16(put_le16(at, code), (uint32_t)bytes), value, bytes);
}

static uint8_t *put_option_64(uint8_t *at, uint32_t code, uint64_t value)
{
    return put_le64(put_le16(put_le16(at, code), 8), value);
}

/* An instant is its upper half, then its lower. */
static uint8_t *put_instant(uint8_t *at, uint64_t ns)
{
    return put_le32(put_le32(at, (uint32_t)(ns >> 32)), (uint32_t)ns);
}

static uint8_t *put_option_instant(uint8_t *at, uint32_t code, uint64_t ns)
{
    return put_instant(put_le16(put_le16(at, code), 8), ns);
}

static void put_option_end(uint8_t *at)
{
    put_le16(put_le16(at, OPTION_END), 0);
}

static void add_section(struct pcapng *pcapng)
{
    static const char application[] = "weft " WEFT_VERSION;
    size_t options = option_bytes(sizeof application - 1) + OPTION_HEADER_BYTES;
    uint8_t *at = add_block(pcapng, BLOCK_SECTION, 16 + options);
    at = put_le32(at, BYTE_ORDER_MARK);
    at = put_le16(at, 1); /* version 1.0 */
    at = put_le16(at, 0);
    at = put_le64(at, UINT64_MAX); /* length of the section: not known */
    at = put_option(at, SECTION_APPLICATION, application, sizeof application - 1);
    put_option_end(at);
}

static void add_interface(struct pcapng *pcapng, const struct capture_interface *interface,
                          uint32_t snap_bytes)
{
    static const uint8_t resolution = NANOSECONDS, fcs_bytes = 0;
    size_t name = strlen(interface->name), description = strlen(interface->description);
    size_t options = option_bytes(name) + option_bytes(description) + OPTION_64_BYTES +
                     option_bytes(sizeof resolution) + option_bytes(sizeof fcs_bytes) + OPTION_HEADER_BYTES;
    uint8_t *at = add_block(pcapng, BLOCK_INTERFACE, 8 + options);
    at = put_le16(at, LINK_ETHERNET);
    at = put_le16(at, 0);
    at = put_le32(at, snap_bytes);
    at = put_option(at, INTERFACE_NAME, interface->name, name);
    at = put_option(at, INTERFACE_DESCRIPTION, interface->description, description);
    at = put_option_64(at, INTERFACE_SPEED, interface->speed_bps);
    at = put_option(at, INTERFACE_RESOLUTION, &resolution, sizeof resolution);
    at = put_option(at, INTERFACE_FCS, &fcs_bytes, sizeof fcs_bytes);
    put_option_end(at);
}

struct pcapng *pcapng_new(int fd, const struct capture_interfaces *interfaces, uint32_t snap_bytes)
{
    struct pcapng *pcapng = g_new0(struct pcapng, 1);
    outbuffer_init(&pcapng->out, fd, BUFFER_BYTES);
    add_section(pcapng);
    for (uint32_t i = 0; i < interfaces->n; i++)
        add_interface(pcapng, &interfaces->interface[i], snap_bytes);
    return pcapng;
}

void pcapng_free(struct pcapng *pcapng)
{
    if (!pcapng)
        return;
    outbuffer_clear(&pcapng->out);
    g_free(pcapng);
}

void pcapng_packet(struct pcapng *pcapng, const struct pcap_packet *packet)
{
    size_t options = OPTION_64_BYTES + OPTION_HEADER_BYTES;
    uint8_t *at = add_block(pcapng, BLOCK_PACKET, 20 + padded(packet->captured_bytes) + options);
    at = put_le32(at, packet->interface);
    at = put_instant(at, packet->at_ns);
    at = put_le32(at, packet->captured_bytes);
    at = put_le32(at, packet->frame_bytes);
    at = put_bytes(at, packet->bytes, packet->captured_bytes);
    at = put_option_64(at, PACKET_ID, packet->id);
    put_option_end(at);
}

void pcapng_statistics(struct pcapng *pcapng, uint32_t interface, const struct pcap_statistics *statistics)
{
    size_t options = 4 * OPTION_64_BYTES + OPTION_HEADER_BYTES;
    uint8_t *at = add_block(pcapng, BLOCK_STATISTICS, 12 + options);
    at = put_le32(at, interface);
    at = put_instant(at, statistics->end_ns);
    at = put_option_instant(at, STATISTICS_START, 0);
    at = put_option_instant(at, STATISTICS_END, statistics->end_ns);
    at = put_option_64(at, STATISTICS_PACKETS, statistics->packets);
    at = put_option_64(at, STATISTICS_DROPS, statistics->drops);
    put_option_end(at);
}

int pcapng_end(struct pcapng *pcapng)
{
    return outbuffer_flush(&pcapng->out);
}
