/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arrivals are put down per stream: a packet that is the next one expected and a full one needs only its instant. A full
 * block is measured once for all takers (exact transits, their extremes and sum), given to those that look at blocks, and
 * added to the stream's run, which is given to the others when something ends it: a packet that is not plain, one that
 * breaks a limit of theirs, or somebody who reads. */
#include "metrics/blocks.h"

#include <assert.h>
#include <stdlib.h>

enum { LINE = BLOCK_LINE, MOST_SHIFT = 20, TAKERS = 3 };

/* Of a stream that goes the plain way payload_bytes is 0: no packet fits. */
struct deposit {
    uint32_t number; /* expected next */
    uint16_t payload_bytes, n;
    weft_ps at_ps[BLOCK];
};
static_assert(sizeof(struct deposit) % LINE == 0, "no line has two streams");

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
static_assert(sizeof(struct record) == LINE, "one line");

struct weft_stream_blocks {
    const struct weft_setup *setup;
    void *memory;
    struct deposit *deposit;
    struct record *record;
    uint32_t *rate_of; /* by stream; UINT32_MAX: plain */
    struct block_rate *rate;
    uint32_t rates, rates_room;
    struct block_taker taker[TAKERS];
    uint32_t takers;
    bool runs;                 /* somebody takes them */
    bool holds;                /* something was put down since all was handed on */
    uint32_t full[WEFT_TRAIN]; /* streams whose block is full: for a moment no packet of theirs fits */
    uint32_t full_n;
};

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Limits keep what is done with a block in 64 bits. */
bool weft_block_rate_init(struct block_rate *rate, const struct weft_clock *clock)
{
    struct weft_due_step step;
    weft_due_step_init(&step, clock);
    uint64_t divisor = common_divisor(step.rate_bps, step.carry);
    *rate = (struct block_rate){.rate_bps = step.rate_bps,
                                .payload_bytes = clock->payload_bytes,
                                .units = step.rate_bps / divisor,
                                .step_ps = step.step_ps,
                                .part = step.carry / divisor};
    while (UINT64_C(1) << rate->shift < rate->units && rate->shift < MOST_SHIFT)
        rate->shift++;
    rate->limit_ps = UINT64_C(1) << (58 - rate->shift);
    if (clock->media || clock->payload_bytes > UINT16_MAX || UINT64_C(1) << rate->shift < rate->units ||
        rate->step_ps >= rate->limit_ps / BLOCK)
        return false;
    rate->packet = step.step_ps * rate->units + rate->part;
    return true;
}

/* Streams of one kind come one after the other, as a scenario lists them. */
static uint32_t rate_of(struct weft_stream_blocks *blocks, const struct weft_clock *clock)
{
    struct block_rate rate;
    if (!weft_block_rate_init(&rate, clock))
        return UINT32_MAX;
    const struct block_rate *last = blocks->rates > 0 ? &blocks->rate[blocks->rates - 1] : NULL;
    if (last && last->rate_bps == rate.rate_bps && last->payload_bytes == rate.payload_bytes)
        return blocks->rates - 1;
    if (blocks->rates == blocks->rates_room) {
        blocks->rates_room = blocks->rates_room ? 2 * blocks->rates_room : 1;
        blocks->rate = weft_resize(blocks->rate, blocks->rates_room, sizeof *blocks->rate);
    }
    assert(blocks->rate);
    blocks->rate[blocks->rates] = rate;
    return blocks->rates++;
}

/* The block to come begins with packet `number`. */
static void expect(struct weft_stream_blocks *blocks, uint32_t stream, uint32_t number)
{
    const struct block_rate *rate = &blocks->rate[blocks->rate_of[stream]];
    struct weft_due due;
    weft_due_seek(&blocks->setup->stream[stream].clock, &due, number);
    blocks->deposit[stream].number = number;
    blocks->record[stream].due_ps = due.at_ps;
    blocks->record[stream].part = (uint32_t)(due.carry / (rate->rate_bps / rate->units));
}

