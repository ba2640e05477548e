/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The devices' check of what they receive. A packet is looked at while the NIC reads it, header and payload are held
 * against the setup, not against what the server did; what is found goes with the packet's name to its device. Bytes that
 * lie where the source has them, because a frame shows them, need not be compared. */
#include "weft/delivery.h"

#include "metrics/carried.h"
#include "weft/driver.h"

#include <stdlib.h>
#include <string.h>

/* Which bits of a header are the same in all packets of a stream. Headers are compared piece by piece, each of two words, as
 * many as the longest header needs; all end within the room that headers have. */
typedef uint64_t piece __attribute__((vector_size(16)));
enum { PIECES = (WEFT_HEADER_MAX_BYTES - WEFT_PREFIX_BYTES + sizeof(piece) - 1) / sizeof(piece) };
_Static_assert(PIECES == 5 && PIECES * sizeof(piece) <= WEFT_HEADER_MAX_BYTES,
               "pieces of the longest header");
struct fixed {
    uint8_t mask[PIECES * sizeof(piece)];
};

/* What the packets of a stream are held against. */
struct checked {
    uint64_t plain_packets; /* the first so many are full and in one piece of the file */
    const uint8_t *file;    /* of file_bytes; NULL: a pattern */
    uint32_t payload_bytes; /* of a full packet */
    struct weft_header_template header;
    const struct weft_clock *clock;
    uint64_t packets, file_bytes;
};

/* What one packet must be: data that lie in one piece, behind the prefix of its format, if any. */
struct expected {
    const uint8_t *data; /* NULL: the stream has no such packet */
    const uint8_t *prefix;
    uint32_t prefix_bytes, payload_bytes;
};

/* What a stream's device has. */
struct received {
    uint64_t next_number; /* the least number that is still in order */
    uint64_t intact_packets, intact_bytes, corrupt_packets;
};

struct weft_delivery {
    const struct weft_setup *setup;
    struct weft_delivery_result *result;
    struct checked *stream;
    struct received *received; /* by stream */
    struct fixed fixed[2];     /* without RTP and with it */
    struct weft_carried carried;
    uint32_t largest_bytes; /* of all payloads */
    uint8_t *expected;      /* the largest payload */
    uint8_t *gathered;      /* the largest packet */
};

/* `bytes` at `at` differ from packet to packet. */
static void may_change(uint8_t *mask, uint32_t at, uint32_t bytes)
{
    memset(mask + at, 0, bytes);
}

/* Lengths, IPv4's identification and checksum, UDP's checksum, RTP's marker, sequence number and timestamp. */
static void init_fixed(struct fixed *fixed, const struct weft_header_template *header, uint8_t ip_version)
{
    uint8_t *mask = fixed->mask;
    memset(mask, 0, sizeof(fixed->mask));
    memset(mask, 0xff, header->length);
    if (header->length > 0 && ip_version == 6) {
        may_change(mask, header->ip_at + 4, 2);
    } else if (header->length > 0) {
        may_change(mask, header->ip_at + 2, 4);
        may_change(mask, header->ip_at + 10, 2);
    }
    if (header->length > 0)
        may_change(mask, header->udp_at + 4, 4);
    if (header->rtp_at) {
        mask[header->rtp_at + 1] = 0x7f;
        may_change(mask, header->rtp_at + 2, 6);
    }
}

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
        stream->plain_packets = what->clock.packets ? 0 : stream->file_bytes / stream->payload_bytes;
    }
    weft_header_template_init(&stream->header, &(struct weft_header_spec){.network = setup->network,
                                                                          .format = what->clock.format,
                                                                          .seed = setup->seed,
                                                                          .server = what->server,
                                                                          .device = what->device,
                                                                          .stream = index});
    init_fixed(&delivery->fixed[stream->header.rtp_at > 0], &stream->header, setup->network->ip_version);
    if (what->clock.payload_bytes > delivery->largest_bytes)
        delivery->largest_bytes = what->clock.payload_bytes;
}

