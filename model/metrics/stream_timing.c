/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each packet at its device is shown to every timing metric of its stream. Instants at which packets are due are
 * counted on from packet to packet, because a division for each would cost more than all metrics. */
#include "metrics/timing_state.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>

static const struct weft_ts_df_params ts_df_params = {.window_ps = WEFT_TS_DF_WINDOW_PS};

static bool is_of_kind(const struct kind *kind, const struct weft_clock *clock)
{
    return kind->media == (clock->media != NULL) && kind->step.rate_bps == clock->rate_bps &&
           kind->payload_bytes == clock->payload_bytes;
}

/* Streams of one kind come one after the other, as a scenario lists them. */
static uint32_t kind_of(struct weft_stream_timing *timing, const struct weft_clock *clock)
{
    if (timing->kinds > 0 && is_of_kind(&timing->kind[timing->kinds - 1], clock))
        return timing->kinds - 1;
    if (timing->kinds == timing->kinds_room) {
        timing->kinds_room = timing->kinds_room ? 2 * timing->kinds_room : 1;
        timing->kind = weft_resize(timing->kind, timing->kinds_room, sizeof *timing->kind);
    }
    struct kind *kind = &timing->kind[timing->kinds];
    *kind = (struct kind){.media = clock->media != NULL,
                          .payload_bytes = clock->payload_bytes,
                          .mdi = {.media_bps = clock->rate_bps, .interval_ps = WEFT_MDI_INTERVAL_PS}};
    weft_due_step_init(&kind->step, clock);
    kind->in_blocks = weft_block_rate_init(&kind->rate, clock);
    weft_st2110_init_stream(&kind->st2110, clock, timing->interval_ps);
    return timing->kinds++;
}

struct weft_stream_timing *weft_stream_timing_new(const struct weft_setup *setup)
{
    struct weft_stream_timing *timing = weft_alloc(1, sizeof *timing);
    timing->setup = setup;
    timing->interval_ps = weft_setup_interval(setup);
    timing->stream = weft_alloc(setup->streams, sizeof *timing->stream);
    timing->report = weft_alloc(setup->streams, sizeof *timing->report);
    for (uint32_t i = 0; i < setup->streams; i++) {
        const struct weft_clock *clock = &setup->stream[i].clock;
        struct stream *stream = &timing->stream[i];
        uint64_t first_number = weft_clock_due_before(clock, setup->warmup_ps);
        assert(first_number <= UINT32_MAX);
        stream->kind = kind_of(timing, clock);
        stream->first_number = (uint32_t)first_number;
        stream->next.number = UINT64_MAX;
        stream->interval = UINT64_MAX; /* the one before the first */
        weft_mdi_init(&stream->mdi, first_number);
    }
    return timing;
}

void weft_stream_timing_free(struct weft_stream_timing *timing)
{
    if (!timing)
        return;
    free(timing->memory);
    free(timing->kind);
    free(timing->stream);
    free(timing->report);
    free(timing);
}

static void arrive(const struct weft_stream_timing *timing, struct stream *stream, uint32_t index,
                   weft_ps arrival_ps, uint64_t number, uint32_t payload_bytes)
{
    const struct kind *kind = &timing->kind[stream->kind];
    if (number != stream->next.number || kind->media) {
        if (number < stream->first_number)
            return;
        weft_due_seek(&timing->setup->stream[index].clock, &stream->next, number);
    }
    weft_ps due_ps = stream->next.at_ps;
    weft_due_next(&kind->step, &stream->next);
    if (due_ps >= stream->interval_end_ps)
        timing_turn_interval(&stream->interval, &stream->interval_end_ps, timing->interval_ps, due_ps);
    weft_jitter_packet(&stream->jitter, &stream->jitters, arrival_ps, due_ps);
    weft_ts_df_packet(&ts_df_params, &stream->ts_df, &stream->ts_dfs, arrival_ps, due_ps);
    weft_mdi_packet(&kind->mdi, &stream->mdi, &stream->mdis, arrival_ps, payload_bytes, number);
    weft_cinst_packet(&kind->st2110, &stream->cinst, &stream->cinsts, arrival_ps);
    weft_vrx_packet(&kind->st2110, &stream->vrx, &stream->vrxs, arrival_ps, stream->interval);
}

/* Streams take turns on the wire, so the state of the next one is rarely near. */
static void fetch(const struct weft_stream_timing *timing, const struct weft_train *train, uint32_t i)
{
    enum { LINE = 64, LINES = offsetof(struct stream, ts_dfs) / LINE };
    const char *stream = (const char *)&timing->stream[train->stream[i]];
#pragma GCC unroll 8
    for (size_t line = 0; line <= LINES; line++)
        __builtin_prefetch(stream + line * LINE, 1);
}

static void see_packets(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    enum { AHEAD = 4 };
    const struct weft_stream_timing *timing = ctx;
    (void)node;
    for (uint32_t i = 0; point == WEFT_AT_DEVICE && i < train->n; i++) {
        if (i + AHEAD < train->n)
            fetch(timing, train, i + AHEAD);
        arrive(timing, &timing->stream[train->stream[i]], train->stream[i], train->at_ps[i], train->number[i],
               train->payload_bytes[i]);
    }
}