struct weft_stream_blocks *weft_stream_blocks_new(const struct weft_setup *setup)
{
    struct weft_stream_blocks *blocks = weft_alloc(1, sizeof *blocks);
    blocks->setup = setup;
    blocks->memory =
        weft_alloc(1, setup->streams * (sizeof *blocks->deposit + sizeof *blocks->record) + LINE);
    blocks->deposit = weft_line_aligned(blocks->memory);
    blocks->record = (void *)(blocks->deposit + setup->streams);
    blocks->rate_of = weft_alloc(setup->streams, sizeof *blocks->rate_of);
    for (uint32_t i = 0; i < setup->streams; i++) {
        const struct weft_clock *clock = &setup->stream[i].clock;
        uint64_t first_number = weft_clock_due_before(clock, setup->warmup_ps);
        assert(first_number <= UINT32_MAX);
        blocks->rate_of[i] = rate_of(blocks, clock);
        blocks->deposit[i].number = UINT32_MAX;
        if (blocks->rate_of[i] == UINT32_MAX)
            continue;
        blocks->deposit[i].payload_bytes = (uint16_t)clock->payload_bytes;
        expect(blocks, i, (uint32_t)first_number);
    }
    return blocks;
}

void weft_blocks_add(struct weft_stream_blocks *blocks, const struct block_taker *taker)
{
    assert(blocks->takers < TAKERS && !taker->block != !taker->run);
    blocks->taker[blocks->takers++] = *taker;
    blocks->runs |= taker->run != NULL;
}

/* To those that take runs, or to those that take blocks. */
static void hand_packet(const struct weft_stream_blocks *blocks, const struct block_packet *packet, bool runs)
{
    for (uint32_t k = 0; k < blocks->takers; k++)
        if (!blocks->taker[k].run != runs)
            blocks->taker[k].packet(blocks->taker[k].ctx, packet);
}

static void hand_packets(const struct weft_stream_blocks *blocks, const struct block *block, bool runs)
{
    for (uint32_t i = 0; i < block->n; i++) {
        const struct block_packet packet = {.stream = block->stream,
                                            .number = block->number + i,
                                            .payload_bytes = block->rate->payload_bytes,
                                            .at_ps = block->at_ps[i],
                                            .rate = block->rate};
        hand_packet(blocks, &packet, runs);
    }
}

/* Due instants on by n packets; n may be negative. */
static void due_move(const struct block_rate *rate, int64_t n, weft_ps *due_ps, uint64_t *part)
{
    weft_i128 units = (int64_t)rate->units, at = (weft_i128)*part + (weft_i128)n * (weft_i128)rate->packet;
    weft_i128 whole = at / units - (at % units < 0);
    *due_ps += (weft_ps)whole;
    *part = (uint64_t)(at - whole * units);
}

/* `before`: how many packets have been put down since its last one. */
static void end_run(struct weft_stream_blocks *blocks, uint32_t stream, uint32_t before)
{
    struct record *record = &blocks->record[stream];
    record->until_ps = 0;
    if (record->n == 0)
        return;
    struct block_run run = {.stream = stream,
                            .number = blocks->deposit[stream].number - before - record->n,
                            .n = record->n,
                            .rate = &blocks->rate[blocks->rate_of[stream]],
                            .due_ps = record->due_ps,
                            .part = record->part,
                            .last_ps = record->last_ps,
                            .transit_sum_ps = record->transit_sum_ps,
                            .low = record->low,
                            .high = record->high};
    due_move(run.rate, -(int64_t)run.n, &run.due_ps, &run.part);
    record->n = 0;
    for (uint32_t k = 0; k < blocks->takers; k++)
        if (blocks->taker[k].run)
            blocks->taker[k].run(blocks->taker[k].ctx, &run);
}

/* A packet that comes at most late_ps after the next one is due has a transit of at most that and a packet time. */
static void begin_run(struct weft_stream_blocks *blocks, uint32_t stream)
{
    const struct block_rate *rate = &blocks->rate[blocks->rate_of[stream]];
    struct record *record = &blocks->record[stream];
    struct block_limits least = {.until_ps = WEFT_NEVER, .late_ps = (int64_t)rate->limit_ps};
    for (uint32_t k = 0; k < blocks->takers; k++) {
        if (!blocks->taker[k].run)
            continue;
        struct block_limits limits = blocks->taker[k].limits(blocks->taker[k].ctx, stream);
        least.until_ps = limits.until_ps < least.until_ps ? limits.until_ps : least.until_ps;
        least.late_ps = limits.late_ps < least.late_ps ? limits.late_ps : least.late_ps;
    }
    int64_t over_ps = (int64_t)rate->step_ps + (rate->part > 0) + least.late_ps;
    record->until_ps = least.until_ps;
    record->limit = transit_make(over_ps, rate->part > 0 ? rate->units - rate->part : 0, rate->shift);
    record->transit_sum_ps = 0;
    record->low = INT64_MAX;
    record->high = INT64_MIN;
}

