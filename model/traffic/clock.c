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

uint64_t weft_clock_packets(const struct weft_clock *clock)
{
    if (!clock->media)
        return UINT64_MAX;
    uint64_t bytes = weft_media_bytes(clock->media);
    return bytes / clock->payload_bytes + (bytes % clock->payload_bytes != 0);
}

weft_ps weft_clock_due(const struct weft_clock *clock, uint64_t n)
{
    if (clock->media) {
        uint64_t packets = weft_clock_packets(clock);
        uint64_t at_byte = n < packets ? n * clock->payload_bytes : weft_media_bytes(clock->media);
        return after_start(clock, weft_media_due(clock->media, at_byte));
    }
    weft_u128 packet = bit_ps_per_s(clock);
    /* A product past 2^128, over a rate below 2^64, is past 2^64 ps. */
    if (n > ~(weft_u128)0 / packet)
        return WEFT_NEVER;
    return after_start(clock, n * packet / clock->rate_bps);
}

uint64_t weft_clock_due_before(const struct weft_clock *clock, weft_ps before_ps)
{
    if (before_ps <= clock->start_ps)
        return 0;
    weft_ps after_ps = before_ps - clock->start_ps;
    if (clock->media) {
        uint64_t bytes = weft_media_bytes_before(clock->media, after_ps);
        return bytes / clock->payload_bytes + (bytes % clock->payload_bytes != 0);
    }
    /* floor(x) < t is x < t for an integer t: n is due before t if n * packet < t * rate. */
    weft_u128 packet = bit_ps_per_s(clock), sent = (weft_u128)after_ps * clock->rate_bps;
    weft_u128 packets = sent / packet + (sent % packet != 0);
    return packets < UINT64_MAX ? (uint64_t)packets : UINT64_MAX;
}

uint32_t weft_clock_payload(const struct weft_clock *clock, uint64_t n)
{
    assert(n < weft_clock_packets(clock));
    if (!clock->media)
        return clock->payload_bytes;
    uint64_t left = weft_media_bytes(clock->media) - n * clock->payload_bytes;
    return left < clock->payload_bytes ? (uint32_t)left : clock->payload_bytes;
}

uint64_t weft_clock_bytes(const struct weft_clock *clock, uint64_t first, uint64_t count)
{
    uint64_t packets = weft_clock_packets(clock);
    assert(first <= packets && count <= packets - first);
    if (clock->media && count > 0 && first + count == packets)
        return weft_media_bytes(clock->media) - first * clock->payload_bytes;
    assert(count <= UINT64_MAX / clock->payload_bytes);
    return count * clock->payload_bytes;
}

weft_ps weft_clock_deadline(const struct weft_clock *clock, uint64_t n, weft_ps startup_ps)
{
    weft_ps end_ps = weft_clock_due(clock, n < UINT64_MAX ? n + 1 : n);
    return end_ps < WEFT_NEVER - startup_ps ? end_ps + startup_ps : WEFT_NEVER;
}

/* The pattern is drawn in words of 8 bytes, low byte first, so that any part of it can be had without the
 * rest. */
enum { WORD_BYTES = 8 };

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

void weft_clock_fill(const struct weft_clock *clock, uint64_t seed, uint32_t stream, uint64_t offset,
                     void *out, uint64_t bytes)
{
    uint8_t *to = out;
    if (clock->media) {
        uint64_t total = weft_media_bytes(clock->media);
        assert(clock->media->data && offset <= total && bytes <= total - offset);
        (void)total;
        memcpy(to, clock->media->data + offset, bytes);
        return;
    }
    while (bytes > 0) {
        uint64_t skip = offset % WORD_BYTES;
        uint64_t piece = WORD_BYTES - skip < bytes ? WORD_BYTES - skip : bytes;
        uint64_t drawn = weft_draw(seed, stream, WEFT_DRAW_PATTERN, offset / WORD_BYTES);
        if (piece == WORD_BYTES) {
            put_pattern(to, drawn);
        } else {
            uint8_t word[WORD_BYTES];
            put_pattern(word, drawn);
            memcpy(to, word + skip, piece);
        }
        to += piece;
        offset += piece;
        bytes -= piece;
    }
}

static uint64_t due_within(const struct weft_clock *clock, weft_ps from_ps, weft_ps to_ps)
{
    return weft_clock_due_before(clock, to_ps) - weft_clock_due_before(clock, from_ps);
}

/* A line that changes slope carries most in a stretch that begins or ends where the slope changes. Two more packets
 * allow for where the stretch begins within a packet. */
uint64_t weft_clock_most_packets(const struct weft_clock *clock, weft_ps interval_ps, weft_ps until_ps)
{
    uint64_t all = weft_clock_due_before(clock, until_ps), most = 0;
    if (!clock->media)
        most = due_within(clock, clock->start_ps, clock->start_ps + interval_ps);
    for (uint32_t i = 0; clock->media && i < clock->media->points && most < all; i++) {
        weft_ps at_ps = clock->start_ps + clock->media->at_ps[i];
        if (at_ps >= until_ps)
            break;
        uint64_t before = due_within(clock, at_ps > interval_ps ? at_ps - interval_ps : 0, at_ps);
        uint64_t after = due_within(clock, at_ps, at_ps + interval_ps);
        most = before > most ? before : most;
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
