/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The devices' check of what they receive. A packet is looked at while the NIC reads it, header and payload are held
 * against the setup, not against what the server did; what is found goes with the packet's name to its device. Bytes that
 * lie where the source has them, because a frame shows them, need not be compared. */
#include "weft/delivery.h"

#include "metrics/carried.h"
#include "weft/driver.h"

#include <stdlib.h>
#include <string.h>

enum {
    TAG_AT = 12, /* the type, or a tag before it */
    TYPE_VLAN = 0x8100,
    TYPE_IPV4 = 0x0800,
    TYPE_IPV6 = 0x86dd,
    IPV4_NO_OPTIONS = 0x45,
    PROTOCOL_UDP = 17,
};

/* What the packets of a stream are held against. */
struct checked {
    const struct weft_clock *clock;
    const uint8_t *file; /* of file_bytes; NULL: a pattern */
    uint64_t file_bytes;
    uint32_t payload_bytes; /* of a full packet */
    uint64_t packets;
    uint64_t next_number; /* the least number that is still in order at the device */
    struct weft_header_template header;
};

struct weft_delivery {
    const struct weft_setup *setup;
    struct weft_delivery_result *result;
    struct checked *stream;
    struct weft_carried carried;
    uint32_t largest_bytes; /* of all payloads */
    uint8_t *expected;      /* the largest payload */
    uint8_t *gathered;      /* the largest packet */
};

static void init_stream(struct weft_delivery *delivery, uint32_t index)
{
    const struct weft_setup *setup = delivery->setup;
    const struct weft_stream *what = &setup->stream[index];
    struct checked *stream = &delivery->stream[index];
    stream->clock = &what->clock;
    stream->packets = weft_clock_packets(&what->clock);
    stream->payload_bytes = what->clock.payload_bytes;
    if (what->clock.media) {
        stream->file = what->clock.media->data;
        stream->file_bytes = what->clock.media->at_bytes[what->clock.media->points - 1];
    }
    weft_header_template_init(&stream->header, &(struct weft_header_spec){.network = setup->network,
                                                                          .format = what->clock.format,
                                                                          .seed = setup->seed,
                                                                          .server = what->server,
                                                                          .device = what->device,
                                                                          .stream = index});
    if (what->clock.payload_bytes > delivery->largest_bytes)
        delivery->largest_bytes = what->clock.payload_bytes;
}

struct weft_delivery *weft_delivery_new(const struct weft_setup *setup)
{
    struct weft_delivery *delivery = weft_alloc(1, sizeof *delivery);
    delivery->setup = setup;
    delivery->result = weft_alloc(setup->streams, sizeof *delivery->result);
    delivery->stream = weft_alloc(setup->streams, sizeof *delivery->stream);
    delivery->largest_bytes = 1;
    for (uint32_t i = 0; i < setup->streams; i++)
        init_stream(delivery, i);
    delivery->expected = weft_alloc(delivery->largest_bytes, 1);
    delivery->gathered = weft_alloc(WEFT_HEADER_MAX_BYTES + delivery->largest_bytes, 1);
    weft_carried_init(&delivery->carried, setup->servers);
    return delivery;
}

void weft_delivery_free(struct weft_delivery *delivery)
{
    if (!delivery)
        return;
    weft_carried_clear(&delivery->carried);
    free(delivery->gathered);
    free(delivery->expected);
    free(delivery->stream);
    free(delivery->result);
    free(delivery);
}

/* --- a packet as the NIC reads it --- */

static uint32_t get16(const uint8_t *at)
{
    return (uint32_t)at[0] << 8 | at[1];
}

static uint32_t get32(const uint8_t *at)
{
    return get16(at) << 16 | get16(at + 2);
}

/* Ethernet, with the tag of the network; `*at` goes behind it. */
static bool ethernet_is_right(const uint8_t *bytes, const struct weft_header_template *expected,
                              const struct weft_network *network, uint32_t *at)
{
    *at = TAG_AT;
    if (network->vlan) {
        if (get16(bytes + *at) != TYPE_VLAN || get16(bytes + *at + 2) != network->vlan)
            return false;
        *at += WEFT_VLAN_TAG_BYTES;
    }
    uint32_t type = get16(bytes + *at);
    *at += 2;
    return memcmp(bytes, expected->bytes, TAG_AT) == 0 &&
           type == (network->ip_version == 6 ? TYPE_IPV6 : TYPE_IPV4);
}

