/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_METRICS_BLOCKS_H
#define WEFT_METRICS_BLOCKS_H

/* Blocks of arrivals: what stream_blocks.c hands on, and to whom.
 *
 * Nearly all that metrics want to know of a packet follows from its exact transit, arrival less due instant. Packets of one
 * rate and size are due `step_ps + part / units` apart, with `units` the common denominator of the stream's due instants:
 * a due instant is due_ps + part / units, part < units, and a transit is an integer transit_ps less part / units. It is kept
 * in one word, (transit_ps << shift) - part with units <= 2^shift: such words are in order where the transits are, so the
 * least and the largest of a block give the least and the largest of everything that rises or falls with the transit. */

#include "weft/stream_blocks.h"

/* A block with its head is two cache lines a stream; 7 packets would be one. */
enum { BLOCK = 15, BLOCK_LINE = 64 };

/* The first cache line in memory that has one byte less than a line to spare. */
static inline void *weft_line_aligned(void *memory)
{
    return (char *)memory + (BLOCK_LINE - (uintptr_t)memory % BLOCK_LINE) % BLOCK_LINE;
}

/* What streams of one rate and packet size share. */
struct block_rate {
    uint64_t rate_bps;
    uint32_t payload_bytes, shift;
    uint64_t units;
    weft_ps step_ps; /* from packet to packet: step_ps + part / units */
    uint64_t part;
    uint64_t packet;  /* the same in 1 / units ps */
    weft_ps limit_ps; /* a transit of a block, or a duration in it, is less: 2^(58 - shift) */
};

/* False: packets of such a clock go the plain way. */
bool weft_block_rate_init(struct block_rate *rate, const struct weft_clock *clock);

/* Packets number, number + 1, ... of a stream, all full. */
struct block {
    uint32_t stream, number, n;
    uint32_t lost; /* packets right before the first one, which did not come */
    const struct block_rate *rate;
    weft_ps due_ps; /* of the first one */
    uint64_t part;
    const weft_ps *at_ps;
    int64_t transit_ps[BLOCK]; /* rounded up: arrival less the due instant rounded down */
    int64_t transit[BLOCK];    /* exact */
    int64_t low, high;         /* of `transit` */
};

/* Any number of packets that follow each other, all full, of which each kept to the taker's limits. */
struct block_run {
    uint32_t stream, number, n;
    const struct block_rate *rate;
    weft_ps due_ps; /* of the first one */
    uint64_t part;
    weft_ps last_ps; /* last arrival */
    int64_t transit_sum_ps;
    int64_t low, high; /* exact transits */
};
struct block_limits {
    weft_ps until_ps; /* of an arrival; 0: no run now */
    int64_t late_ps;  /* of an arrival after the instant, rounded down, at which the next packet is due */
};

struct block_packet {
    uint32_t stream, number, payload_bytes;
    weft_ps at_ps;
    const struct block_rate *rate; /* of the stream; NULL: it has no blocks */
};

/* Who is handed what. Of block and run there is one: packets of a stream come in order by it or, where they are not
 * plain, by `packet`. */
struct block_taker {
    void *ctx;
    void (*block)(void *ctx, const struct block *block);
    void (*run)(void *ctx, const struct block_run *run);
    struct block_limits (*limits)(void *ctx, uint32_t stream); /* of a run that would begin now */
    void (*packet)(void *ctx, const struct block_packet *packet);
    void (*leave)(void *ctx);              /* nothing more comes, the blocks are gone */
    bool repeats;                          /* it has a watch of its own that repeats */
    const struct block_repeater *repeater; /* of `block` */
    /* What `block` touches of stream s: state_bytes at state + s * state_bytes; to be fetched. */
    const void *state;
    size_t state_bytes;
    const void *plain; /* likewise of `packet` */
    size_t plain_bytes;
};
/* A period of a steady state: packets that follow each other, all full, which come again each period_ps later with the
 * same transits. at_ps are the last arrivals that were told. */
struct block_period {
    uint32_t stream, n;
    weft_ps period_ps;
    const weft_ps *at_ps;
    const int64_t *transit;
    int64_t low, high; /* of `transit` */
};
/* How a taker of blocks leaves periods out. One state of one stream is kept at a time: whether that of now is the same but
 * for a shift, so that the periods between would come again; then skip tells `times` of the given period. */
struct block_repeater {
    void (*keep)(void *ctx, uint32_t stream);
    bool (*is_kept)(void *ctx, uint32_t stream, weft_ps later_ps);
    void (*skip)(void *ctx, const struct block_period *period, uint64_t times);
};

void weft_blocks_add(struct weft_stream_blocks *blocks, const struct block_taker *taker);

static inline int64_t transit_make(int64_t ceil_ps, uint64_t part, uint32_t shift)
{
    return (int64_t)(((uint64_t)ceil_ps << shift) - part);
}
/* Rounded up to a picosecond, and by how much in 1 / units. */
static inline int64_t transit_ceil_ps(int64_t transit, uint32_t shift)
{
    return (transit + (((int64_t)1 << shift) - 1)) >> shift;
}
static inline uint64_t transit_part(int64_t transit, uint32_t shift)
{
    return -(uint64_t)transit & ((UINT64_C(1) << shift) - 1);
}
/* In 1 / units ps: below 2^58. */
static inline int64_t transit_units(int64_t transit, const struct block_rate *rate)
{
    return transit_ceil_ps(transit, rate->shift) * (int64_t)rate->units -
           (int64_t)transit_part(transit, rate->shift);
}

#endif
