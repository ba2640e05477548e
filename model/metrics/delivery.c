/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The devices' check of what they receive. The bytes are taken where the NIC reads them and looked at where
 * the device has them; header and payload are held against the setup, not against what the server sent. */
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

struct weft_delivery {
    const struct weft_setup *setup;
    struct weft_delivery_result *result;
    uint64_t *next_number;               /* per stream: the least number that is still in order */
    struct weft_header_template *header; /* per stream */
    struct weft_carried carried;
    uint8_t *expected; /* the largest payload */
};

static void init_template(struct weft_delivery *delivery, uint32_t stream)
{
    const struct weft_setup *setup = delivery->setup;
    const struct weft_stream *what = &setup->stream[stream];
    weft_header_template_init(&delivery->header[stream],
                              &(struct weft_header_spec){.network = setup->network,
                                                         .format = what->clock.format,
                                                         .seed = setup->seed,
                                                         .server = what->server,
                                                         .device = what->device,
                                                         .stream = stream});
}

struct weft_delivery *weft_delivery_new(const struct weft_setup *setup)
{
    struct weft_delivery *delivery = weft_alloc(1, sizeof *delivery);
    delivery->setup = setup;
    delivery->result = weft_alloc(setup->streams, sizeof *delivery->result);
    delivery->next_number = weft_alloc(setup->streams, sizeof *delivery->next_number);
    delivery->header = weft_alloc(setup->streams, sizeof *delivery->header);
    uint32_t largest_bytes = 1;
    for (uint32_t i = 0; i < setup->streams; i++) {
        const struct weft_stream *stream = &setup->stream[i];
        init_template(delivery, i);
        if (stream->clock.payload_bytes > largest_bytes)
            largest_bytes = stream->clock.payload_bytes;
    }
    delivery->expected = weft_alloc(largest_bytes, 1);
    weft_carried_init(&delivery->carried, WEFT_HEADER_MAX_BYTES + largest_bytes);
    return delivery;
}

void weft_delivery_free(struct weft_delivery *delivery)
{
    if (!delivery)
        return;
    weft_carried_clear(&delivery->carried);
    free(delivery->expected);
    free(delivery->header);
    free(delivery->next_number);
    free(delivery->result);
    free(delivery);
}

static void at_server(struct weft_delivery *delivery, const struct weft_train *train)
{
    struct weft_carried *carried = &delivery->carried;
    for (uint32_t i = 0; train->desc && i < train->n; i++) {
        uint32_t slot = weft_carried_add(carried, train->packet[i]);
        carried->length[slot] = weft_desc_gather(train->desc[i], train->memory,
                                                 weft_carried_bytes(carried, slot), carried->room_bytes);
    }
}

static void at_switch(struct weft_delivery *delivery, const struct weft_train *train)
{
    for (uint32_t i = 0; i < train->n; i++) {
        if (train->outcome[i] == WEFT_DELIVERED)
            continue;
        uint32_t slot = weft_carried_find(&delivery->carried, train->packet[i]);
        if (slot != WEFT_NOT_CARRIED)
            weft_carried_remove(&delivery->carried, slot);
    }
}

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

/* All headers of packet `number`, and the checksum over all of it. */
static bool headers_are_right(const struct weft_delivery *delivery, uint32_t stream, uint32_t number,
                              const uint8_t *bytes, uint32_t length)
{
    const struct weft_network *network = delivery->setup->network;
    const struct weft_header_template *expected = &delivery->header[stream];
    const struct weft_clock *clock = &delivery->setup->stream[stream].clock;
    uint32_t at, udp_bytes = length - expected->udp_at;
    if (expected->length == 0)
        return true;
    if (!ethernet_is_right(bytes, expected, network, &at) ||
        !ip_is_right(bytes + at, expected->bytes + at, network->ip_version, udp_bytes))
        return false;
    const uint8_t *ip = bytes + at,
                  *udp = ip + (network->ip_version == 6 ? WEFT_IPV6_HEADER_BYTES : WEFT_IPV4_HEADER_BYTES);
    return memcmp(udp, expected->bytes + expected->udp_at, 4) == 0 && get16(udp + 4) == udp_bytes &&
           get16(udp + 6) == weft_udp_checksum(ip, udp, udp_bytes) &&
           (!expected->rtp_at || rtp_is_right(udp + WEFT_UDP_HEADER_BYTES, expected, clock, number));
}

/* The data that packet `number` of the stream must have. */
static const uint8_t *source_bytes(struct weft_delivery *delivery, uint32_t stream, uint32_t number,
                                   uint32_t data_bytes)
{
    const struct weft_clock *clock = &delivery->setup->stream[stream].clock;
    uint64_t offset = weft_clock_offset(clock, number);
    uint64_t file_bytes = clock->media ? clock->media->at_bytes[clock->media->points - 1] : 0;
    if (clock->media &&
        data_bytes <= file_bytes - offset % file_bytes) /* not across the end of a file that loops */
        return clock->media->data + offset % file_bytes;
    weft_clock_fill(clock, delivery->setup->seed, stream, offset, delivery->expected, data_bytes);
    return delivery->expected;
}

/* What arrived at the device as packet `number` of `stream`: its payload bytes if all is right, else 0. */
static uint32_t check(struct weft_delivery *delivery, uint32_t stream, uint32_t number, const uint8_t *bytes,
                      uint32_t length)
{
    const struct weft_clock *clock = &delivery->setup->stream[stream].clock;
    const struct weft_packet *packet = packet_of(clock, number);
    uint32_t prefix_bytes = packet ? packet->prefix_bytes : 0;
    uint32_t header_bytes = delivery->header[stream].length + prefix_bytes;
    if (number < delivery->next_number[stream] || number >= weft_clock_packets(clock))
        return 0;
    delivery->next_number[stream] = (uint64_t)number + 1;
    uint32_t data_bytes = weft_clock_payload(clock, number) - prefix_bytes;
    if (length != header_bytes + data_bytes || !headers_are_right(delivery, stream, number, bytes, length))
        return 0;
    if (packet && memcmp(bytes + header_bytes - prefix_bytes, packet->prefix, prefix_bytes) != 0)
        return 0;
    const uint8_t *source = source_bytes(delivery, stream, number, data_bytes);
    return memcmp(bytes + header_bytes, source, data_bytes) == 0 ? prefix_bytes + data_bytes : 0;
}

static void at_device(struct weft_delivery *delivery, const struct weft_train *train)
{
    struct weft_carried *carried = &delivery->carried;
    for (uint32_t i = 0; i < train->n; i++) {
        uint32_t stream = train->stream[i], intact_bytes = 0;
        uint32_t slot = weft_carried_find(carried, train->packet[i]);
        if (slot != WEFT_NOT_CARRIED) {
            intact_bytes = check(delivery, stream, train->number[i], weft_carried_bytes(carried, slot),
                                 carried->length[slot]);
            weft_carried_remove(carried, slot);
        }
        delivery->result[stream].intact_bytes += intact_bytes;
        delivery->result[stream].intact_packets += intact_bytes > 0;
        delivery->result[stream].corrupt_packets += intact_bytes == 0;
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