struct weft_delivery *weft_delivery_new(const struct weft_setup *setup)
{
    struct weft_delivery *delivery = weft_alloc(1, sizeof *delivery);
    delivery->setup = setup;
    delivery->result = weft_alloc(setup->streams, sizeof *delivery->result);
    delivery->stream = weft_alloc(setup->streams, sizeof *delivery->stream);
    delivery->received = weft_alloc(setup->streams, sizeof *delivery->received);
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
    free(delivery->received);
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

/* The bits of a piece that should not be what they are. */
static inline piece wrong_bits(const uint8_t *bytes, const uint8_t *expected, const uint8_t *mask, size_t i)
{
    piece is, should_be, counts;
    memcpy(&is, bytes + i * sizeof(piece), sizeof(piece));
    memcpy(&should_be, expected + i * sizeof(piece), sizeof(piece));
    memcpy(&counts, mask + i * sizeof(piece), sizeof(piece));
    return (is ^ should_be) & counts;
}

/* What never changes is as the stream's template has it. A header over IPv4 without RTP ends in the third piece. */
static bool fixed_is_right(const uint8_t *bytes, const struct weft_header_template *expected,
                           const struct fixed *fixed)
{
    const uint8_t *should_be = expected->bytes, *mask = fixed->mask;
    piece wrong = wrong_bits(bytes, should_be, mask, 0) | wrong_bits(bytes, should_be, mask, 1) |
                  wrong_bits(bytes, should_be, mask, 2);
    if (expected->length > 3 * sizeof(piece))
        wrong |= wrong_bits(bytes, should_be, mask, 3) | wrong_bits(bytes, should_be, mask, 4);
    return (wrong[0] | wrong[1]) == 0;
}

/* Over a header that holds its own checksum the one's complement sum is 0, so the plain one is a multiple of 2^16 - 1 (and
 * not 0: a header is not all zeros). It does not mind the order of bytes nor the width of words (RFC 1071, section 2). */
static inline bool ipv4_sum_is_right(const uint8_t *ip)
{
    uint32_t word[WEFT_IPV4_HEADER_BYTES / sizeof(uint32_t)];
    memcpy(word, ip, sizeof(word));
    uint64_t sum = (uint64_t)word[0] + word[1] + word[2] + word[3] + word[4];
    return sum % 0xffff == 0;
}

/* The length is that of `udp_bytes` of UDP. */
static inline bool ip_is_right(const uint8_t *ip, uint32_t udp_bytes)
{
    if (ip[0] >> 4 == 6)
        return get16(ip + 4) == udp_bytes;
    return get16(ip + 2) == WEFT_IPV4_HEADER_BYTES + udp_bytes && ipv4_sum_is_right(ip);
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
    return (rtp[1] & 0x80u) == marker && get16(rtp + 2) == ((expected->sequence + number) & 0xffff) &&
           get32(rtp + 4) == expected->timestamp + weft_clock_timestamp(clock, number);
}

/* All headers of packet `number` with `payload_bytes`. */
static inline bool headers_are_right(const struct checked *stream, const struct fixed *fixed, uint32_t number,
                                     uint32_t payload_bytes, const struct weft_desc *desc)
{
    const struct weft_header_template *expected = &stream->header;
    const uint8_t *bytes = desc->header;
    uint32_t udp_bytes = expected->length - expected->udp_at + payload_bytes;
    if (expected->length == 0)
        return true;
    return fixed_is_right(bytes, expected, fixed) && ip_is_right(bytes + expected->ip_at, udp_bytes) &&
           get16(bytes + expected->udp_at + 4) == udp_bytes &&
           (!expected->rtp_at || rtp_is_right(bytes + expected->rtp_at, expected, stream->clock, number));
}

/* Over the pseudo header, the UDP header and the payload, of a packet that has as many bytes as it should. Where the NIC
 * writes it, it is right if it is written to the right place. */
static inline bool udp_checksum_is_right(const struct weft_delivery *delivery, const struct weft_desc *desc,
                                         const struct weft_memory *memory,
                                         const struct weft_header_template *expected)
{
    uint8_t *packet = delivery->gathered, *udp = packet + expected->udp_at;
    if (desc->udp_at || expected->length == 0)
        return desc->udp_at == expected->udp_at && desc->ip_at == expected->ip_at;
    uint32_t bytes = weft_desc_gather(desc, memory, packet, WEFT_HEADER_MAX_BYTES + delivery->largest_bytes);
    return get16(udp + 6) == weft_udp_checksum(packet + expected->ip_at, udp, bytes - expected->udp_at);
}

/* The `bytes` of the stream's data that begin at packet `number`. */
static const uint8_t *source_bytes(const struct weft_delivery *delivery, const struct checked *stream,
                                   uint32_t index, uint32_t number, uint32_t bytes)
{
    uint64_t offset = weft_clock_offset(stream->clock, number);
    uint64_t at = stream->file ? offset % stream->file_bytes : offset;
    if (stream->file && bytes <= stream->file_bytes - at) /* not across the end of a file that loops */
        return stream->file + at;
    weft_clock_fill(stream->clock, delivery->setup->seed, index, offset, delivery->expected, bytes);
    return delivery->expected;
}

/* Packet `number` of a stream, whatever is special about it. */
static struct expected look_up(const struct weft_delivery *delivery, uint32_t index, uint32_t number)
{
    const struct checked *stream = &delivery->stream[index];
    if (number >= stream->packets)
        return (struct expected){0};
    const struct weft_packet *packet = packet_of(stream->clock, number);
    struct expected expected = {.payload_bytes = weft_clock_payload(stream->clock, number)};
    if (packet) {
        expected.prefix = packet->prefix;
        expected.prefix_bytes = packet->prefix_bytes;
    }
    expected.data =
        source_bytes(delivery, stream, index, number, expected.payload_bytes - expected.prefix_bytes);
    return expected;
}

/* What the NIC reads as packet `number` of the stream: its payload bytes if all is right, else 0. */
static uint32_t check(const struct weft_delivery *delivery, uint32_t index, uint32_t number,
                      const struct weft_desc *desc, const struct weft_memory *memory)
{
    const struct checked *stream = &delivery->stream[index];
    struct expected expected = {.payload_bytes = stream->payload_bytes};
    if (number < stream->plain_packets)
        expected.data = stream->file + (uint64_t)number * stream->payload_bytes;
    else
        expected = look_up(delivery, index, number);
    if (!expected.data || desc->header_bytes != stream->header.length + expected.prefix_bytes)
        return 0;
    if (expected.prefix_bytes > 0 &&
        memcmp(desc->header + stream->header.length, expected.prefix, expected.prefix_bytes) != 0)
        return 0;
    return headers_are_right(stream, &delivery->fixed[stream->header.rtp_at > 0], number,
                             expected.payload_bytes, desc) &&
                   weft_memory_equals(memory, desc->fragment, desc->fragments, expected.data,
                                      expected.payload_bytes - expected.prefix_bytes) &&
                   udp_checksum_is_right(delivery, desc, memory, &stream->header)
               ? expected.payload_bytes
               : 0;
}

/* --- on its way --- */

static void at_server(struct weft_delivery *delivery, const struct weft_train *train)
{
    enum { AHEAD = 4 };
    const struct weft_desc *const *desc = train->desc;
    const uint32_t n = desc ? train->n : 0;
    for (uint32_t i = 0; i < n; i++) {
        if (i + AHEAD < n) { /* packets of many streams: what is needed of them is far apart */
            weft_prefetch(&delivery->stream[train->stream[i + AHEAD]], sizeof *delivery->stream);
            weft_memory_expect(train->memory, desc[i + AHEAD]->fragment[0].physical, 1);
        }
        uint32_t intact_bytes = check(delivery, train->stream[i], train->number[i], desc[i], train->memory);
        struct weft_carried_packet *packet = weft_carried_add(&delivery->carried, train->packet[i]);
        packet->stream = train->stream[i];
        packet->number = train->number[i];
        packet->intact_bytes = intact_bytes;
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
    struct received *received = &delivery->received[stream];
    if (!packet)
        return 0;
    weft_carried_remove(packet);
    uint32_t intact_bytes = packet->stream == stream && packet->number == number ? packet->intact_bytes : 0;
    if (number < received->next_number ||
        (intact_bytes == 0 && number >= delivery->stream[stream].packets)) /* an intact one is the stream's */
        return 0;
    received->next_number = (uint64_t)number + 1;
    return intact_bytes;
}

static void at_device(struct weft_delivery *delivery, const struct weft_train *train)
{
    for (uint32_t i = 0; i < train->n; i++) {
        uint32_t intact_bytes = receive(delivery, train->packet[i], train->stream[i], train->number[i]);
        struct received *received = &delivery->received[train->stream[i]];
        received->intact_bytes += intact_bytes;
        received->intact_packets += intact_bytes > 0;
        received->corrupt_packets += intact_bytes == 0;
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
        const struct received *received = &delivery->received[i];
        delivery->result[i] =
            (struct weft_delivery_result){.intact_packets = received->intact_packets,
                                          .intact_bytes = received->intact_bytes,
                                          .corrupt_packets = received->corrupt_packets,
                                          .complete = clock->media && !clock->loops &&
                                                      received->intact_packets == weft_clock_packets(clock)};
    }
    return delivery->result;
}
