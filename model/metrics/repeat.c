/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A period is told again and again (weft/train.h). Counts grow by so many times what they have grown since the mark, and the
 * last event is so much later. Occupancy and load balance have a memory of their own, which need not be that of the period:
 * they get a record of what came to the switches, and make of it what they need. */
#include "metrics/metrics_private.h"
#include "metrics/occupancy_private.h"

#include <stdlib.h>
#include <string.h>

/* What was when the period began, and what came since. */
struct weft_metrics_period {
    struct weft_totals totals;
    struct weft_server_result *servers;
    struct weft_stream_result *streams;
    struct weft_occupancy_mark occupancy; /* with the results of ports */
    struct weft_arrivals arrivals;
};

static void *copy(const void *from, size_t count, size_t size)
{
    void *to = weft_resize(NULL, count, size);
    memcpy(to, from, count * size);
    return to;
}

void weft_metrics_period_free(struct weft_metrics_period *period)
{
    if (!period)
        return;
    weft_occupancy_mark_clear(&period->occupancy);
    free(period->arrivals.arrival);
    free(period->servers);
    free(period->streams);
    free(period);
}

/* All that has been told is not after it, and what will be is not before it. */
static weft_ps now_of(const struct weft_metrics *metrics)
{
    return metrics->entered_ps > metrics->advanced_ps ? metrics->entered_ps : metrics->advanced_ps;
}

/* What lines have is in the results; then frames are the ports'; then what that took back of the lines is, too. */
static void rest(struct weft_metrics *metrics)
{
    weft_metrics_flush(metrics);
    weft_occupancy_rest(metrics->occupancy, now_of(metrics), metrics->ports);
    weft_metrics_flush(metrics);
}

void weft_metrics_mark(struct weft_metrics *metrics)
{
    rest(metrics);
    metrics->last_ps = 0; /* the totals have it; from now on of the period alone */
    weft_metrics_period_free(metrics->period);
    struct weft_metrics_period *period = weft_alloc(1, sizeof *period);
    period->totals = *metrics->totals;
    period->servers = copy(metrics->servers, metrics->setup->servers, sizeof *period->servers);
    period->streams = copy(metrics->streams, metrics->setup->streams, sizeof *period->streams);
    weft_occupancy_mark(metrics->occupancy, now_of(metrics), &period->occupancy, metrics->ports);
    metrics->period = period;
}

void weft_metrics_record(struct weft_metrics_period *period, const struct weft_train *train)
{
    struct weft_arrivals *arrivals = &period->arrivals;
    if (arrivals->room - arrivals->n < train->n) {
        arrivals->room = 2 * arrivals->room + WEFT_TRAIN;
        arrivals->arrival = weft_resize(arrivals->arrival, arrivals->room, sizeof *arrivals->arrival);
    }
    for (uint32_t i = 0; i < train->n; i++)
        if (train->outcome[i] != WEFT_DROPPED_LINK) /* it never came */
            arrivals->arrival[arrivals->n++] = (struct weft_arrival){.enter_ps = train->enter_ps[i],
                                                                     .out_ps = train->done_ps[i],
                                                                     .port = train->port[i],
                                                                     .frame_bytes = train->frame_bytes[i]};
}

static void grow(uint64_t *now, const uint64_t *then, size_t n, uint64_t times)
{
    for (size_t i = 0; i < n; i++)
        now[i] += times * (now[i] - then[i]);
}
#define GROW(now, then, member, times) grow(&(now)->member, &(then)->member, 1, times)

static void grow_totals(struct weft_totals *now, const struct weft_totals *then, uint64_t times)
{
    assert(now->background_packets == then->background_packets);
    GROW(now, then, packets_sent, times);
    GROW(now, then, packets_delivered, times);
    GROW(now, then, packets_dropped, times);
    GROW(now, then, late_packets, times);
    grow(now->dropped_by, then->dropped_by, WEFT_OUTCOMES, times);
    GROW(now, then, payload_bytes_sent, times);
    GROW(now, then, payload_bytes_delivered, times);
}

static void grow_port(struct weft_port_result *now, const struct weft_port_result *then, uint64_t times)
{
    GROW(now, then, forwarded_packets, times);
    GROW(now, then, dropped_packets, times);
    grow(now->dropped_by, then->dropped_by, WEFT_OUTCOMES, times);
}

static void grow_stream(struct weft_stream_result *now, const struct weft_stream_result *then, uint64_t times)
{
    GROW(now, then, packets_sent, times);
    GROW(now, then, packets_delivered, times);
    GROW(now, then, packets_dropped, times);
    GROW(now, then, late_packets, times);
    GROW(now, then, payload_bytes_delivered, times);
    grow(now->dropped_by, then->dropped_by, WEFT_OUTCOMES, times);
}

static void grow_counts(struct weft_metrics *metrics, const struct weft_metrics_period *period,
                        uint64_t times)
{
    const struct weft_setup *setup = metrics->setup;
    grow_totals(metrics->totals, &period->totals, times);
    for (uint32_t i = 0; i < setup->servers; i++) {
        GROW(&metrics->servers[i], &period->servers[i], packets_sent, times);
        GROW(&metrics->servers[i], &period->servers[i], payload_bytes_sent, times);
    }
    for (uint32_t i = 0; i < weft_setup_ports(setup); i++)
        grow_port(&metrics->ports[i], &period->occupancy.port[i], times);
    for (uint32_t i = 0; i < setup->streams; i++)
        grow_stream(&metrics->streams[i], &period->streams[i], times);
}

/* Deadlines need no step: a period is a whole number of packet times of every stream, so a packet is as late each time. */
void weft_metrics_repeat(struct weft_metrics *metrics, const struct weft_repeat *repeat)
{
    struct weft_metrics_period *period = metrics->period;
    assert(period);
    metrics->period = NULL;
    if (repeat->times > 0) {
        rest(metrics);
        grow_counts(metrics, period, repeat->times);
        weft_occupancy_repeat(metrics->occupancy, now_of(metrics), repeat, &period->arrivals,
                              &period->occupancy, metrics->ports);
        weft_balance_repeat(&metrics->balance, metrics->occupancy->line, weft_setup_ports(metrics->setup),
                            repeat, &period->arrivals);
        if (metrics->last_ps > 0)
            metrics->last_ps += repeat->times * repeat->period_ps;
        weft_metrics_flush(metrics);
    }
    weft_metrics_period_free(period);
}
