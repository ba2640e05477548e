/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arrival curves of the streams behind a port, put together by server. Everything is rounded up. */

#include "theory_bound.h"

#include "weft/theory.h"

static int by_server(gconstpointer a, gconstpointer b, gpointer data)
{
    const struct weft_setup *setup = data;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    uint32_t server_x = setup->stream[x].server, server_y = setup->stream[y].server;
    return server_x != server_y ? (server_x < server_y ? -1 : 1) : (x > y) - (x < y);
}

void theory_routes_init(struct theory_routes *routes, const struct weft_setup *setup)
{
    routes->first = g_new0(uint32_t, (gsize)setup->devices + 1);
    routes->stream = g_new(uint32_t, setup->streams);
    uint32_t *next = g_new0(uint32_t, setup->devices);
    for (uint32_t i = 0; i < setup->streams; i++)
        routes->first[setup->stream[i].device + 1]++;
    for (uint32_t d = 0; d < setup->devices; d++) {
        routes->first[d + 1] += routes->first[d];
        next[d] = routes->first[d];
    }
    for (uint32_t i = 0; i < setup->streams; i++)
        routes->stream[next[setup->stream[i].device]++] = i;
    for (uint32_t d = 0; d < setup->devices; d++)
        g_qsort_with_data(routes->stream + routes->first[d], (gint)(routes->first[d + 1] - routes->first[d]),
                          sizeof *routes->stream, by_server, (gpointer)setup);
    g_free(next);
}

void theory_routes_clear(struct theory_routes *routes)
{
    g_free(routes->stream);
    g_free(routes->first);
}

static uint64_t divide_up(weft_u128 num, weft_u128 den)
{
    return (uint64_t)(num / den + (num % den != 0));
}

static uint32_t wire_of(const struct weft_setup *setup, uint32_t stream)
{
    uint32_t payload_bytes = setup->stream[stream].clock.payload_bytes;
    return weft_wire_bytes(setup->network, weft_frame_bytes(setup->network, payload_bytes));
}

/* Add a stream's burst and rate, in wire bytes. What leaves in a stretch of t is due in one of t and the jitter: of a
 * constant rate one packet and those of the stretch, which is a picosecond longer because instants are rounded down; of
 * media the most of any stretch as long as the jitter, and of any as long as an interval for each that has begun. */
static void add_stream(const struct weft_setup *setup, uint32_t stream,
                       const struct weft_departure_report *report, struct weft_arrival_curve *curve)
{
    const struct weft_clock *clock = &setup->stream[stream].clock;
    uint64_t wire = wire_of(setup, stream), burst = wire;
    weft_ps jitter_ps = (weft_ps)(report->latest_ps - report->earliest_ps);
    uint64_t rate_bps;
    if (clock->media) {
        weft_ps interval_ps = weft_setup_interval(setup);
        uint64_t most = weft_clock_most_packets(clock, interval_ps, setup->duration_ps);
        rate_bps = divide_up((weft_u128)most * wire * 8 * WEFT_PS_PER_S, interval_ps);
        burst = wire * (most + weft_clock_most_packets(clock, jitter_ps + 1, setup->duration_ps));
    } else {
        rate_bps = divide_up((weft_u128)clock->rate_bps * wire, clock->payload_bytes);
        burst += divide_up((weft_u128)rate_bps * (jitter_ps + 1), (weft_u128)8 * WEFT_PS_PER_S);
    }
    if (burst > report->packets * wire)
        burst = report->packets * wire;
    curve->packet_bytes = MAX(curve->packet_bytes, wire);
    curve->burst_bytes += burst;
    curve->rate_bps += rate_bps;
}

uint64_t theory_bound_bytes(const struct weft_setup *setup, const struct theory_routes *routes,
                            const struct weft_departure_report *departures, uint32_t device,
                            weft_ps horizon_ps)
{
    uint32_t first = routes->first[device], end = routes->first[device + 1], curves = 0, server = UINT32_MAX;
    struct weft_arrival_curve *curve = g_new0(struct weft_arrival_curve, end - first);
    uint64_t wire_bytes = 0;
    for (uint32_t k = first; k < end; k++) {
        uint32_t stream = routes->stream[k];
        if (departures[stream].packets == 0)
            continue;
        if (setup->stream[stream].server != server) {
            server = setup->stream[stream].server;
            curve[curves++].peak_bps = setup->server[server].link_bps;
        }
        add_stream(setup, stream, &departures[stream], &curve[curves - 1]);
        wire_bytes = MAX(wire_bytes, wire_of(setup, stream));
    }
    const struct weft_device *to = &setup->device[device];
    weft_ps latency_ps = setup->switch_[to->switch_index].rules.latency_ps;
    uint64_t backlog = weft_theory_backlog_bytes(curve, curves, to->rate_bps, latency_ps, horizon_ps);
    g_free(curve);
    if (curves == 0)
        return 0;
    /* What is held less the gap of each packet; there are no fewer than if all were of the largest size. */
    uint64_t held = backlog + wire_bytes, gap_bytes = weft_wire_bytes(setup->network, 0);
    return (uint64_t)((weft_u128)held * (wire_bytes - gap_bytes) / wire_bytes);
}
