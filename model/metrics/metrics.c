/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The observer that fills the result of a run: counts packets at server, switches and device, and hands what it
 * sees at the switch to occupancy and balance. */
#include "weft/metrics.h"

#include "metrics/balance.h"
#include "metrics/occupancy.h"

#include <assert.h>
#include <stdlib.h>

/* What is asked for every packet, apart from the setup so that it stays in the cache. */
struct stream {
    uint32_t first_number; /* the first packet that is due at or after warm-up */
    weft_ps late_ps;       /* packets from late_number on are in time when they come before it */
    uint32_t late_number;
};

struct weft_metrics {
    const struct weft_setup *setup;
    struct stream *stream;
    uint32_t *next_number; /* by source of background traffic: the least number that was not seen */
    struct weft_occupancy *occupancy;
    struct weft_balance balance;
    bool finished;
    void *block; /* the result: totals, then servers, switches, ports and streams */
    size_t block_bytes;
    struct weft_totals *totals;
    struct weft_server_result *servers;
    struct weft_switch_result *switches;
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
    size_t switches = place(&end, setup->switches, sizeof *metrics->switches);
    size_t ports = place(&end, weft_setup_ports(setup), sizeof *metrics->ports);
    size_t streams = place(&end, setup->streams, sizeof *metrics->streams);
    unsigned char *block = weft_alloc(1, end);
    metrics->block = block;
    metrics->block_bytes = end;
    metrics->totals = (void *)(block + totals);
    metrics->servers = (void *)(block + servers);
    metrics->switches = (void *)(block + switches);
    metrics->ports = (void *)(block + ports);
    metrics->streams = (void *)(block + streams);
}

struct weft_metrics *weft_metrics_new(const struct weft_setup *setup)
{
    struct weft_metrics *metrics = weft_alloc(1, sizeof *metrics);
    metrics->setup = setup;
    metrics->stream = weft_alloc(setup->streams, sizeof *metrics->stream);
    for (uint32_t i = 0; i < setup->streams; i++) {
        uint64_t first_number = weft_clock_due_before(&setup->stream[i].clock, setup->warmup_ps);
        assert(first_number <= UINT32_MAX);
        metrics->stream[i].first_number = (uint32_t)first_number;
    }
    metrics->next_number = weft_alloc(setup->sources, sizeof *metrics->next_number);
    metrics->occupancy = weft_occupancy_new(setup);
    weft_balance_init(&metrics->balance, setup->devices, setup->streams);
    lay_out_block(metrics);
    return metrics;
}

