/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Periods that a back end leaves out. What came in the one that was told is recorded, and is told again stream by stream,
 * each time later. Where a stream's packets follow each other and the period is a whole number of its packet times, they
 * come with the same transits each time: once the state of those that take blocks has come back, all the cycles that are left
 * are skipped at once. A run needs no more than its sums, since it is of any length. */
#include "metrics/blocks_private.h"

#include <stdlib.h>
#include <string.h>

struct arrival {
    uint32_t stream, number, payload_bytes;
    weft_ps at_ps;
};

struct period {
    size_t n, room;
    struct arrival *arrival;
};

void weft_blocks_forget(struct weft_stream_blocks *blocks)
{
    if (!blocks->period)
        return;
    free(blocks->period->arrival);
    free(blocks->period);
    blocks->period = NULL;
}

void weft_blocks_mark(void *ctx)
{
    struct weft_stream_blocks *blocks = ctx;
    weft_blocks_forget(blocks);
    blocks->period = weft_alloc(1, sizeof *blocks->period);
}

void weft_blocks_record(struct weft_stream_blocks *blocks, const struct weft_train *train)
{
    struct period *period = blocks->period;
    if (period->n + train->n > period->room) {
        period->room = 2 * period->room + WEFT_TRAIN;
        period->arrival = weft_resize(period->arrival, period->room, sizeof *period->arrival);
    }
    for (uint32_t i = 0; i < train->n; i++)
        period->arrival[period->n++] = (struct arrival){.stream = train->stream[i],
                                                        .number = train->number[i],
                                                        .payload_bytes = train->payload_bytes[i],
                                                        .at_ps = train->at_ps[i]};
}

/* One stream's part of the record, and columns for what a taker of blocks needs of it. */
struct part {
    const struct arrival *arrival;
    uint32_t stream, n, packets; /* that came, and that were sent, in a period */
    weft_ps period_ps;
    uint64_t times;
    weft_ps *at_ps;
    int64_t *transit;
    const struct block_rate *rate; /* these two if it is steady */
    struct block_period columns;
};

/* By stream, in the order of arrival: first[s] is where those of stream s begin. */
static struct arrival *by_stream(const struct period *period, uint32_t streams, size_t *first)
{
    struct arrival *sorted = weft_alloc(period->n, sizeof *sorted);
    for (size_t i = 0; i < period->n; i++)
        first[period->arrival[i].stream + 1]++;
    for (uint32_t s = 0; s < streams; s++)
        first[s + 1] += first[s];
    for (size_t i = 0; i < period->n; i++)
        sorted[first[period->arrival[i].stream]++] = period->arrival[i];
    memmove(first + 1, first, streams * sizeof *first);
    first[0] = 0;
    return sorted;
}

static void tell(struct weft_stream_blocks *blocks, const struct part *part, uint64_t time)
{
    for (uint32_t i = 0; i < part->n; i++) {
        const struct arrival *arrival = &part->arrival[i];
        weft_blocks_arrive(blocks,
                           (struct block_packet){.stream = part->stream,
                                                 .number = arrival->number + (uint32_t)time * part->packets,
                                                 .payload_bytes = arrival->payload_bytes,
                                                 .at_ps = arrival->at_ps + time * part->period_ps});
    }
}

/* All packets of a period, in order and full, and the clock is after the period where it was. */
static bool is_steady(const struct weft_stream_blocks *blocks, struct part *part, uint64_t time)
{
    const struct deposit *deposit = &blocks->deposit[part->stream];
    const uint32_t first_number = deposit_number(deposit) - (uint32_t)(time + 1) * part->n;
    if (deposit_payload_bytes(deposit) == DEPOSIT_PLAIN || part->n != part->packets)
        return false;
    part->rate = &blocks->rate[blocks->rate_of[part->stream]];
    if ((weft_u128)part->n * part->rate->packet != (weft_u128)part->period_ps * part->rate->units)
        return false;
    for (uint32_t i = 0; i < part->n; i++)
        if (part->arrival[i].number != first_number + i ||
            part->arrival[i].payload_bytes != part->rate->payload_bytes)
            return false;
    return true;
}

/* Exact transits. False: a word has no room for one. */
static bool measure(const struct weft_stream_blocks *blocks, struct part *part, uint64_t time)
{
    const struct record *record = &blocks->record[part->stream];
    const int64_t limit_ps = (int64_t)part->rate->limit_ps;
    weft_ps due_ps = record->due_ps;
    uint64_t due_part = record->part;
    int64_t low = INT64_MAX, high = INT64_MIN;
    weft_blocks_due_move(part->rate, -(int64_t)part->n, &due_ps, &due_part);
    for (uint32_t i = 0; i < part->n; i++) {
        int64_t transit_ps = (int64_t)(part->arrival[i].at_ps + time * part->period_ps - due_ps);
        if (transit_ps >= limit_ps || transit_ps <= -limit_ps)
            return false;
        int64_t transit = transit_make(transit_ps, due_part, part->rate->shift);
        part->transit[i] = transit;
        low = transit < low ? transit : low;
        high = transit > high ? transit : high;
        weft_blocks_due_move(part->rate, 1, &due_ps, &due_part);
    }
    part->columns =
        (struct block_period){part->stream, part->n, part->period_ps, part->at_ps, part->transit, low, high};
    return true;
}