static bool try_run(struct record *record, const struct block *block, int64_t sum_ps)
{
    if (block->at_ps[block->n - 1] > record->until_ps || block->high > record->limit ||
        __builtin_add_overflow(sum_ps, record->transit_sum_ps, &sum_ps))
        return false;
    record->n += block->n;
    record->last_ps = block->at_ps[block->n - 1];
    record->transit_sum_ps = sum_ps;
    record->low = block->low < record->low ? block->low : record->low;
    record->high = block->high > record->high ? block->high : record->high;
    return true;
}

static void add_to_run(struct weft_stream_blocks *blocks, const struct block *block, int64_t sum_ps)
{
    struct record *record = &blocks->record[block->stream];
    if (record->until_ps != 0 && try_run(record, block, sum_ps))
        return;
    end_run(blocks, block->stream, block->n);
    begin_run(blocks, block->stream);
    if (try_run(record, block, sum_ps))
        return;
    hand_packets(blocks, block, true);
    record->until_ps = 0;
}

/* Exact transits, their extremes and the sum of the rounded ones. Leaves where the next block begins. */
static int64_t measure(struct block *block, weft_ps *due_ps, uint32_t *due_part)
{
    const struct block_rate *rate = block->rate;
    const uint64_t step_part = rate->part, units = rate->units;
    const weft_ps step_ps = rate->step_ps;
    weft_ps at_ps = block->due_ps;
    uint64_t part = block->part;
    int64_t low = INT64_MAX, high = INT64_MIN, sum_ps = 0;
    for (uint32_t i = 0; i < block->n; i++) {
        int64_t transit_ps = (int64_t)(block->at_ps[i] - at_ps);
        int64_t transit = transit_make(transit_ps, part, rate->shift);
        block->transit_ps[i] = transit_ps;
        block->transit[i] = transit;
        sum_ps += transit_ps;
        low = transit < low ? transit : low;
        high = transit > high ? transit : high;
        part += step_part;
        at_ps += step_ps + (part >= units);
        part -= part >= units ? units : 0;
    }
    block->low = low;
    block->high = high;
    *due_ps = at_ps;
    *due_part = (uint32_t)part;
    return sum_ps;
}

/* Arrivals and due instants rise, so the first and the last say how large a transit may be at most. */
static bool is_measurable(const struct block *block)
{
    const struct block_rate *rate = block->rate;
    weft_ps first_ps = block->at_ps[0], last_ps = block->at_ps[block->n - 1], limit_ps = rate->limit_ps;
    weft_ps last_due_ps = block->due_ps + block->n * (rate->step_ps + 1);
    assert(last_ps >= first_ps);
    return last_ps < block->due_ps + limit_ps && last_due_ps < first_ps + limit_ps;
}

/* All that was put down of a stream, as a block. */
static void hand_block(struct weft_stream_blocks *blocks, uint32_t stream)
{
    struct deposit *deposit = &blocks->deposit[stream];
    struct record *record = &blocks->record[stream];
    struct block block;
    block.stream = stream;
    block.n = deposit->n;
    block.number = deposit->number - block.n;
    block.rate = &blocks->rate[blocks->rate_of[stream]];
    block.due_ps = record->due_ps;
    block.part = record->part;
    block.at_ps = deposit->at_ps;
    if (!is_measurable(&block)) {
        end_run(blocks, stream, block.n);
        hand_packets(blocks, &block, true);
        hand_packets(blocks, &block, false);
        uint64_t part = record->part;
        due_move(block.rate, block.n, &record->due_ps, &part);
        record->part = (uint32_t)part;
        deposit->n = 0;
        return;
    }
    weft_ps due_ps;
    uint32_t part;
    int64_t sum_ps = measure(&block, &due_ps, &part);
    for (uint32_t k = 0; k < blocks->takers; k++)
        if (blocks->taker[k].block)
            blocks->taker[k].block(blocks->taker[k].ctx, &block);
    if (blocks->runs)
        add_to_run(blocks, &block, sum_ps);
    record->due_ps = due_ps;
    record->part = part;
    deposit->n = 0;
}

