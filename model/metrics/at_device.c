/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What metrics count at devices: packets that came, and which were late. Train by train, or as blocks give them. */
#include "metrics/blocks.h"
#include "metrics/metrics_private.h"

/* Deadlines never decrease along a stream, so the one computed last also clears the packets after it that
 * come before it: a stream that is in time needs one only about once in its start-up time. */
static bool is_late(struct weft_metrics *metrics, uint32_t stream, uint32_t number, weft_ps at_ps)
{
    struct stream *state = &metrics->stream[stream];
    if (number >= state->late_number && at_ps <= state->late_ps)
        return false;
    const struct weft_stream *what = &metrics->setup->stream[stream];
    weft_ps deadline_ps =
        weft_clock_deadline(&what->clock, number, metrics->setup->device[what->device].startup_ps);
    state->late_number = number;
    state->late_ps = deadline_ps;
    return at_ps > deadline_ps;
}

void weft_metrics_at_device(struct weft_metrics *metrics, const struct weft_train *train)
{
    struct weft_totals *totals = metrics->totals;
    uint64_t packets = 0, late_packets = 0, payload_bytes = 0;
    weft_ps last_ps = 0;
    for (uint32_t i = 0; i < train->n; i++) {
        last_ps = train->at_ps[i] > last_ps ? train->at_ps[i] : last_ps;
        if (!weft_metrics_counts(metrics, train, i))
            continue;
        struct weft_stream_result *stream = &metrics->streams[train->stream[i]];
        bool late = is_late(metrics, train->stream[i], train->number[i], train->at_ps[i]);
        stream->packets_delivered++;
        stream->payload_bytes_delivered += train->payload_bytes[i];
        stream->late_packets += late;
        packets++;
        payload_bytes += train->payload_bytes[i];
        late_packets += late;
    }
    weft_metrics_saw(metrics, last_ps);
    totals->packets_delivered += packets;
    totals->payload_bytes_delivered += payload_bytes;
    totals->late_packets += late_packets;
}

/* Packets that came in time, or one of any kind. */
static void deliver(struct weft_metrics *metrics, uint32_t index, uint64_t packets, uint64_t payload_bytes,
                    bool late)
{
    struct weft_stream_result *stream = &metrics->streams[index];
    struct weft_totals *totals = metrics->totals;
    stream->packets_delivered += packets;
    stream->payload_bytes_delivered += payload_bytes;
    stream->late_packets += late;
    totals->packets_delivered += packets;
    totals->payload_bytes_delivered += payload_bytes;
    totals->late_packets += late;
}

/* Blocks hand on what metrics were told of long ago, and may have been asked about since. */
static void saw_later(struct weft_metrics *metrics, weft_ps event_ps)
{
    weft_metrics_saw(metrics, event_ps);
    metrics->unflushed += metrics->unflushed == 0;
}

static void take_packet(void *ctx, const struct block_packet *packet)
{
    struct weft_metrics *metrics = ctx;
    saw_later(metrics, packet->at_ps);
    if (packet->number >= metrics->first_number[packet->stream])
        deliver(metrics, packet->stream, 1, packet->payload_bytes,
                is_late(metrics, packet->stream, packet->number, packet->at_ps));
}

static void take_run(void *ctx, const struct block_run *run)
{
    saw_later(ctx, run->last_ps);
    deliver(ctx, run->stream, run->n, (uint64_t)run->n * run->rate->payload_bytes, false);
}

/* A deadline is when the next packet is due and the start-up delay. */
static struct block_limits limits(void *ctx, uint32_t stream)
{
    const struct weft_setup *setup = ((const struct weft_metrics *)ctx)->setup;
    weft_ps startup_ps = setup->device[setup->stream[stream].device].startup_ps;
    return (struct block_limits){.until_ps = WEFT_NEVER, .late_ps = (int64_t)startup_ps};
}

static void leave(void *ctx)
{
    struct weft_metrics *metrics = ctx;
    metrics->blocks = NULL;
}

void weft_stream_blocks_give_metrics(struct weft_stream_blocks *blocks, struct weft_metrics *metrics)
{
    const struct block_taker taker = {.ctx = metrics,
                                      .run = take_run,
                                      .limits = limits,
                                      .packet = take_packet,
                                      .leave = leave,
                                      .repeats = true};
    metrics->blocks = blocks;
    weft_blocks_add(blocks, &taker);
}
