/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The devices' check of what they receive. The bytes are taken where the NIC reads them and looked at where
 * the device has them; header and payload are held against the setup, not against what the server sent. */
#include "weft/delivery.h"

#include "metrics/carried.h"
#include "weft/driver.h"

#include <stdlib.h>
#include <string.h>

enum {
    TYPE_AT = WEFT_ETHERNET_HEADER_BYTES - 2,
    IP_AT = WEFT_ETHERNET_HEADER_BYTES,
    UDP_AT = IP_AT + WEFT_IPV4_HEADER_BYTES,
    ADDRESSES_AT = IP_AT + 12, /* IPv4 source and destination, then the UDP ports */
    ADDRESSES_BYTES = 12,
    ETHERNET_TYPE_IPV4 = 0x0800,
    IPV4_NO_OPTIONS = 0x45,
    IPV4_UDP = 17,
};

struct weft_delivery {
    const struct weft_setup *setup;
    struct weft_delivery_result *result;
    uint64_t *next_number;               /* per stream: the least number that is still in order */
    struct weft_header_template *header; /* per stream */
    struct weft_carried carried;
    uint8_t *expected; /* the largest payload */
};

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
        weft_header_template_init(&delivery->header[i], stream->server, stream->device, i);
        if (stream->clock.payload_bytes > largest_bytes)
            largest_bytes = stream->clock.payload_bytes;
    }
    delivery->expected = weft_alloc(largest_bytes, 1);
    weft_carried_init(&delivery->carried, WEFT_HEADER_BYTES + largest_bytes);
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

static bool header_is_right(const uint8_t *bytes, const struct weft_header_template *expected,
                            uint32_t payload_bytes)
{
    const uint8_t *ip = bytes + IP_AT, *udp = bytes + UDP_AT;
    uint32_t udp_bytes = WEFT_UDP_HEADER_BYTES + payload_bytes;
    bool ethernet =
        memcmp(bytes, expected->bytes, TYPE_AT) == 0 && get16(bytes + TYPE_AT) == ETHERNET_TYPE_IPV4;
    /* Over a header that holds its own checksum the sum is 0. */
    bool ipv4 = ip[0] == IPV4_NO_OPTIONS && get16(ip + 2) == WEFT_IPV4_HEADER_BYTES + udp_bytes &&
                ip[9] == IPV4_UDP && weft_internet_checksum(ip, WEFT_IPV4_HEADER_BYTES) == 0;
    bool addresses = memcmp(bytes + ADDRESSES_AT, expected->bytes + ADDRESSES_AT, ADDRESSES_BYTES) == 0;
    /* 0: no UDP checksum, it is the NIC's to fill in. */
    uint32_t sum = get16(udp + 6);
    bool summed = sum == 0 || sum == weft_udp_checksum(ip, udp + WEFT_UDP_HEADER_BYTES, payload_bytes);
    return ethernet && ipv4 && addresses && get16(udp + 4) == udp_bytes && summed;
}

/* The payload that packet `number` of the stream must have. */
static const uint8_t *source_bytes(struct weft_delivery *delivery, uint32_t stream, uint32_t number,
                                   uint32_t payload_bytes)
{
    const struct weft_clock *clock = &delivery->setup->stream[stream].clock;
    uint64_t offset = (uint64_t)number * clock->payload_bytes;
    if (clock->media)
        return clock->media->data + offset;
    weft_clock_fill(clock, delivery->setup->seed, stream, offset, delivery->expected, payload_bytes);
    return delivery->expected;
}

/* What arrived at the device as packet `number` of `stream`: its payload bytes if all is right, else 0. */
static uint32_t check(struct weft_delivery *delivery, uint32_t stream, uint32_t number, const uint8_t *bytes,
                      uint32_t length)
{
    const struct weft_clock *clock = &delivery->setup->stream[stream].clock;
    uint32_t header_bytes = delivery->setup->network->header_bytes;
    if (number < delivery->next_number[stream] || number >= weft_clock_packets(clock))
        return 0;
    delivery->next_number[stream] = (uint64_t)number + 1;
    uint32_t payload_bytes = weft_clock_payload(clock, number);
    if (length != header_bytes + payload_bytes)
        return 0;
    if (header_bytes && !header_is_right(bytes, &delivery->header[stream], payload_bytes))
        return 0;
    const uint8_t *source = source_bytes(delivery, stream, number, payload_bytes);
    return memcmp(bytes + header_bytes, source, payload_bytes) == 0 ? payload_bytes : 0;
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
            clock->media && result->intact_bytes == clock->media->at_bytes[clock->media->points - 1];
    }
    return delivery->result;
}