/* IPv4 or IPv6 from and to the stations of the template, with `udp_bytes` of UDP. */
static bool ip_is_right(const uint8_t *ip, const uint8_t *expected, uint8_t version, uint32_t udp_bytes)
{
    if (version == 6) /* nothing but the length differs from packet to packet */
        return get16(ip + 4) == udp_bytes && memcmp(ip, expected, 4) == 0 &&
               memcmp(ip + 6, expected + 6, 34) == 0;
    /* Over a header that holds its own checksum the sum is 0. */
    return ip[0] == IPV4_NO_OPTIONS && get16(ip + 2) == WEFT_IPV4_HEADER_BYTES + udp_bytes &&
           ip[9] == PROTOCOL_UDP && weft_internet_checksum(ip, WEFT_IPV4_HEADER_BYTES) == 0 &&
           memcmp(ip + 12, expected + 12, 8) == 0;
}

static const struct weft_packet *packet_of(const struct weft_clock *clock, uint32_t number)
{
    return clock->packets ? &clock->packets->packet[number % clock->packets->packets] : NULL;
}

static bool rtp_is_right(const uint8_t *rtp, const struct weft_header_template *expected,
                         const struct weft_clock *clock, uint32_t number)
{
    const struct weft_packet *packet = packet_of(clock, number);
    uint32_t marker = packet && packet->marker ? 0x80 : 0;
    return rtp[0] == 0x80 && rtp[1] == (marker | clock->format->payload_type) &&
           get16(rtp + 2) == ((expected->sequence + number) & 0xffff) &&
           get32(rtp + 4) == expected->timestamp + weft_clock_timestamp(clock, number) &&
           memcmp(rtp + 8, expected->bytes + expected->rtp_at + 8, 4) == 0;
}

/* Over the pseudo header, the UDP header and the payload; where the NIC writes it, it is right if it is written to the
 * right place. */
static bool udp_checksum_is_right(const struct weft_delivery *delivery, const struct weft_desc *desc,
                                  const struct weft_memory *memory,
                                  const struct weft_header_template *expected)
{
    uint8_t *packet = delivery->gathered, *udp = packet + expected->udp_at;
    if (desc->udp_at)
        return desc->udp_at == expected->udp_at && desc->ip_at == expected->ip_at;
    uint32_t bytes = weft_desc_gather(desc, memory, packet, WEFT_HEADER_MAX_BYTES + delivery->largest_bytes);
    return get16(udp + 6) == weft_udp_checksum(packet + expected->ip_at, udp, bytes - expected->udp_at);
}

/* All headers of packet `number` with `payload_bytes`, and the checksum over all of it. */
static bool headers_are_right(const struct weft_delivery *delivery, const struct checked *stream,
                              uint32_t number, uint32_t payload_bytes, const struct weft_desc *desc,
                              const struct weft_memory *memory)
{
    const struct weft_network *network = delivery->setup->network;
    const struct weft_header_template *expected = &stream->header;
    const uint8_t *bytes = desc->header;
    uint32_t at, udp_bytes = expected->length - expected->udp_at + payload_bytes;
    if (expected->length == 0)
        return true;
    if (!ethernet_is_right(bytes, expected, network, &at) ||
        !ip_is_right(bytes + at, expected->bytes + at, network->ip_version, udp_bytes))
        return false;
    const uint8_t *udp =
        bytes + at + (network->ip_version == 6 ? WEFT_IPV6_HEADER_BYTES : WEFT_IPV4_HEADER_BYTES);
    return memcmp(udp, expected->bytes + expected->udp_at, 4) == 0 && get16(udp + 4) == udp_bytes &&
           (!expected->rtp_at ||
            rtp_is_right(udp + WEFT_UDP_HEADER_BYTES, expected, stream->clock, number)) &&
           udp_checksum_is_right(delivery, desc, memory, expected);
}

/* The data that packet `number` of the stream must have. */
static const uint8_t *source_bytes(const struct weft_delivery *delivery, const struct checked *stream,
                                   uint32_t index, uint32_t number, uint32_t data_bytes)
{
    bool cut_bytes = !stream->clock->packets;
    uint64_t offset =
        cut_bytes ? (uint64_t)number * stream->payload_bytes : weft_clock_offset(stream->clock, number);
    uint64_t at = stream->file && offset >= stream->file_bytes ? offset % stream->file_bytes : offset;
    if (stream->file && data_bytes <= stream->file_bytes - at) /* not across the end of a file that loops */
        return stream->file + at;
    weft_clock_fill(stream->clock, delivery->setup->seed, index, offset, delivery->expected, data_bytes);
    return delivery->expected;
}

/* The gathered payload is `source`, no more and no less. */
static bool data_is_right(const struct weft_desc *desc, const struct weft_memory *memory,
                          const uint8_t *source, uint32_t data_bytes)
{
    for (uint32_t i = 0; i < desc->fragments; i++) {
        const struct weft_fragment *fragment = &desc->fragment[i];
        if (fragment->bytes > data_bytes)
            return false;
        const uint8_t *bytes = weft_memory_at(memory, fragment->physical, fragment->bytes);
        if (bytes != source && memcmp(bytes, source, fragment->bytes) != 0)
            return false;
        source += fragment->bytes;
        data_bytes -= fragment->bytes;
    }
    return data_bytes == 0;
}

