/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each packet at its device is shown to the playout of its stream. */
#include "metrics/playout_run.h"

#include <stdlib.h>

struct stream {
    struct weft_playout_params params;
    struct weft_playout_state state;
    struct weft_playout_counters counters;
};

struct weft_stream_playout {
    uint32_t streams;
    struct stream *stream;
    struct weft_playout_report *report;
    struct weft_stream_blocks *blocks; /* they give; NULL: the watch does */
};

void weft_stream_playout_params(struct weft_playout_params *params, const struct weft_setup *setup,
                                uint32_t stream)
{
    const struct weft_stream *what = &setup->stream[stream];
    weft_playout_params_init(params, &what->clock, setup->device[what->device].startup_ps,
                             weft_clock_due_before(&what->clock, setup->warmup_ps));
}

struct weft_stream_playout *weft_stream_playout_new(const struct weft_setup *setup)
{
    struct weft_stream_playout *playout = weft_alloc(1, sizeof *playout);
    playout->streams = setup->streams;
    playout->stream = weft_alloc(setup->streams, sizeof *playout->stream);
    playout->report = weft_alloc(setup->streams, sizeof *playout->report);
    for (uint32_t i = 0; i < setup->streams; i++) {
        struct stream *stream = &playout->stream[i];
        weft_stream_playout_params(&stream->params, setup, i);
        weft_playout_init(&stream->params, &stream->state, &stream->counters);
    }
    return playout;
}

void weft_stream_playout_free(struct weft_stream_playout *playout)
{
    if (!playout)
        return;
    free(playout->stream);
    free(playout->report);
    free(playout);
}

/* Streams take turns on the wire, so the state of the next one is rarely near. */
static void fetch(const struct stream *stream)
{
    enum { LINE = 64, LINES = sizeof *stream / LINE };
#pragma GCC unroll 8
    for (size_t line = 0; line <= LINES; line++)
        __builtin_prefetch((const char *)stream + line * LINE, 1);
}

static void see_packets(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    enum { AHEAD = 4 };
    struct weft_stream_playout *playout = ctx;
    (void)node;
    for (uint32_t i = 0; point == WEFT_AT_DEVICE && i < train->n; i++) {
        struct stream *stream = &playout->stream[train->stream[i]];
        if (i + AHEAD < train->n)
            fetch(&playout->stream[train->stream[i + AHEAD]]);
        weft_playout_packet(&stream->params, &stream->state, &stream->counters, train->at_ps[i],
                            train->number[i]);
    }
}

struct weft_watch weft_stream_playout_watch(struct weft_stream_playout *playout)
{
    return (struct weft_watch){.ctx = playout, .packets = see_packets};
}

static void take_packet(void *ctx, const struct block_packet *packet)
{
    struct weft_stream_playout *playout = ctx;
    struct stream *stream = &playout->stream[packet->stream];
    weft_playout_packet(&stream->params, &stream->state, &stream->counters, packet->at_ps, packet->number);
}

static void take_run(void *ctx, const struct block_run *run)
{
    struct weft_stream_playout *playout = ctx;
    struct stream *stream = &playout->stream[run->stream];
    const struct playout_run it = {&stream->params, &stream->state, &stream->counters, run};
    weft_playout_run(&it);
}

static struct block_limits limits(void *ctx, uint32_t index)
{
    const struct weft_stream_playout *playout = ctx;
    return weft_playout_limits(&playout->stream[index].params, &playout->stream[index].state);
}

static void leave(void *ctx)
{
    struct weft_stream_playout *playout = ctx;
    playout->blocks = NULL;
}

void weft_stream_blocks_give_playout(struct weft_stream_blocks *blocks, struct weft_stream_playout *playout)
{
    const struct block_taker taker = {.ctx = playout,
                                      .run = take_run,
                                      .limits = limits,
                                      .packet = take_packet,
                                      .leave = leave,
                                      .plain = playout->stream,
                                      .plain_bytes = sizeof *playout->stream};
    playout->blocks = blocks;
    weft_blocks_add(blocks, &taker);
}

/* The state is copied: it may go on. Member by member, so that the padding of a block stays zero. */
static void fill(struct stream stream, struct weft_playout_report *report)
{
    const struct weft_playout_counters *counters = &stream.counters;
    report->packets = counters->packets;
    if (counters->packets == 0)
        return;
    weft_playout_end(&stream.params, &stream.state, &stream.counters);
    report->played = counters->low_bytes != UINT64_MAX;
    report->underruns = counters->underruns;
    report->stall_ms = (double)counters->stall_ps / 1e9;
    report->buffer_bytes_min = counters->low_bytes;
    report->buffer_bytes_max = counters->high_bytes;
    report->buffer_bytes_mean = weft_playout_mean_bytes(&stream.params, &stream.state, counters);
    report->startup_needed_ms = (double)counters->startup_ps / 1e9;
    report->delay_mean_us = (double)counters->delay_sum_ps / (double)counters->packets / 1e6;
    report->delay_max_us = (double)counters->delay_most_ps / 1e6;
}

const struct weft_playout_report *weft_stream_playout_reports(struct weft_stream_playout *playout)
{
    if (playout->blocks)
        weft_stream_blocks_flush(playout->blocks);
    for (uint32_t i = 0; i < playout->streams; i++)
        fill(playout->stream[i], &playout->report[i]);
    return playout->report;
}
