/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_METRICS_BLOCKS_PRIVATE_H
#define WEFT_METRICS_BLOCKS_PRIVATE_H

/* Blocks of arrivals from inside: put down in stream_blocks.c, handed on in block_runs.c, repeated in blocks_repeat.c. */

#include "metrics/blocks.h"

enum { BLOCK_TAKERS = 3, BLOCK_WAITING = 16 };

/* While a stream goes the plain way no packet fits: none is of DEPOSIT_PLAIN bytes, which is more than IP carries. If the
 * stream may come back, n is how many packets have followed each other since. */
enum { DEPOSIT_PLAIN = UINT16_MAX };
struct deposit {
    /* The number that is expected next, 32 bits; payload_bytes, 16 bits; n, 16 bits: in one word, to be compared and counted up
     * in one. */
    uint64_t head;
    weft_ps at_ps[BLOCK];
};
static_assert(sizeof(struct deposit) % BLOCK_LINE == 0, "no line has two streams");

/* A stream's run so far. */
struct record {
    weft_ps due_ps; /* of the first packet of the block that is being put down */
    uint32_t part;
    uint32_t n;
    weft_ps until_ps; /* limits; 0: takers have to be asked */
    int64_t limit;
    weft_ps last_ps;
    int64_t transit_sum_ps, low, high;
};
static_assert(sizeof(struct record) == BLOCK_LINE, "one line");

struct weft_stream_blocks {
    const struct weft_setup *setup;
    void *memory;
    struct deposit *deposit;
    struct record *record;
    uint32_t *rate_of; /* by stream; UINT32_MAX: plain */
    struct block_rate *rate;
    uint32_t rates, rates_room;
    struct block_taker taker[BLOCK_TAKERS];
    uint32_t takers;
    bool runs;                    /* somebody takes them */
    bool holds;                   /* something was put down since all was handed on */
    uint32_t full[BLOCK_WAITING]; /* streams whose block is full: for a moment no packet of theirs fits */
    uint32_t full_n, plain_n;
    struct block_packet plain[BLOCK_WAITING]; /* packets that are for no block */
    struct period *period;                    /* from a mark on; NULL: none is open */
    bool repeats; /* for a moment: takers that repeat by themselves are not told */
};

static inline uint32_t deposit_number(const struct deposit *deposit)
{
    return (uint32_t)deposit->head;
}

static inline uint32_t deposit_payload_bytes(const struct deposit *deposit)
{
    return (uint16_t)(deposit->head >> 32);
}

static inline uint32_t deposit_n(const struct deposit *deposit)
{
    return (uint16_t)(deposit->head >> 48);
}

static inline uint64_t deposit_head(uint32_t number, uint32_t payload_bytes, uint32_t n)
{
    return number | (uint64_t)(uint16_t)payload_bytes << 32 | (uint64_t)n << 48;
}

static inline void deposit_set_number(struct deposit *deposit, uint32_t number)
{
    deposit->head = deposit_head(number, deposit_payload_bytes(deposit), deposit_n(deposit));
}

static inline void deposit_set_payload_bytes(struct deposit *deposit, uint32_t payload_bytes)
{
    deposit->head = deposit_head(deposit_number(deposit), payload_bytes, deposit_n(deposit));
}

static inline void deposit_set_n(struct deposit *deposit, uint32_t n)
{
    deposit->head = deposit_head(deposit_number(deposit), deposit_payload_bytes(deposit), n);
}

/* How many are put down then; 0: it is no packet for the block. */
static inline uint32_t deposit_put(struct deposit *deposit, uint32_t number, uint32_t payload_bytes,
                                   weft_ps at_ps)
{
    const uint64_t head = deposit->head, differs = head ^ deposit_head(number, payload_bytes, 0);
    if (differs << 16 != 0) /* not in n alone */
        return 0;
    const uint32_t n = (uint32_t)(differs >> 48);
    deposit->at_ps[n] = at_ps;
    deposit->head = head + deposit_head(1, 0, 1);
    return n + 1;
}

/* The block to come begins with packet `number`. */
void weft_blocks_expect(struct weft_stream_blocks *blocks, uint32_t stream, uint32_t number);
/* Now, whatever it is. */
void weft_blocks_arrive(struct weft_stream_blocks *blocks, struct block_packet packet);
/* What was put down of a stream (something was), as a block; and then its run, too. */
void weft_blocks_hand(struct weft_stream_blocks *blocks, uint32_t stream);
/* A full packet before which some were lost, of a stream of which nothing is put down and no run is open: a block of its own
 * for those that take blocks, a plain packet for the others. */
void weft_blocks_hand_after_loss(struct weft_stream_blocks *blocks, const struct block_packet *packet);
void weft_blocks_settle(struct weft_stream_blocks *blocks, uint32_t stream);
void weft_blocks_hand_packet(const struct weft_stream_blocks *blocks, const struct block_packet *packet);
/* Due instants on by n packets; n may be negative. */
void weft_blocks_due_move(const struct block_rate *rate, int64_t n, weft_ps *due_ps, uint64_t *part);

/* What the watch has as mark and repeat, and what it records in between. */
void weft_blocks_mark(void *ctx);
void weft_blocks_repeat(void *ctx, const struct weft_repeat *repeat);
void weft_blocks_record(struct weft_stream_blocks *blocks, const struct weft_train *train);
void weft_blocks_forget(struct weft_stream_blocks *blocks);

#endif