/* What the NIC reads as packet `number` of the stream: its payload bytes if all is right, else 0. */
static uint32_t check(const struct weft_delivery *delivery, uint32_t index, uint32_t number,
                      const struct weft_desc *desc, const struct weft_memory *memory)
{
    const struct checked *stream = &delivery->stream[index];
    const struct weft_clock *clock = stream->clock;
    const struct weft_packet *packet = packet_of(clock, number);
    uint32_t prefix_bytes = packet ? packet->prefix_bytes : 0;
    if (number >= stream->packets || desc->header_bytes != stream->header.length + prefix_bytes)
        return 0;
    bool full = !packet && number + UINT64_C(1) < stream->packets;
    uint32_t payload_bytes = full ? stream->payload_bytes : weft_clock_payload(clock, number);
    uint32_t data_bytes = payload_bytes - prefix_bytes;
    const uint8_t *source = source_bytes(delivery, stream, index, number, data_bytes);
    if (packet && memcmp(desc->header + stream->header.length, packet->prefix, prefix_bytes) != 0)
        return 0;
    return data_is_right(desc, memory, source, data_bytes) &&
                   headers_are_right(delivery, stream, number, payload_bytes, desc, memory)
               ? payload_bytes
               : 0;
}

/* --- on its way --- */

static void at_server(struct weft_delivery *delivery, const struct weft_train *train)
{
    enum { AHEAD = 4 };
    for (uint32_t i = 0; train->desc && i < train->n; i++) {
        uint32_t stream = train->stream[i], number = train->number[i];
        if (i + AHEAD < train->n) /* packets of many streams: what is needed of them is far apart */
            weft_prefetch(&delivery->stream[train->stream[i + AHEAD]], sizeof *delivery->stream);
        struct weft_carried_packet *packet = weft_carried_add(&delivery->carried, train->packet[i]);
        packet->stream = stream;
        packet->number = number;
        packet->intact_bytes = check(delivery, stream, number, train->desc[i], train->memory);
    }
}

static void at_switch(struct weft_delivery *delivery, const struct weft_train *train)
{
    for (uint32_t i = 0; i < train->n; i++) {
        if (train->outcome[i] == WEFT_DELIVERED || train->stream[i] >= delivery->setup->streams)
            continue;
        struct weft_carried_packet *packet = weft_carried_find(&delivery->carried, train->packet[i]);
        if (packet)
            weft_carried_remove(packet);
    }
}

/* Payload bytes of a packet that comes to the device as packet `number` of the stream; 0 if it is not that one, not in
 * order, or was not right. */
static uint32_t receive(struct weft_delivery *delivery, uint64_t name, uint32_t stream, uint32_t number)
{
    struct weft_carried_packet *packet = weft_carried_find(&delivery->carried, name);
    uint64_t *next_number = &delivery->stream[stream].next_number;
    if (!packet)
        return 0;
    weft_carried_remove(packet);
    if (number < *next_number || number >= delivery->stream[stream].packets)
        return 0;
    *next_number = (uint64_t)number + 1;
    return packet->stream == stream && packet->number == number ? packet->intact_bytes : 0;
}

static void at_device(struct weft_delivery *delivery, const struct weft_train *train)
{
    for (uint32_t i = 0; i < train->n; i++) {
        uint32_t intact_bytes = receive(delivery, train->packet[i], train->stream[i], train->number[i]);
        struct weft_delivery_result *result = &delivery->result[train->stream[i]];
        result->intact_bytes += intact_bytes;
        result->intact_packets += intact_bytes > 0;
        result->corrupt_packets += intact_bytes == 0;
    }
}

static void see_packets(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    (void)node;
    if (point == WEFT_AT_SERVER)
        at_server(ctx, train);
    else if (point == WEFT_AT_SWITCH)
        at_switch(ctx, train);
    else
        at_device(ctx, train);
}

struct weft_watch weft_delivery_watch(struct weft_delivery *delivery)
{
    return (struct weft_watch){.ctx = delivery, .bytes = true, .packets = see_packets};
}

struct weft_delivery_result *weft_delivery_results(struct weft_delivery *delivery)
{
    for (uint32_t i = 0; i < delivery->setup->streams; i++) {
        const struct weft_clock *clock = &delivery->setup->stream[i].clock;
        struct weft_delivery_result *result = &delivery->result[i];
        result->complete =
            clock->media && !clock->loops && result->intact_packets == weft_clock_packets(clock);
    }
    return delivery->result;
}
