/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The observer that fills the result of a run: counts packets at servers, and brings the result up to date when
 * somebody asks for it. */
#include "metrics/metrics_private.h"

#include <stdlib.h>

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

/* Which packets count, and where that is the same for all that come. */
static void init_counted(struct weft_metrics *metrics)
{
    const struct weft_setup *setup = metrics->setup;
    metrics->first_number = weft_alloc(setup->streams, sizeof *metrics->first_number);
    for (uint32_t i = 0; i < setup->streams; i++) {
        uint64_t first_number = weft_clock_due_before(&setup->stream[i].clock, setup->warmup_ps);
        assert(first_number <= UINT32_MAX);
        metrics->first_number[i] = (uint32_t)first_number;
        metrics->uncounted_at_servers += first_number;
    }
    metrics->uncounted_at_switches = metrics->uncounted_at_servers;
    bool alike = setup->switches == 1 && setup->trunks == 0 && setup->sources == 0 &&
                 setup->switch_[0].rules.memory.cell_bytes <= 1;
    for (uint32_t i = 0; i < setup->devices; i++)
        alike &= setup->device[i].off_ps == 0;
    metrics->alike = alike;
}

struct weft_metrics *weft_metrics_new(const struct weft_setup *setup)
{
    struct weft_metrics *metrics = weft_alloc(1, sizeof *metrics);
    metrics->setup = setup;
    metrics->stream = weft_alloc(setup->streams, sizeof *metrics->stream);
    metrics->sent = weft_alloc(setup->streams, sizeof *metrics->sent);
    init_counted(metrics);
    metrics->next_number = weft_alloc(setup->sources, sizeof *metrics->next_number);
    metrics->occupancy = weft_occupancy_new(setup);
    weft_balance_init(&metrics->balance, setup->devices);
    lay_out_block(metrics);
    return metrics;
}

void weft_metrics_free(struct weft_metrics *metrics)
{
    if (!metrics)
        return;
    weft_metrics_period_free(metrics->period);
    weft_occupancy_free(metrics->occupancy);
    free(metrics->first_number);
    free(metrics->sent);
    free(metrics->next_number);
    free(metrics->stream);
    free(metrics->block);
    free(metrics);
}

void weft_metrics_only_plain(struct weft_metrics *metrics)
{
    metrics->plain = true;
    weft_occupancy_only_plain(metrics->occupancy);
}

/* Packets of a train of which none, or only some, may be due before warm-up. Counts of streams lie close together: they are
 * added to the results when somebody asks. */
static inline __attribute__((always_inline)) void count_sent(struct weft_metrics *metrics, uint32_t server,
                                                             const struct weft_train *train, bool all_count)
{
    const uint32_t n = train->n;
    uint64_t packets = all_count ? n : 0, payload_bytes = 0;
    uint32_t *const sent = metrics->sent;
#pragma GCC unroll 4
    for (uint32_t i = 0; i < n; i++) {
        if (!all_count && !weft_metrics_counts(metrics, train, i))
            continue;
        packets += !all_count;
        payload_bytes += train->payload_bytes[i];
        sent[train->stream[i]]++;
    }
    metrics->servers[server].packets_sent += packets;
    metrics->servers[server].payload_bytes_sent += payload_bytes;
    metrics->totals->packets_sent += packets;
    metrics->totals->payload_bytes_sent += payload_bytes;
    if (!all_count)
        metrics->uncounted_at_servers -= n - packets;
}

static void at_server(struct weft_metrics *metrics, uint32_t server, const struct weft_train *train)
{
    if (metrics->uncounted_at_servers == 0 && !metrics->plain)
        count_sent(metrics, server, train, true);
    else
        count_sent(metrics, server, train, false);
    weft_metrics_saw(metrics, train->done_ps[train->n - 1]);
}

