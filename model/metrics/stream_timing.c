/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each packet at its device is shown to every timing metric of its stream. Instants at which packets are due are
 * counted on from packet to packet, because a division for each would cost more than all metrics. */
#include "weft/stream_timing.h"

#include "weft/due.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>

static const struct weft_ts_df_params ts_df_params = {.window_ps = WEFT_TS_DF_WINDOW_PS};

/* What streams of one rate and packet size share: it stays in the cache. */
struct kind {
    bool media; /* a file's clock: no fixed step */
    uint32_t payload_bytes;
    struct weft_due_step step;
    struct weft_mdi_params mdi;
    struct weft_st2110_params st2110;
};

/* In the order of use: what a packet touches comes first and fills few cache lines. */
struct stream {
    uint32_t kind;
    uint32_t first_number; /* the first packet that is due at or after warm-up */
    struct weft_due next;  /* the packet after the last one */
    uint64_t interval;     /* in which the last packet was due, and its end */
    weft_ps interval_end_ps;
    struct weft_jitter_state jitter;
    struct weft_jitter_counters jitters;
    struct weft_ts_df_state ts_df;
    struct weft_mdi_state mdi;
    struct weft_cinst_state cinst;
    struct weft_cinst_counters cinsts;
    struct weft_vrx_state vrx;
    struct weft_vrx_counters vrxs;
    struct weft_ts_df_counters ts_dfs;
    struct weft_mdi_counters mdis;
};

struct weft_stream_timing {
    const struct weft_setup *setup;
    weft_ps interval_ps;
    struct kind *kind;
    uint32_t kinds, kinds_room;
    struct stream *stream;
    struct weft_timing_report *report;
};

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
    free(timing->kind);
    free(timing->stream);
    free(timing->report);
    free(timing);
}

/* Packets that were overtaken count for the interval at hand. */
static void turn_interval(struct stream *stream, weft_ps interval_ps, weft_ps due_ps)
{
    stream->interval++;
    stream->interval_end_ps += interval_ps;
    if (due_ps < stream->interval_end_ps)
        return;
    stream->interval = due_ps / interval_ps;
    stream->interval_end_ps = (stream->interval + 1) * interval_ps;
}

static void arrive(const struct weft_stream_timing *timing, const struct weft_train *train, uint32_t i)
{
    struct stream *stream = &timing->stream[train->stream[i]];
    const struct kind *kind = &timing->kind[stream->kind];
    uint64_t number = train->number[i];
    weft_ps arrival_ps = train->at_ps[i];
    if (number != stream->next.number || kind->media) {
        if (number < stream->first_number)
            return;
        weft_due_seek(&timing->setup->stream[train->stream[i]].clock, &stream->next, number);
    }
    weft_ps due_ps = stream->next.at_ps;
    weft_due_next(&kind->step, &stream->next);
    if (due_ps >= stream->interval_end_ps)
        turn_interval(stream, timing->interval_ps, due_ps);
    weft_jitter_packet(&stream->jitter, &stream->jitters, arrival_ps, due_ps);
    weft_ts_df_packet(&ts_df_params, &stream->ts_df, &stream->ts_dfs, arrival_ps, due_ps);
    weft_mdi_packet(&kind->mdi, &stream->mdi, &stream->mdis, arrival_ps, train->payload_bytes[i], number);
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
    (void)node;
    for (uint32_t i = 0; point == WEFT_AT_DEVICE && i < train->n; i++) {
        if (i + AHEAD < train->n)
            fetch(ctx, train, i + AHEAD);
        arrive(ctx, train, i);
    }
}

struct weft_watch weft_stream_timing_watch(struct weft_stream_timing *timing)
{
    return (struct weft_watch){.ctx = timing, .packets = see_packets};
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
    for (uint32_t i = 0; i < setup->streams; i++)
        fill(timing->stream[i], &timing->kind[timing->stream[i].kind],
             weft_clock_due_before(&setup->stream[i].clock, setup->duration_ps), &timing->report[i]);
    return timing->report;
}
