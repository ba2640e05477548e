/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From what was put down to what takers get: a block is measured (exact transits, their extremes and sum), given to those
 * that take blocks, and added to the stream's run for the others. */
#include "metrics/blocks_private.h"

/* The block to come begins with packet `number`. */
void weft_blocks_expect(struct weft_stream_blocks *blocks, uint32_t stream, uint32_t number)
{
    const struct block_rate *rate = &blocks->rate[blocks->rate_of[stream]];
    struct weft_due due;
    weft_due_seek(&blocks->setup->stream[stream].clock, &due, number);
    deposit_set_number(&blocks->deposit[stream], number);
    blocks->record[stream].due_ps = due.at_ps;
    blocks->record[stream].part = (uint32_t)(due.carry / (rate->rate_bps / rate->units));
}

/* Who repeats by itself hears nothing while the others are told of what repeats. */
static bool is_told(const struct weft_stream_blocks *blocks, uint32_t taker)
{
    return !blocks->repeats || !blocks->taker[taker].repeats;
}

void weft_blocks_hand_packet(const struct weft_stream_blocks *blocks, const struct block_packet *packet)
{
    for (uint32_t k = 0; k < blocks->takers; k++)
        if (is_told(blocks, k))
            blocks->taker[k].packet(blocks->taker[k].ctx, packet);
}

/* To those that take runs, or to those that take blocks. */
static void hand_packets(const struct weft_stream_blocks *blocks, const struct block *block, bool runs)
{
    for (uint32_t i = 0; i < block->n; i++) {
        const struct block_packet packet = {.stream = block->stream,
                                            .number = block->number + i,
                                            .payload_bytes = block->rate->payload_bytes,
                                            .at_ps = block->at_ps[i],
                                            .rate = block->rate};
        for (uint32_t k = 0; k < blocks->takers; k++)
            if (!blocks->taker[k].run != runs && is_told(blocks, k))
                blocks->taker[k].packet(blocks->taker[k].ctx, &packet);
    }
}

void weft_blocks_due_move(const struct block_rate *rate, int64_t n, weft_ps *due_ps, uint64_t *part)
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
                            .number = deposit_number(&blocks->deposit[stream]) - before - record->n,
                            .n = record->n,
                            .rate = &blocks->rate[blocks->rate_of[stream]],
                            .due_ps = record->due_ps,
                            .part = record->part,
                            .last_ps = record->last_ps,
                            .transit_sum_ps = record->transit_sum_ps,
                            .low = record->low,
                            .high = record->high};
    weft_blocks_due_move(run.rate, -(int64_t)run.n, &run.due_ps, &run.part);
    record->n = 0;
    for (uint32_t k = 0; k < blocks->takers; k++)
        if (blocks->taker[k].run && is_told(blocks, k))
            blocks->taker[k].run(blocks->taker[k].ctx, &run);
}

