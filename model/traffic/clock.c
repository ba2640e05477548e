/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The clock of one stream: which packet is due when, how long it is, and what is in it. due() and
 * due_before() are exact inverses; every interval of every method is cut with them, so that no packet is sent
 * twice or forgotten. */
#include "traffic/media.h"

#include <assert.h>
#include <string.h>

/* start + after, or WEFT_NEVER. */
static weft_ps after_start(const struct weft_clock *clock, weft_u128 after_ps)
{
    return after_ps < WEFT_NEVER - clock->start_ps ? clock->start_ps + (weft_ps)after_ps : WEFT_NEVER;
}

/* Bits of one packet times picoseconds per second: times n, over the rate, it is when packet n is due. */
static weft_u128 bit_ps_per_s(const struct weft_clock *clock)
{
    assert(clock->payload_bytes >= 1 && clock->rate_bps >= 1);
    return (weft_u128)clock->payload_bytes * 8 * WEFT_PS_PER_S;
}

/* --- files: a line of bytes, endless where the file begins again at its end --- */

static weft_ps pass_ps(const struct weft_clock *clock)
{
    assert(clock->media);
    return clock->media->at_ps[clock->media->points - 1];
}

/* Packets of one pass through a file that a format has cut, whose first byte is among the first `bytes`. */
static uint64_t table_packets_before(const struct weft_packets *packets, uint64_t bytes)
{
    uint64_t low = 0, high = packets->packets;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (packets->packet[middle].at_byte < bytes)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Packets whose first byte is among the first `bytes` of the line. */
static weft_u128 packets_before(const struct weft_clock *clock, weft_u128 bytes)
{
    if (!clock->packets && bytes <= UINT64_MAX) /* a division that the machine has */
        return (uint64_t)bytes / clock->payload_bytes + ((uint64_t)bytes % clock->payload_bytes != 0);
    if (!clock->packets)
        return bytes / clock->payload_bytes + (bytes % clock->payload_bytes != 0);
    uint64_t file_bytes = weft_media_bytes(clock->media);
    return bytes / file_bytes * clock->packets->packets +
           table_packets_before(clock->packets, (uint64_t)(bytes % file_bytes));
}

/* Place on the line of packet n's data, which must be part of the stream. A looping file that is cut into bytes is cut
 * as if it were one without end: packets go across. */
static weft_u128 media_packet(const struct weft_clock *clock, uint64_t n, uint64_t *data_bytes)
{
    uint64_t file_bytes = weft_media_bytes(clock->media);
    if (clock->packets) {
        const struct weft_packet *packet = &clock->packets->packet[n % clock->packets->packets];
        *data_bytes = packet->data_bytes;
        return (weft_u128)(n / clock->packets->packets) * file_bytes + packet->at_byte;
    }
    weft_u128 at_byte = (weft_u128)n * clock->payload_bytes;
    bool is_last = !clock->loops && at_byte + clock->payload_bytes > file_bytes;
    *data_bytes = is_last ? file_bytes - (uint64_t)at_byte : clock->payload_bytes;
    return at_byte;
}

uint64_t weft_clock_packets(const struct weft_clock *clock)
{
    if (!clock->media || clock->loops)
        return UINT64_MAX;
    return (uint64_t)packets_before(clock, weft_media_bytes(clock->media));
}

static weft_ps media_due(const struct weft_clock *clock, uint64_t n)
{
    uint64_t data_bytes, file_bytes = weft_media_bytes(clock->media);
    if (n >= weft_clock_packets(clock))
        return after_start(clock, pass_ps(clock));
    weft_u128 at_byte = media_packet(clock, n, &data_bytes);
    weft_ps in_pass_ps = weft_media_due(clock->media, (uint64_t)(at_byte % file_bytes));
    return after_start(clock, at_byte / file_bytes * pass_ps(clock) + in_pass_ps);
}

weft_ps weft_clock_due(const struct weft_clock *clock, uint64_t n)
{
    if (clock->media)
        return media_due(clock, n);
    weft_u128 packet = bit_ps_per_s(clock);
    /* A product past 2^128, over a rate below 2^64, is past 2^64 ps. */
    if (n > ~(weft_u128)0 / packet)
        return WEFT_NEVER;
    return after_start(clock, n * packet / clock->rate_bps);
}

static uint64_t media_due_before(const struct weft_clock *clock, weft_ps after_ps)
{
    uint64_t passes = clock->loops ? after_ps / pass_ps(clock) : 0;
    weft_u128 bytes = (weft_u128)passes * weft_media_bytes(clock->media) +
                      weft_media_bytes_before(clock->media, after_ps - passes * pass_ps(clock));
    weft_u128 packets = packets_before(clock, bytes);
    return packets < UINT64_MAX ? (uint64_t)packets : UINT64_MAX;
}

uint64_t weft_clock_due_before(const struct weft_clock *clock, weft_ps before_ps)
{
    if (before_ps <= clock->start_ps)
        return 0;
    weft_ps after_ps = before_ps - clock->start_ps;
    if (clock->media)
        return media_due_before(clock, after_ps);
    /* floor(x) < t is x < t for an integer t: n is due before t if n * packet < t * rate. */
    weft_u128 packet = bit_ps_per_s(clock), sent = (weft_u128)after_ps * clock->rate_bps;
    weft_u128 packets = sent / packet + (sent % packet != 0);
    return packets < UINT64_MAX ? (uint64_t)packets : UINT64_MAX;
}

uint32_t weft_clock_payload(const struct weft_clock *clock, uint64_t n)
{
    uint64_t data_bytes;
    assert(n < weft_clock_packets(clock));
    if (!clock->media)
        return clock->payload_bytes;
    media_packet(clock, n, &data_bytes);
    uint32_t prefix_bytes =
        clock->packets ? clock->packets->packet[n % clock->packets->packets].prefix_bytes : 0;
    return prefix_bytes + (uint32_t)data_bytes;
}

uint64_t weft_clock_offset(const struct weft_clock *clock, uint64_t n)
{
    uint64_t data_bytes;
    return clock->media ? (uint64_t)media_packet(clock, n, &data_bytes) : n * clock->payload_bytes;
}

uint64_t weft_clock_span_bytes(const struct weft_clock *clock, uint64_t first, uint64_t count)
{
    uint64_t packets = weft_clock_packets(clock), data_bytes;
    assert(first <= packets && count <= packets - first);
    if (count == 0)
        return 0;
    if (!clock->media) {
        assert(count <= UINT64_MAX / clock->payload_bytes);
        return count * clock->payload_bytes;
    }
    weft_u128 last = media_packet(clock, first + count - 1, &data_bytes);
    return (uint64_t)(last + data_bytes - weft_clock_offset(clock, first));
}

/* When a device that plays from the stream's start on needs the last byte of packet n of a file. */
static weft_ps media_needed(const struct weft_clock *clock, uint64_t n)
{
    uint64_t data_bytes, file_bytes = weft_media_bytes(clock->media);
    if (n >= weft_clock_packets(clock))
        return after_start(clock, pass_ps(clock));
    weft_u128 last_byte = media_packet(clock, n, &data_bytes) + data_bytes - 1;
    weft_ps in_pass_ps = weft_media_needed(clock->media, (uint64_t)(last_byte % file_bytes));
    return after_start(clock, last_byte / file_bytes * pass_ps(clock) + in_pass_ps);
}

weft_ps weft_clock_deadline(const struct weft_clock *clock, uint64_t n, weft_ps startup_ps)
{
    weft_ps needed_ps =
        clock->media ? media_needed(clock, n) : weft_clock_due(clock, n < UINT64_MAX ? n + 1 : n);
    return needed_ps < WEFT_NEVER - startup_ps ? needed_ps + startup_ps : WEFT_NEVER;
}

uint32_t weft_clock_timestamp(const struct weft_clock *clock, uint64_t n)
{
    enum { CLOCK_HZ = 90000 };
    if (!clock->packets)
        return (uint32_t)((weft_u128)(weft_clock_due(clock, n) - clock->start_ps) * CLOCK_HZ / WEFT_PS_PER_S);
    uint64_t pass = n / clock->packets->packets;
    weft_u128 before = (weft_u128)pass * pass_ps(clock) * CLOCK_HZ / WEFT_PS_PER_S;
    return (uint32_t)before + clock->packets->packet[n % clock->packets->packets].timestamp;
}

/* The pattern is drawn in words of 8 bytes, low byte first, so that any part of it can be had without the
 * rest. */
enum { WORD_BYTES = 8, DRAWN_WORDS = 64 };

/* Eight bytes of a stream's pattern, in little-endian order; the stores are apart so that compilers make one of them. */
static void put_pattern(uint8_t *to, uint64_t drawn)
{
    to[0] = (uint8_t)drawn;
    to[1] = (uint8_t)(drawn >> 8);
    to[2] = (uint8_t)(drawn >> 16);
    to[3] = (uint8_t)(drawn >> 24);
    to[4] = (uint8_t)(drawn >> 32);
    to[5] = (uint8_t)(drawn >> 40);
    to[6] = (uint8_t)(drawn >> 48);
    to[7] = (uint8_t)(drawn >> 56);
}

/* `bytes` of a word of the pattern, from its byte `skip` on. */
static void put_part(uint8_t *to, uint64_t drawn, uint64_t skip, uint64_t bytes)
{
    uint8_t word[WORD_BYTES];
    if (bytes == WORD_BYTES) {
        put_pattern(to, drawn);
        return;
    }
    put_pattern(word, drawn);
    memcpy(to, word + skip, bytes);
}

static void fill_media(const struct weft_clock *clock, uint64_t offset, uint8_t *to, uint64_t bytes)
{
    uint64_t total = weft_media_bytes(clock->media);
    assert(clock->media->data && (clock->loops || (offset <= total && bytes <= total - offset)));
    while (bytes > 0) {
        uint64_t at = offset % total, piece = total - at < bytes ? total - at : bytes;
        memcpy(to, clock->media->data + at, piece);
        to += piece;
        offset += piece;
        bytes -= piece;
    }
}

void weft_clock_fill(const struct weft_clock *clock, uint64_t seed, uint32_t stream, uint64_t offset,
                     void *out, uint64_t bytes)
{
    uint8_t *to = out;
    if (clock->media) {
        fill_media(clock, offset, to, bytes);
        return;
    }
    while (bytes > 0) {
        uint64_t drawn[DRAWN_WORDS], first = offset / WORD_BYTES, skip = offset % WORD_BYTES;
        uint64_t words = (skip + bytes + WORD_BYTES - 1) / WORD_BYTES;
        uint32_t n = words < DRAWN_WORDS ? (uint32_t)words : DRAWN_WORDS;
        weft_draws(seed, stream, WEFT_DRAW_PATTERN, first, drawn, n);
        for (uint32_t i = 0; i < n; i++, skip = 0) {
            uint64_t piece = WORD_BYTES - skip < bytes ? WORD_BYTES - skip : bytes;
            put_part(to, drawn[i], skip, piece);
            to += piece;
            offset += piece;
            bytes -= piece;
        }
    }
}

static uint64_t due_within(const struct weft_clock *clock, weft_ps from_ps, weft_ps to_ps)
{
    return weft_clock_due_before(clock, to_ps) - weft_clock_due_before(clock, from_ps);
}

/* A line that changes slope carries most in a stretch that begins or ends where the slope changes; `until_ps` is where it
 * becomes level. Two more packets
 * allow for where the stretch begins within a packet. A file that begins again is looked at so late that a whole stretch
 * lies before each of its points. */
uint64_t weft_clock_most_packets(const struct weft_clock *clock, weft_ps interval_ps, weft_ps until_ps)
{
    uint64_t all = weft_clock_due_before(clock, until_ps), most = 0;
    if (!clock->media)
        most = due_within(clock, clock->start_ps, clock->start_ps + interval_ps);
    weft_ps late_ps = clock->loops ? (interval_ps / pass_ps(clock) + 1) * pass_ps(clock) : 0;
    for (uint32_t i = 0; clock->media && i < clock->media->points && most < all; i++) {
        weft_ps at_ps = clock->start_ps + late_ps + clock->media->at_ps[i];
        bool over = at_ps >= until_ps && !clock->loops;
        if (over)
            at_ps = until_ps;
        uint64_t before = due_within(clock, at_ps > interval_ps ? at_ps - interval_ps : 0, at_ps);
        most = before > most ? before : most;
        if (over)
            break;
        uint64_t after = due_within(clock, at_ps, at_ps + interval_ps);
        most = after > most ? after : most;
    }
    return most + 2 < all ? most + 2 : all;
}

uint64_t weft_clock_buffer_packets(const struct weft_clock *clock, weft_ps interval_ps, weft_ps until_ps,
                                   uint32_t ring_slots)
{
    uint64_t all = weft_clock_due_before(clock, until_ps);
    uint64_t packets =
        weft_clock_most_packets(clock, interval_ps, until_ps) + (ring_slots < all ? ring_slots : all);
    return packets > 0 ? packets : 1;
}