/* The window of load balance that is open is taken as it stands, so that a run may end at any packet. */
void weft_metrics_flush(struct weft_metrics *metrics)
{
    struct weft_totals *totals = metrics->totals;
    if (metrics->blocks)
        weft_stream_blocks_flush(metrics->blocks);
    metrics->unflushed = 0; /* also of what blocks handed on just now */
    for (uint32_t i = 0; i < metrics->setup->streams; i++) {
        metrics->streams[i].packets_sent += metrics->sent[i];
        metrics->sent[i] = 0;
    }
    weft_metrics_saw(metrics,
                     weft_occupancy_flush(metrics->occupancy, metrics->ports, metrics->switches, totals));
    if (metrics->last_ps > totals->end_ps)
        totals->end_ps = metrics->last_ps;
    totals->balance_windows = weft_balance_windows(&metrics->balance);
    totals->balance_sum = weft_balance_sum(&metrics->balance);
}

static void bring_up_to_date(struct weft_metrics *metrics)
{
    if (metrics->blocks)
        weft_stream_blocks_flush(metrics->blocks);
    if (metrics->unflushed > 0)
        weft_metrics_flush(metrics);
}

/* Who asks sees what has come until now: an observer that is read is not const but for what it says. */
static void bring_up_to_date_for_reader(const struct weft_metrics *metrics)
{
    bring_up_to_date((struct weft_metrics *)metrics);
}

static void see_packets(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct weft_metrics *metrics = ctx;
    if (train->n == 0)
        return;
    if (metrics->unflushed >= WEFT_METRICS_MOST_UNFLUSHED)
        bring_up_to_date(metrics);
    metrics->unflushed += train->n;
    if (point == WEFT_AT_SERVER)
        at_server(metrics, node, train);
    else if (point == WEFT_AT_SWITCH)
        weft_metrics_at_switch(metrics, train);
    else if (!metrics->blocks)
        weft_metrics_at_device(metrics, train);
}

static void see_advance(void *ctx, weft_ps until_ps)
{
    struct weft_metrics *metrics = ctx;
    metrics->advanced_ps = until_ps;
}

static void see_mark(void *ctx)
{
    weft_metrics_mark(ctx);
}

static void see_repeat(void *ctx, const struct weft_repeat *repeat)
{
    weft_metrics_repeat(ctx, repeat);
}

static void see_refused(void *ctx, uint32_t stream, const struct weft_refused *refused)
{
    struct weft_metrics *metrics = ctx;
    metrics->streams[stream].refused = *refused;
}

static void see_server(void *ctx, uint32_t server, const struct weft_host_counters *counters)
{
    struct weft_metrics *metrics = ctx;
    bring_up_to_date(metrics);
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
                               .advance = see_advance,
                               .mark = see_mark,
                               .repeat = see_repeat,
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
    bring_up_to_date(metrics);
    return metrics->block;
}

const struct weft_totals *weft_metrics_totals(const struct weft_metrics *metrics)
{
    bring_up_to_date_for_reader(metrics);
    return metrics->totals;
}

const struct weft_server_result *weft_metrics_server(const struct weft_metrics *metrics, uint32_t server)
{
    bring_up_to_date_for_reader(metrics);
    assert(server < metrics->setup->servers);
    return &metrics->servers[server];
}

const struct weft_switch_result *weft_metrics_switch(const struct weft_metrics *metrics, uint32_t index)
{
    bring_up_to_date_for_reader(metrics);
    assert(index < metrics->setup->switches);
    return &metrics->switches[index];
}

const struct weft_port_result *weft_metrics_port(const struct weft_metrics *metrics, uint32_t port)
{
    bring_up_to_date_for_reader(metrics);
    assert(port < weft_setup_ports(metrics->setup));
    return &metrics->ports[port];
}

const struct weft_stream_result *weft_metrics_stream(const struct weft_metrics *metrics, uint32_t stream)
{
    bring_up_to_date_for_reader(metrics);
    assert(stream < metrics->setup->streams);
    return &metrics->streams[stream];
}
