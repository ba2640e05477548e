/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The observer that fills the result of a run: counts packets at server, switch and device, and hands what it
 * sees at the switch to occupancy and balance. */
#include "weft/metrics.h"

#include "metrics/balance.h"
#include "metrics/occupancy.h"

#include <assert.h>
#include <stdlib.h>

/* What is asked for every packet, apart from the setup so that it stays in the cache. */
struct stream {
    uint32_t port;
    uint32_t late_number; /* packets from late_number on are in time when they come before late_ps */
    weft_ps late_ps;
    uint64_t first_number; /* the first packet that is due at or after warm-up */
};

struct weft_metrics {
    const struct weft_setup *setup;
    struct stream *stream;
    struct weft_occupancy *occupancy;
    struct weft_balance balance;
    void *block; /* the result: totals, then servers, ports and streams */
    size_t block_bytes;
    struct weft_totals *totals;
    struct weft_server_result *servers;
    struct weft_port_result *ports;
    struct weft_stream_result *streams;
};

/* Where the next array of the block begins: aligned for any of its types. */
static size_t place(size_t *end_bytes, size_t count, size_t size)
{
    const size_t align = _Alignof(max_align_t);
    size_t at = (*end_bytes + align - 1) / align * align;
    *end_bytes = at + count * size;
    return at;
}

static void lay_out_block(struct weft_metrics *metrics)
{
    const struct weft_setup *setup = metrics->setup;
    size_t end = 0;
    size_t totals = place(&end, 1, sizeof *metrics->totals);
    size_t servers = place(&end, setup->servers, sizeof *metrics->servers);
    size_t ports = place(&end, setup->devices, sizeof *metrics->ports);
    size_t streams = place(&end, setup->streams, sizeof *metrics->streams);
    unsigned char *block = weft_alloc(1, end);
    metrics->block = block;
    metrics->block_bytes = end;
    metrics->totals = (void *)(block + totals);
    metrics->servers = (void *)(block + servers);
    metrics->ports = (void *)(block + ports);
    metrics->streams = (void *)(block + streams);
}

struct weft_metrics *weft_metrics_new(const struct weft_setup *setup)
{
    struct weft_metrics *metrics = weft_alloc(1, sizeof *metrics);
    metrics->setup = setup;
    metrics->stream = weft_alloc(setup->streams, sizeof *metrics->stream);
    for (uint32_t i = 0; i < setup->streams; i++) {
        metrics->stream[i].port = setup->stream[i].device;
        metrics->stream[i].first_number = weft_clock_due_before(&setup->stream[i].clock, setup->warmup_ps);
    }
    metrics->occupancy = weft_occupancy_new(setup);
    weft_balance_init(&metrics->balance, setup->devices);
    lay_out_block(metrics);
    return metrics;
}

void weft_metrics_free(struct weft_metrics *metrics)
{
    if (!metrics)
        return;
    weft_occupancy_free(metrics->occupancy);
    weft_balance_clear(&metrics->balance);
    free(metrics->stream);
    free(metrics->block);
    free(metrics);
}

static bool counts(const struct weft_metrics *metrics, const struct weft_train *train, uint32_t i)
{
    return train->number[i] >= metrics->stream[train->stream[i]].first_number;
}

static void saw(struct weft_metrics *metrics, weft_ps event_ps)
{
    if (event_ps > metrics->totals->end_ps)
        metrics->totals->end_ps = event_ps;
}

static void at_server(struct weft_metrics *metrics, uint32_t server, const struct weft_train *train)
{
    uint64_t packets = 0, payload_bytes = 0;
    for (uint32_t i = 0; i < train->n; i++) {
        if (!counts(metrics, train, i))
            continue;
        packets++;
        payload_bytes += train->payload_bytes[i];
        metrics->streams[train->stream[i]].packets_sent++;
    }
    metrics->servers[server].packets_sent += packets;
    metrics->servers[server].payload_bytes_sent += payload_bytes;
    metrics->totals->packets_sent += packets;
    metrics->totals->payload_bytes_sent += payload_bytes;
    saw(metrics, train->done_ps[train->n - 1]);
}