void weft_metrics_free(struct weft_metrics *metrics)
{
    if (!metrics)
        return;
    weft_occupancy_free(metrics->occupancy);
    weft_balance_clear(&metrics->balance);
    free(metrics->next_number);
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

static void count_drop(struct weft_metrics *metrics, uint32_t stream, uint32_t port, uint8_t outcome)
{
    assert(outcome < WEFT_OUTCOMES);
    metrics->streams[stream].packets_dropped++;
    metrics->streams[stream].dropped_by[outcome]++;
    metrics->ports[port].dropped_packets++;
    metrics->ports[port].dropped_by[outcome]++;
    metrics->totals->packets_dropped++;
    metrics->totals->dropped_by[outcome]++;
}

/* The first packet of a train that came into the switch at or after warm-up. */
static uint32_t first_measured(const struct weft_metrics *metrics, const struct weft_train *train)
{
    uint32_t i = 0;
    while (i < train->n && train->enter_ps[i] < metrics->setup->warmup_ps)
        i++;
    return i;
}

/* Packets of a source come to their first switch in order: what has not been seen was sent just now. */
static void count_background(struct weft_metrics *metrics, const struct weft_train *train, uint32_t i)
{
    uint32_t source = train->stream[i] - metrics->setup->streams;
    struct weft_port_result *port = &metrics->ports[train->port[i]];
    struct weft_totals *totals = metrics->totals;
    if (train->tx_ps[i] < metrics->setup->warmup_ps)
        return;
    if (train->number[i] >= metrics->next_number[source]) {
        metrics->next_number[source] = train->number[i] + 1;
        totals->background_packets++;
    }
    bool forwarded = train->done_ps[i] != WEFT_NEVER;
    port->background_forwarded_packets += forwarded;
    port->background_dropped_packets += !forwarded;
    totals->background_forwarded_packets +=
        forwarded && train->port[i] == metrics->setup->source[source].port;
    totals->background_dropped_packets += !forwarded;
}

static void count_at_switch(struct weft_metrics *metrics, const struct weft_train *train)
{
    const uint32_t streams = metrics->setup->streams;
    weft_ps last_ps = 0;
    for (uint32_t i = 0; i < train->n; i++) {
        bool forwarded = train->done_ps[i] != WEFT_NEVER;
        if (forwarded && train->done_ps[i] > last_ps)
            last_ps = train->done_ps[i];
        if (train->stream[i] >= streams) {
            count_background(metrics, train, i);
            continue;
        }
        bool counted = counts(metrics, train, i);
        metrics->ports[train->port[i]].forwarded_packets += counted && forwarded;
        if (counted && train->outcome[i] != WEFT_DELIVERED)
            count_drop(metrics, train->stream[i], train->port[i], train->outcome[i]);
    }
    saw(metrics, last_ps);
}

static void at_switch(struct weft_metrics *metrics, const struct weft_train *train)
{
    struct weft_totals *totals = metrics->totals;
    count_at_switch(metrics, train);
    weft_balance_arrive(&metrics->balance, train, first_measured(metrics, train));
    weft_occupancy_arrive(metrics->occupancy, train, metrics->ports, metrics->switches);
    totals->peak_port_packets = weft_occupancy_peak_port_packets(metrics->occupancy);
    totals->peak_port_bytes = weft_occupancy_peak_port_bytes(metrics->occupancy);
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
    uint64_t packets = 0, late_packets = 0, payload_bytes = 0;
    weft_ps last_ps = 0;
    for (uint32_t i = 0; i < train->n; i++) {
        last_ps = train->at_ps[i] > last_ps ? train->at_ps[i] : last_ps;
        if (!counts(metrics, train, i))
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
    saw(metrics, last_ps);
    totals->packets_delivered += packets;
    totals->payload_bytes_delivered += payload_bytes;
    totals->late_packets += late_packets;
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

static void see_refused(void *ctx, uint32_t stream, const struct weft_refused *refused)
{
    struct weft_metrics *metrics = ctx;
    metrics->streams[stream].refused = *refused;
}

static void see_server(void *ctx, uint32_t server, const struct weft_host_counters *counters)
{
    struct weft_metrics *metrics = ctx;
    metrics->servers[server].counters = *counters;
    if (!metrics->finished)
        weft_occupancy_finish(metrics->occupancy, metrics->ports);
    metrics->finished = true;
}

static void see_used(void *ctx, uint32_t server, const struct weft_host_use *use)
{
    struct weft_metrics *metrics = ctx;
    metrics->servers[server].is_used = true;
    metrics->servers[server].use = *use;
}

struct weft_watch weft_metrics_watch(struct weft_metrics *metrics)
{
    return (struct weft_watch){.ctx = metrics,
                               .packets = see_packets,
                               .refused = see_refused,
                               .server = see_server,
                               .used = see_used};
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

const struct weft_switch_result *weft_metrics_switch(const struct weft_metrics *metrics, uint32_t index)
{
    assert(index < metrics->setup->switches);
    return &metrics->switches[index];
}

const struct weft_port_result *weft_metrics_port(const struct weft_metrics *metrics, uint32_t port)
{
    assert(port < weft_setup_ports(metrics->setup));
    return &metrics->ports[port];
}

const struct weft_stream_result *weft_metrics_stream(const struct weft_metrics *metrics, uint32_t stream)
{
    assert(stream < metrics->setup->streams);
    return &metrics->streams[stream];
}