/* The run takes `times` more periods like the last one, if those that take runs have no limit ahead. */
static bool run_on(struct weft_stream_blocks *blocks, const struct part *part, uint64_t times)
{
    struct record *record = &blocks->record[part->stream];
    struct deposit *deposit = &blocks->deposit[part->stream];
    weft_i128 sum_ps = 0;
    if (blocks->runs && (record->n < part->n || record->until_ps != WEFT_NEVER))
        return false;
    for (uint32_t i = 0; i < part->n; i++)
        sum_ps += transit_ceil_ps(part->transit[i], part->rate->shift);
    sum_ps = sum_ps * times + record->transit_sum_ps;
    if (blocks->runs && (sum_ps > INT64_MAX || sum_ps < INT64_MIN))
        return false;
    record->transit_sum_ps = (int64_t)sum_ps;
    record->n += blocks->runs ? (uint32_t)times * part->n : 0;
    record->last_ps += times * part->period_ps;
    record->due_ps += times * part->period_ps;
    deposit_set_number(deposit, deposit_number(deposit) + (uint32_t)times * part->n);
    return true;
}

static bool all_are_kept(const struct weft_stream_blocks *blocks, uint32_t stream, weft_ps later_ps)
{
    bool all = true;
    for (uint32_t k = 0; k < blocks->takers; k++)
        if (blocks->taker[k].repeater)
            all &= blocks->taker[k].repeater->is_kept(blocks->taker[k].ctx, stream, later_ps);
    return all;
}

static void keep_all(const struct weft_stream_blocks *blocks, uint32_t stream)
{
    for (uint32_t k = 0; k < blocks->takers; k++)
        if (blocks->taker[k].repeater)
            blocks->taker[k].repeater->keep(blocks->taker[k].ctx, stream);
}

/* After period `time` was told: how many more periods could be skipped, a whole number of cycles. */
static uint64_t skip(struct weft_stream_blocks *blocks, const struct part *part, uint64_t time,
                     uint64_t cycle)
{
    uint64_t times = (part->times - time) / cycle * cycle;
    if (times == 0 || !run_on(blocks, part, times))
        return 0;
    for (uint32_t i = 0; i < part->n; i++)
        part->at_ps[i] = part->arrival[i].at_ps + time * part->period_ps;
    for (uint32_t k = 0; k < blocks->takers; k++)
        if (blocks->taker[k].repeater)
            blocks->taker[k].repeater->skip(blocks->taker[k].ctx, &part->columns, times);
    return times;
}

/* States are kept after periods 1, 2, 4, ...: a cycle of any length is found before as many periods again (Brent). */
static void repeat_stream(struct weft_stream_blocks *blocks, struct part *part)
{
    bool steady = false, skips = true;
    for (uint64_t time = 1, kept = 0; time <= part->times; time++) {
        tell(blocks, part, time);
        if (!skips)
            continue;
        if (deposit_payload_bytes(&blocks->deposit[part->stream]) != DEPOSIT_PLAIN &&
            deposit_n(&blocks->deposit[part->stream]) > 0)
            weft_blocks_hand(blocks, part->stream);
        steady = steady || (is_steady(blocks, part, time) && measure(blocks, part, time));
        if (!steady)
            continue;
        if (kept > 0 && all_are_kept(blocks, part->stream, (time - kept) * part->period_ps)) {
            uint64_t skipped = skip(blocks, part, time, time - kept);
            skips = skipped == 0;
            time += skipped;
        } else if (kept == 0 || time == 2 * kept) {
            keep_all(blocks, part->stream);
            kept = time;
        }
    }
    weft_blocks_settle(blocks, part->stream);
}

static void repeat_streams(struct weft_stream_blocks *blocks, const struct weft_repeat *repeat)
{
    const uint32_t streams = blocks->setup->streams;
    size_t *first = weft_alloc((size_t)streams + 1, sizeof *first), most = 0;
    struct arrival *sorted = by_stream(blocks->period, streams, first);
    for (uint32_t s = 0; s < streams; s++)
        most = first[s + 1] - first[s] > most ? first[s + 1] - first[s] : most;
    weft_ps *at_ps = weft_alloc(most, sizeof *at_ps);
    int64_t *transit = weft_alloc(most, sizeof *transit);
    for (uint32_t s = 0; s < streams; s++) {
        struct part part = {.arrival = &sorted[first[s]],
                            .stream = s,
                            .n = (uint32_t)(first[s + 1] - first[s]),
                            .packets = repeat->packets[s],
                            .period_ps = repeat->period_ps,
                            .times = repeat->times,
                            .at_ps = at_ps,
                            .transit = transit};
        if (part.n > 0)
            repeat_stream(blocks, &part);
    }
    free(at_ps);
    free(transit);
    free(sorted);
    free(first);
}

void weft_blocks_repeat(void *ctx, const struct weft_repeat *repeat)
{
    struct weft_stream_blocks *blocks = ctx;
    if (repeat->times > 0 && blocks->period) {
        weft_stream_blocks_flush(blocks);
        blocks->repeats = true;
        repeat_streams(blocks, repeat);
        blocks->repeats = false;
    }
    weft_blocks_forget(blocks);
}