static void count_drop(struct weft_metrics *metrics, uint32_t stream)
{
    metrics->streams[stream].packets_dropped++;
    metrics->ports[metrics->stream[stream].port].dropped_packets++;
    metrics->totals->packets_dropped++;
}

static void at_switch(struct weft_metrics *metrics, const struct weft_train *train)
{
    struct weft_totals *totals = metrics->totals;
    for (uint32_t i = 0; i < train->n; i++) {
        uint32_t port = metrics->stream[train->stream[i]].port;
        struct weft_port_result *result = &metrics->ports[port];
        bool dropped = train->done_ps[i] == WEFT_NEVER;
        bool counted = counts(metrics, train, i);
        if (train->at_ps[i] >= metrics->setup->warmup_ps)
            weft_balance_arrive(&metrics->balance, port, train->at_ps[i], train->frame_bytes[i]);
        if (counted && dropped)
            count_drop(metrics, train->stream[i]);
        if (dropped)
            continue;
        result->forwarded_packets += counted;
        weft_occupancy_arrive(metrics->occupancy, port, train->at_ps[i], train->done_ps[i],
                              train->frame_bytes[i], result);
        if (result->peak_packets > totals->peak_port_packets)
            totals->peak_port_packets = result->peak_packets;
        if (result->peak_frame_bytes > totals->peak_port_bytes)
            totals->peak_port_bytes = result->peak_frame_bytes;
        saw(metrics, train->done_ps[i]);
    }
    totals->peak_switch_bytes = weft_occupancy_peak_switch_bytes(metrics->occupancy);
    /* The window that is open now is taken as it stands, so that a run may end at any packet. */
    totals->balance_windows = weft_balance_windows(&metrics->balance);
    totals->balance_sum = weft_balance_sum(&metrics->balance);
}

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

static void at_device(struct weft_metrics *metrics, const struct weft_train *train)
{
    struct weft_totals *totals = metrics->totals;
    for (uint32_t i = 0; i < train->n; i++) {
        saw(metrics, train->at_ps[i]);
        if (!counts(metrics, train, i))
            continue;
        struct weft_stream_result *stream = &metrics->streams[train->stream[i]];
        bool late = is_late(metrics, train->stream[i], train->number[i], train->at_ps[i]);
        stream->packets_delivered++;
        stream->payload_bytes_delivered += train->payload_bytes[i];
        stream->late_packets += late;
        totals->packets_delivered++;
        totals->payload_bytes_delivered += train->payload_bytes[i];
        totals->late_packets += late;
    }
}

static void see_packets(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct weft_metrics *metrics = ctx;
    if (train->n == 0)
        return;
    if (point == WEFT_AT_SERVER)
        at_server(metrics, node, train);
    else if (point == WEFT_AT_SWITCH)
        at_switch(metrics, train);
    else
        at_device(metrics, train);
}

static void see_server(void *ctx, uint32_t server, const struct weft_host_counters *counters)
{
    struct weft_metrics *metrics = ctx;
    metrics->servers[server].counters = *counters;
}

struct weft_watch weft_metrics_watch(struct weft_metrics *metrics)
{
    return (struct weft_watch){.ctx = metrics, .packets = see_packets, .server = see_server};
}

size_t weft_metrics_block_bytes(const struct weft_metrics *metrics)
{
    return metrics->block_bytes;
}

void *weft_metrics_block(struct weft_metrics *metrics)
{
    return metrics->block;
}

const struct weft_totals *weft_metrics_totals(const struct weft_metrics *metrics)
{
    return metrics->totals;
}

const struct weft_server_result *weft_metrics_server(const struct weft_metrics *metrics, uint32_t server)
{
    assert(server < metrics->setup->servers);
    return &metrics->servers[server];
}

const struct weft_port_result *weft_metrics_port(const struct weft_metrics *metrics, uint32_t port)
{
    assert(port < metrics->setup->devices);
    return &metrics->ports[port];
}

const struct weft_stream_result *weft_metrics_stream(const struct weft_metrics *metrics, uint32_t stream)
{
    assert(stream < metrics->setup->streams);
    return &metrics->streams[stream];
}
