/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arrival curves of the streams behind a port, put together by the links that they come over. Everything is rounded up. */

#include "theory_bound.h"

#include "weft/theory.h"

#include <assert.h>

static int by_link(gconstpointer a, gconstpointer b)
{
    const struct theory_input *x = a, *y = b;
    return x->link != y->link ? (x->link < y->link ? -1 : 1) : (x->place > y->place) - (x->place < y->place);
}

/* The link that flow `flow` comes over to the port at `place` of its way. */
static uint32_t link_to(const struct weft_setup *setup, const struct weft_routes *routes, uint32_t flow,
                        uint32_t place)
{
    if (place > routes->first[flow])
        return setup->servers + routes->port[place - 1] - setup->devices;
    return flow < setup->streams ? setup->stream[flow].server
                                 : setup->servers + setup->trunks + flow - setup->streams;
}

static void fill(struct theory_inputs *inputs, const struct weft_setup *setup,
                 const struct weft_routes *routes)
{
    g_autofree uint32_t *next = g_memdup2(inputs->first, weft_setup_ports(setup) * sizeof *next);
    for (uint32_t f = 0; f < weft_setup_flows(setup); f++)
        for (uint32_t place = routes->first[f]; place < routes->first[f + 1]; place++)
            inputs->input[next[routes->port[place]]++] =
                (struct theory_input){f, place, link_to(setup, routes, f, place)};
}

void theory_inputs_init(struct theory_inputs *inputs, const struct weft_setup *setup)
{
    struct weft_routes routes;
    int status = weft_routes_new(setup, &routes, NULL);
    assert(status == WEFT_OK); /* the setup has been checked */
    (void)status;
    uint32_t ports = weft_setup_ports(setup), places = routes.first[weft_setup_flows(setup)];
    inputs->first = g_new0(uint32_t, (gsize)ports + 1);
    inputs->input = g_new0(struct theory_input, places);
    for (uint32_t i = 0; i < places; i++)
        inputs->first[routes.port[i] + 1]++;
    for (uint32_t p = 0; p < ports; p++)
        inputs->first[p + 1] += inputs->first[p];
    fill(inputs, setup, &routes);
    for (uint32_t p = 0; p < ports; p++)
        qsort(inputs->input + inputs->first[p], inputs->first[p + 1] - inputs->first[p],
              sizeof *inputs->input, by_link);
    weft_routes_clear(&routes);
}

void theory_inputs_clear(struct theory_inputs *inputs)
{
    g_free(inputs->input);
    g_free(inputs->first);
}

static uint64_t divide_up(weft_u128 num, weft_u128 den)
{
    return (uint64_t)(num / den + (num % den != 0));
}

uint32_t theory_frame_bytes(const struct weft_setup *setup, uint32_t stream)
{
    if (stream < setup->streams)
        return weft_frame_bytes(setup->network, setup->stream[stream].clock.payload_bytes);
    uint32_t packet_bytes = setup->source[stream - setup->streams].background.packet_bytes;
    return weft_frame_bytes(setup->network, weft_payload_room(setup->network, packet_bytes));
}

uint32_t theory_wire_bytes(const struct weft_setup *setup, uint32_t stream)
{
    return weft_wire_bytes(setup->network, theory_frame_bytes(setup, stream));
}

/* Add a stream's burst and rate, in wire bytes. What comes in a stretch of t is due in one of t and the jitter: of a
 * constant rate one packet and those of the stretch, which is a picosecond longer because instants are rounded down; of
 * media the most of any stretch as long as the jitter, and of any as long as an interval for each that has begun. */
static void add_stream(const struct weft_setup *setup, uint32_t stream,
                       const struct weft_arrival_report *report, struct weft_arrival_curve *curve)
{
    uint64_t wire = theory_wire_bytes(setup, stream), burst = wire;
    curve->packet_bytes = MAX(curve->packet_bytes, wire);
    if (stream >= setup->streams) { /* all at once, as fast as the link goes */
        curve->burst_bytes += report->packets * wire;
        return;
    }
    const struct weft_clock *clock = &setup->stream[stream].clock;
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
    curve->burst_bytes += burst;
    curve->rate_bps += rate_bps;
}

/* How fast packets can come over a link: a shaper lets one begin when the one before would be through at its rate. */
static uint64_t link_bps(const struct weft_setup *setup, uint32_t link)
{
    if (link >= setup->servers + setup->trunks)
        return setup->source[link - setup->servers - setup->trunks].link_bps;
    if (link >= setup->servers)
        return setup->trunk[link - setup->servers].rate_bps;
    return setup->write.axes.pacing->shapes ? setup->write.pacing_argument : setup->server[link].link_bps;
}

/* A frame in the switch: what it takes there, and on the wire. */
struct stored {
    uint64_t bytes, wire_bytes;
};

/* Of the frames that a stream can have, that which takes most of the switch for its wire time; media have packets of any
 * size. */
static void take_densest(const struct weft_setup *setup, uint32_t stream, uint32_t cell_bytes,
                         struct stored *densest)
{
    uint32_t most = theory_frame_bytes(setup, stream), least = most;
    if (stream < setup->streams && setup->stream[stream].clock.media && cell_bytes > 1)
        least = weft_frame_bytes(setup->network, 1);
    for (uint32_t frame = least; frame <= most; frame++) {
        const struct stored it = {weft_stored_bytes(cell_bytes, frame),
                                  weft_wire_bytes(setup->network, frame)};
        if (it.bytes * densest->wire_bytes >= densest->bytes * it.wire_bytes)
            *densest = it;
    }
}

uint64_t theory_bound_bytes(const struct weft_setup *setup, const struct theory_inputs *inputs,
                            const struct weft_arrival_report *arrivals, uint32_t port, weft_ps horizon_ps)
{
    const struct weft_port_rules *rules = &setup->switch_[weft_setup_port_switch(setup, port)].rules;
    uint32_t first = inputs->first[port], end = inputs->first[port + 1], curves = 0, link = UINT32_MAX;
    g_autofree struct weft_arrival_curve *curve = g_new0(struct weft_arrival_curve, end - first);
    uint64_t wire_bytes = 0;
    struct stored densest = {0, 1};
    for (const struct theory_input *input = inputs->input + first; input < inputs->input + end; input++) {
        if (arrivals[input->place].packets == 0)
            continue;
        if (input->link != link) {
            link = input->link;
            curve[curves++].peak_bps = link_bps(setup, link);
        }
        add_stream(setup, input->stream, &arrivals[input->place], &curve[curves - 1]);
        wire_bytes = MAX(wire_bytes, theory_wire_bytes(setup, input->stream));
        take_densest(setup, input->stream, rules->memory.cell_bytes, &densest);
    }
    if (curves == 0)
        return 0;
    uint64_t held = wire_bytes + weft_theory_backlog_bytes(curve, curves, weft_setup_port_bps(setup, port),
                                                           rules->latency_ps, horizon_ps);
    return (uint64_t)((weft_u128)held * densest.bytes / densest.wire_bytes);
}