static void drain(struct weft_stream_blocks *blocks)
{
    for (uint32_t i = 0; i < blocks->full_n; i++) {
        uint32_t stream = blocks->full[i];
        hand_block(blocks, stream);
        blocks->deposit[stream].payload_bytes = (uint16_t)blocks->rate[blocks->rate_of[stream]].payload_bytes;
    }
    blocks->full_n = 0;
}

static void settle(struct weft_stream_blocks *blocks, uint32_t stream)
{
    if (blocks->deposit[stream].n > 0)
        hand_block(blocks, stream);
    end_run(blocks, stream, 0);
}

void weft_stream_blocks_flush(struct weft_stream_blocks *blocks)
{
    for (uint32_t i = 0; blocks->holds && i < blocks->setup->streams; i++)
        if (blocks->rate_of[i] != UINT32_MAX)
            settle(blocks, i);
    blocks->holds = false;
}

void weft_stream_blocks_free(struct weft_stream_blocks *blocks)
{
    if (!blocks)
        return;
    weft_stream_blocks_flush(blocks);
    for (uint32_t k = 0; k < blocks->takers; k++)
        blocks->taker[k].leave(blocks->taker[k].ctx);
    free(blocks->memory);
    free(blocks->rate_of);
    free(blocks->rate);
    free(blocks);
}

/* The block is looked at a little later, so that what it touches can be fetched until then. */
static __attribute__((noinline)) void is_full(struct weft_stream_blocks *blocks, uint32_t stream)
{
    blocks->deposit[stream].payload_bytes = 0;
    blocks->full[blocks->full_n++] = stream;
    __builtin_prefetch(&blocks->record[stream], 1);
    for (uint32_t k = 0; k < blocks->takers; k++)
        weft_prefetch((const char *)blocks->taker[k].state + stream * blocks->taker[k].state_bytes,
                      blocks->taker[k].state_bytes);
    if (blocks->full_n == 16)
        drain(blocks);
}

static bool put_down(struct weft_stream_blocks *blocks, const struct weft_train *train, uint32_t i)
{
    struct deposit *deposit = &blocks->deposit[train->stream[i]];
    if (deposit->number != train->number[i] || deposit->payload_bytes != train->payload_bytes[i])
        return false;
    uint32_t n = deposit->n;
    deposit->at_ps[n] = train->at_ps[i];
    deposit->n = (uint16_t)(n + 1);
    deposit->number++;
    if (n + 1 == BLOCK)
        is_full(blocks, train->stream[i]);
    return true;
}

static __attribute__((noinline)) void go_plain(struct weft_stream_blocks *blocks,
                                               const struct weft_train *train, uint32_t i)
{
    struct block_packet packet = {.stream = train->stream[i],
                                  .number = train->number[i],
                                  .payload_bytes = train->payload_bytes[i],
                                  .at_ps = train->at_ps[i]};
    drain(blocks);
    if (put_down(blocks, train, i))
        return;
    if (blocks->rate_of[packet.stream] != UINT32_MAX) {
        packet.rate = &blocks->rate[blocks->rate_of[packet.stream]];
        settle(blocks, packet.stream);
    }
    hand_packet(blocks, &packet, true);
    hand_packet(blocks, &packet, false);
    if (packet.rate && packet.number >= blocks->deposit[packet.stream].number)
        expect(blocks, packet.stream, packet.number + 1);
}

static void see_packets(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    enum { AHEAD = 8 };
    struct weft_stream_blocks *blocks = ctx;
    (void)node;
    if (point != WEFT_AT_DEVICE)
        return;
    blocks->holds = true;
    for (uint32_t i = 0; i < train->n; i++) {
        if (i + AHEAD < train->n)
            __builtin_prefetch(&blocks->deposit[train->stream[i + AHEAD]], 1);
        if (!put_down(blocks, train, i))
            go_plain(blocks, train, i);
    }
    drain(blocks);
}

struct weft_watch weft_stream_blocks_watch(struct weft_stream_blocks *blocks)
{
    return (struct weft_watch){.ctx = blocks, .packets = see_packets};
}