/* A packet that comes at most late_ps after the next one is due has a transit of at most that and a packet time. */
static void begin_run(struct weft_stream_blocks *blocks, uint32_t stream)
{
    const struct block_rate *rate = &blocks->rate[blocks->rate_of[stream]];
    struct record *record = &blocks->record[stream];
    struct block_limits least = {.until_ps = WEFT_NEVER, .late_ps = (int64_t)rate->limit_ps};
    for (uint32_t k = 0; k < blocks->takers; k++) {
        if (!blocks->taker[k].run || !is_told(blocks, k))
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

/* Exact transits, their extremes and the sum of the rounded ones. Leaves where the next block begins. `n` is a constant for
 * full blocks. */
static inline __attribute__((always_inline)) int64_t measure_n(struct block *restrict block,
                                                               const weft_ps *restrict arrival_ps, uint32_t n,
                                                               weft_ps *due_ps, uint32_t *due_part)
{
    const struct block_rate *rate = block->rate;
    const uint64_t units = rate->units, gap = rate->units - rate->part;
    const weft_ps carried_ps = rate->step_ps + 1;
    const uint32_t shift = rate->shift;
    weft_ps at_ps = block->due_ps;
    uint64_t part = block->part;
    int64_t low = INT64_MAX, high = INT64_MIN, sum_ps = 0;
#pragma GCC unroll 5
    for (uint32_t i = 0; i < n; i++) {
        int64_t transit_ps = (int64_t)(arrival_ps[i] - at_ps);
        int64_t transit = transit_make(transit_ps, part, shift);
        uint64_t over;
        block->transit_ps[i] = transit_ps;
        block->transit[i] = transit;
        sum_ps += transit_ps;
        low = transit < low ? transit : low;
        high = transit > high ? transit : high;
        over = part - gap;
        const uint64_t within =
            (uint64_t)((int64_t)over >> 63); /* no carry: part + step_part < units; all bits or none */
        at_ps += carried_ps + within;
        part = over + (units & within);
    }
    block->low = low;
    block->high = high;
    *due_ps = at_ps;
    *due_part = (uint32_t)part;
    return sum_ps;
}

static int64_t measure(struct block *block, weft_ps *due_ps, uint32_t *due_part)
{
    return block->n == BLOCK ? measure_n(block, block->at_ps, BLOCK, due_ps, due_part)
                             : measure_n(block, block->at_ps, block->n, due_ps, due_part);
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
void weft_blocks_hand(struct weft_stream_blocks *blocks, uint32_t stream)
{
    struct deposit *deposit = &blocks->deposit[stream];
    struct record *record = &blocks->record[stream];
    struct block block;
    block.stream = stream;
    block.n = deposit_n(deposit);
    block.number = deposit_number(deposit) - block.n;
    block.lost = 0;
    block.rate = &blocks->rate[blocks->rate_of[stream]];
    block.due_ps = record->due_ps;
    block.part = record->part;
    block.at_ps = deposit->at_ps;
    if (!is_measurable(&block)) {
        end_run(blocks, stream, block.n);
        hand_packets(blocks, &block, true);
        hand_packets(blocks, &block, false);
        uint64_t part = record->part;
        weft_blocks_due_move(block.rate, block.n, &record->due_ps, &part);
        record->part = (uint32_t)part;
        deposit_set_n(deposit, 0);
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
    else
        record->n += block.n;
    record->due_ps = due_ps;
    record->part = part;
    deposit_set_n(deposit, 0);
}

void weft_blocks_hand_after_loss(struct weft_stream_blocks *blocks, const struct block_packet *packet)
{
    struct deposit *deposit = &blocks->deposit[packet->stream];
    struct record *record = &blocks->record[packet->stream];
    struct block block = {.stream = packet->stream,
                          .number = packet->number,
                          .n = 1,
                          .lost = packet->number - deposit_number(deposit),
                          .rate = packet->rate,
                          .part = record->part,
                          .due_ps = record->due_ps,
                          .at_ps = &packet->at_ps};
    weft_blocks_due_move(block.rate, block.lost, &block.due_ps, &block.part);
    deposit_set_number(deposit, packet->number + 1);
    const bool as_block = is_measurable(&block);
    measure_n(&block, block.at_ps, 1, &record->due_ps, &record->part);
    for (uint32_t k = 0; k < blocks->takers; k++)
        if (blocks->taker[k].block && as_block)
            blocks->taker[k].block(blocks->taker[k].ctx, &block);
        else if (is_told(blocks, k))
            blocks->taker[k].packet(blocks->taker[k].ctx, packet);
}

void weft_blocks_settle(struct weft_stream_blocks *blocks, uint32_t stream)
{
    if (deposit_payload_bytes(&blocks->deposit[stream]) == DEPOSIT_PLAIN)
        return;
    if (deposit_n(&blocks->deposit[stream]) > 0)
        weft_blocks_hand(blocks, stream);
    end_run(blocks, stream, 0);
}