struct weft_watch weft_stream_timing_watch(struct weft_stream_timing *timing)
{
    return (struct weft_watch){.ctx = timing, .packets = see_packets};
}

static void take_packet(void *ctx, const struct block_packet *packet)
{
    struct weft_stream_timing *timing = ctx;
    struct pace *pace = &timing->pace[packet->stream];
    struct stream *stream = &timing->stream[packet->stream];
    if (packet->number < pace->first_number)
        return;
    if (!pace->plain)
        weft_timing_unfold(timing, stream, pace, packet->rate, packet->stream);
    pace->plain = true;
    arrive(timing, stream, packet->stream, packet->at_ps, packet->number, packet->payload_bytes);
    pace->last_ps = packet->at_ps;
}

/* False: the stream's state is plain, and cannot be anything else. */
static bool is_folded(const struct weft_stream_timing *timing, struct pace *pace, const struct block *block)
{
    const struct stream *stream = &timing->stream[block->stream];
    return !pace->plain || weft_timing_fold(timing, pace, stream, block->rate, block->stream);
}

static void take_block(void *ctx, const struct block *block)
{
    struct weft_stream_timing *timing = ctx;
    struct pace *pace = &timing->pace[block->stream];
    if (is_folded(timing, pace, block) && weft_timing_block(timing, pace, block))
        return;
    for (uint32_t i = 0; i < block->n; i++)
        take_packet(timing, &(struct block_packet){.stream = block->stream,
                                                   .number = block->number + i,
                                                   .payload_bytes = block->rate->payload_bytes,
                                                   .at_ps = block->at_ps[i],
                                                   .rate = block->rate});
}

static void leave(void *ctx)
{
    struct weft_stream_timing *timing = ctx;
    timing->blocks = NULL;
}

/* Streams that no block will come from are kept as they are. */
void weft_stream_blocks_give_timing(struct weft_stream_blocks *blocks, struct weft_stream_timing *timing)
{
    const uint32_t streams = timing->setup->streams;
    timing->blocks = blocks;
    struct stream *stream = timing->stream;
    timing->stream = weft_alloc(streams, sizeof *timing->stream);
    timing->memory = weft_alloc(1, streams * sizeof *timing->pace + BLOCK_LINE);
    timing->pace = weft_line_aligned(timing->memory);
    for (uint32_t i = 0; i < streams; i++) {
        struct pace *pace = &timing->pace[i];
        pace->kind = stream[i].kind;
        pace->number = pace->first_number = stream[i].first_number;
        pace->interval = stream[i].interval;
        pace->plain = !timing->kind[pace->kind].in_blocks;
        if (pace->plain)
            timing->stream[i] = stream[i];
    }
    free(stream);
    const struct block_taker taker = {.ctx = timing,
                                      .block = take_block,
                                      .packet = take_packet,
                                      .leave = leave,
                                      .repeater = &weft_timing_repeater,
                                      .state = timing->pace,
                                      .state_bytes = sizeof *timing->pace,
                                      .plain = timing->stream,
                                      .plain_bytes = sizeof *timing->stream};
    weft_blocks_add(blocks, &taker);
}

/* The state is copied: it may go on. Member by member, so that the padding of a block stays zero. */
static void fill(struct stream stream, const struct kind *kind, uint64_t next_number,
                 struct weft_timing_report *report)
{
    weft_mdi_end(&stream.mdi, &stream.mdis, next_number);
    weft_ts_df_end(&stream.ts_df, &stream.ts_dfs);
    report->measured = stream.jitter.begun;
    report->mdi_df_ms = weft_mdi_df_ms(&kind->mdi, &stream.mdis);
    report->mdi_mlr = weft_mdi_mlr(&kind->mdi, &stream.mdis);
    report->jitter_us = weft_jitter_us(&stream.jitter);
    report->jitter_max_us = weft_jitter_max_us(&stream.jitters);
    report->ts_df_us = weft_ts_df_us(&stream.ts_dfs);
    report->cinst_max = stream.cinsts.most;
    report->vrx_min = stream.vrxs.low;
    report->vrx_max = stream.vrxs.high;
    report->verdict =
        weft_st2110_judge(&kind->st2110.limits, report->cinst_max, report->vrx_min, report->vrx_max);
}

const struct weft_timing_report *weft_stream_timing_reports(struct weft_stream_timing *timing)
{
    const struct weft_setup *setup = timing->setup;
    if (timing->blocks)
        weft_stream_blocks_flush(timing->blocks);
    for (uint32_t i = 0; i < setup->streams; i++) {
        const struct stream *stream = &timing->stream[i];
        struct stream unfolded;
        if (timing->pace && !timing->pace[i].plain) {
            const struct pace *pace = &timing->pace[i];
            weft_timing_unfold(timing, &unfolded, pace, &timing->kind[pace->kind].rate, i);
            stream = &unfolded;
        }
        fill(*stream, &timing->kind[stream->kind],
             weft_clock_due_before(&setup->stream[i].clock, setup->duration_ps), &timing->report[i]);
    }
    return timing->report;
}
