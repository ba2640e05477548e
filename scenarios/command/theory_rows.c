/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The formulas, and when each holds. */

#include "summary.h"
#include "theory.h"

#include "weft/theory.h"

#include <string.h>

/* --- what formulas ask --- */

static const struct weft_method *axes(const struct theory_view *view)
{
    return &view->setup->write.axes;
}

static bool is_stream(const struct theory_view *view, uint32_t input)
{
    return view->inputs.input[input].stream < view->setup->streams;
}

/* Streams that have a port on their ways; sources of background traffic, which may be silent, are none. */
static guint inputs_at(const struct theory_view *view, uint32_t port)
{
    guint streams = 0;
    for (uint32_t i = view->inputs.first[port]; i < view->inputs.first[port + 1]; i++)
        streams += is_stream(view, i);
    return streams;
}

static const struct theory_input *first_input(const struct theory_view *view, uint32_t port)
{
    uint32_t i = view->inputs.first[port];
    while (!is_stream(view, i))
        i++;
    return &view->inputs.input[i];
}

static const struct weft_stream *stream_at(const struct theory_view *view, uint32_t port)
{
    return &view->setup->stream[first_input(view, port)->stream];
}

static const struct theory_server *server_at(const struct theory_view *view, uint32_t port)
{
    return &view->server[stream_at(view, port)->server];
}

/* How fast packets come over the link of the port's server: a shaper stands before it as a slower link would. */
static uint64_t in_bps(const struct theory_view *view, uint32_t port)
{
    return axes(view)->pacing->shapes ? view->setup->write.pacing_argument
                                      : view->setup->server[stream_at(view, port)->server].link_bps;
}

static const struct weft_port_result *port_result(const struct theory_view *view, uint32_t port)
{
    return weft_metrics_port(view->result->metrics, port);
}

static double peak_packets(const struct theory_view *view, uint32_t port, uint64_t above)
{
    (void)above;
    return (double)port_result(view, port)->peak_packets;
}

static double peak_bytes(const struct theory_view *view, uint32_t port, uint64_t above)
{
    (void)above;
    return (double)port_result(view, port)->peak_frame_bytes;
}

static const struct weft_port_rules *rules_at(const struct theory_view *view, uint32_t port)
{
    return &view->setup->switch_[weft_setup_port_switch(view->setup, port)].rules;
}

static weft_ps wire_ps(const struct theory_view *view, uint32_t stream, uint64_t rate_bps)
{
    return weft_duration_up(8 * (uint64_t)theory_wire_bytes(view->setup, stream), rate_bps);
}

/* --- peaks of calls that are sent back to back --- */

static bool sent_back_to_back(const struct theory_view *view)
{
    const struct weft_pacing *pacing = axes(view)->pacing;
    return !pacing->at_packet_times && !pacing->spreads && !pacing->slices &&
           !axes(view)->queues->per_destination;
}

static bool fits_burst(const struct theory_view *view)
{
    return sent_back_to_back(view) &&
           (axes(view)->unit->max_entries == 1 || axes(view)->order == &weft_order_sequential);
}

/* Orders in which equal quantities of equal packets take turns, packet by packet. */
static bool takes_turns(const struct theory_view *view)
{
    const struct weft_order *order = axes(view)->order;
    uint64_t argument = view->setup->write.order_argument;
    return order == &weft_order_round_robin || order == &weft_order_smooth || order == &weft_order_swrr ||
           (order == &weft_order_drr && argument == 0) || (order == &weft_order_chunk && argument == 1);
}

static bool fits_interleaved(const struct theory_view *view)
{
    return sent_back_to_back(view) && axes(view)->unit->max_entries > 1 && takes_turns(view);
}

static const char *burst_objection(const struct theory_view *view, uint32_t port)
{
    const struct theory_input *input = first_input(view, port);
    const struct weft_stream *stream = stream_at(view, port);
    const struct theory_server *server = server_at(view, port);
    if (inputs_at(view, port) != 1)
        return "several streams share the port";
    if (input->link >= view->setup->servers)
        return "its packets come over a trunk";
    if (stream->clock.media || stream->live)
        return "its stream has no constant rate, or is live";
    if (view->setup->server[stream->server].applications != 1)
        return "several applications share its server's link";
    if (port_result(view, port)->dropped_packets > 0 ||
        weft_metrics_stream(view->result->metrics, input->stream)->refused.packets > 0)
        return "packets were lost or refused";
    if (server->idle)
        return "its server's CPU left the link idle within a call";
    if (server->call_ps > view->interval_ps)
        return "a call can take its server's link for longer than an interval";
    /* The first packet of a call may be as much earlier in it as all streams before have a packet less. */
    weft_ps earlier_ps = server->streams * wire_ps(view, input->stream, in_bps(view, port));
    weft_ps drain_ps = view->most_packets[input->stream] *
                       wire_ps(view, input->stream, weft_setup_port_bps(view->setup, port));
    if (drain_ps + earlier_ps > view->interval_ps)
        return "the port may not be empty again before the next call";
    return NULL;
}

static const char *interleaved_objection(const struct theory_view *view, uint32_t port)
{
    const char *objection = burst_objection(view, port);
    if (!objection && !server_at(view, port)->alike)
        return "the streams of its server differ in rate, packet size or start";
    return objection;
}

static struct weft_rho rho_of_turns(const struct theory_view *view, uint32_t port, uint64_t turns)
{
    return weft_theory_rho(turns, in_bps(view, port), weft_setup_port_bps(view->setup, port));
}

static double peak_of_turns(const struct theory_view *view, uint32_t port, uint64_t turns)
{
    return (double)weft_theory_peak_packets(view->most_packets[first_input(view, port)->stream],
                                            rho_of_turns(view, port, turns));
}

static double burst_value(const struct theory_view *view, uint32_t port, uint64_t above)
{
    (void)above;
    return peak_of_turns(view, port, 1);
}

static double interleaved_value(const struct theory_view *view, uint32_t port, uint64_t above)
{
    (void)above;
    return peak_of_turns(view, port, server_at(view, port)->streams);
}

static const struct theory burst = {
    .name = "burst peak",
    .unit = "packets",
    .help = "n packets of a stream back to back: n - floor((n - 1) min(1, C_out / C_in))",
    .fits = fits_burst,
    .objection = burst_objection,
    .value = burst_value,
    .measured = peak_packets,
};

static const struct theory interleaved = {
    .name = "interleaved peak",
    .unit = "packets",
    .help = "n packets of each of N equal streams that take turns: n - floor((n - 1) min(1, N C_out / C_in))",
    .fits = fits_interleaved,
    .objection = interleaved_objection,
    .value = interleaved_value,
    .measured = peak_packets,
};

/* --- the same where bytes leave as they are sent --- */

static bool is_fluid(const struct theory_view *view)
{
    bool fluid = false;
    for (uint32_t s = 0; s < view->setup->switches; s++) {
        const struct weft_accounting *accounting = view->setup->switch_[s].rules.accounting;
        fluid = fluid || (accounting && accounting->left_bytes);
    }
    return fluid;
}

static bool fits_fluid_burst(const struct theory_view *view)
{
    return is_fluid(view) && fits_burst(view);
}

static bool fits_fluid_interleaved(const struct theory_view *view)
{
    return is_fluid(view) && fits_interleaved(view);
}

static const char *fluid_objection(const struct theory_view *view, uint32_t port)
{
    const struct weft_port_rules *rules = rules_at(view, port);
    if (!rules->accounting || !rules->accounting->left_bytes)
        return "its switch counts frames whole";
    return rules->memory.cell_bytes > 1 ? "its switch counts cells" : NULL;
}

static const char *fluid_burst_objection(const struct theory_view *view, uint32_t port)
{
    const char *objection = fluid_objection(view, port);
    return objection ? objection : burst_objection(view, port);
}

static const char *fluid_interleaved_objection(const struct theory_view *view, uint32_t port)
{
    const char *objection = fluid_objection(view, port);
    return objection ? objection : interleaved_objection(view, port);
}

static double fluid_peak_of_turns(const struct theory_view *view, uint32_t port, uint64_t turns)
{
    uint32_t stream = first_input(view, port)->stream;
    return (double)weft_theory_peak_fluid_bytes(
        view->most_packets[stream], theory_frame_bytes(view->setup, stream), rho_of_turns(view, port, turns));
}

static double fluid_burst_value(const struct theory_view *view, uint32_t port, uint64_t above)
{
    (void)above;
    return fluid_peak_of_turns(view, port, 1);
}

static double fluid_interleaved_value(const struct theory_view *view, uint32_t port, uint64_t above)
{
    (void)above;
    return fluid_peak_of_turns(view, port, server_at(view, port)->streams);
}

static const struct theory fluid_burst = {
    .name = "burst peak, fluid",
    .unit = "bytes",
    .help = "n frames of L bytes back to back: L (n - (n - 1) min(1, C_out / C_in)), rounded up",
    .fits = fits_fluid_burst,
    .objection = fluid_burst_objection,
    .value = fluid_burst_value,
    .measured = peak_bytes,
};

static const struct theory fluid_interleaved = {
    .name = "interleaved peak, fluid",
    .unit = "bytes",
    .help =
        "n frames of L bytes of each of N equal streams: L (n - (n - 1) min(1, N C_out / C_in)), rounded up",
    .fits = fits_fluid_interleaved,
    .objection = fluid_interleaved_objection,
    .value = fluid_interleaved_value,
    .measured = peak_bytes,
};

/* --- spaced packets --- */

static bool fits_spaced(const struct theory_view *view)
{
    return !sent_back_to_back(view);
}

static const char *spaced_objection(const struct theory_view *view, uint32_t port)
{
    const struct theory_input *input = first_input(view, port);
    weft_ps packet_ps = wire_ps(view, input->stream, weft_setup_port_bps(view->setup, port));
    if (inputs_at(view, port) != 1)
        return "several streams share the port";
    if (view->result->arrivals[input->place].least_gap_ps < packet_ps)
        return "packets come closer to each other than the port sends them";
    return NULL;
}

static double spaced_value(const struct theory_view *view, uint32_t port, uint64_t above)
{
    (void)view;
    (void)port;
    (void)above;
    return 1;
}

static const struct theory spaced = {
    .name = "spaced peak",
    .unit = "packets",
    .help = "1, as packets of a stream come no closer to each other than the port sends them",
    .fits = fits_spaced,
    .objection = spaced_objection,
    .value = spaced_value,
    .measured = peak_packets,
};

/* --- random phases --- */

static bool fits_nddd1(const struct theory_view *view)
{
    return axes(view)->pacing->at_packet_times && view->random_starts;
}

/* Packet time of the streams in packet times of the port. */
static double nddd1_period(const struct theory_view *view, uint32_t port)
{
    const struct weft_clock *clock = &stream_at(view, port)->clock;
    double wire = theory_wire_bytes(view->setup, first_input(view, port)->stream);
    return clock->payload_bytes / wire * (double)weft_setup_port_bps(view->setup, port) /
           (double)clock->rate_bps;
}

static const char *nddd1_objection(const struct theory_view *view, uint32_t port)
{
    const struct weft_clock *first = &stream_at(view, port)->clock;
    for (uint32_t i = view->inputs.first[port]; i < view->inputs.first[port + 1]; i++) {
        if (!is_stream(view, i))
            continue;
        const struct weft_stream *stream = &view->setup->stream[view->inputs.input[i].stream];
        const struct weft_clock *clock = &stream->clock;
        if (view->inputs.input[i].link >= view->setup->servers || view->server[stream->server].streams != 1)
            return "its streams share a link before the port";
        if (clock->media || clock->rate_bps != first->rate_bps ||
            clock->payload_bytes != first->payload_bytes)
            return "its streams differ in rate or packet size";
        if (view->setup->warmup_ps < weft_duration_up(8 * (uint64_t)clock->payload_bytes, clock->rate_bps))
            return "warm-up is shorter than a packet time";
    }
    if (nddd1_period(view, port) <= inputs_at(view, port))
        return "the port has more to send than it can";
    if (port_result(view, port)->dropped_packets > 0)
        return "packets were lost";
    return NULL;
}

static double nddd1_value(const struct theory_view *view, uint32_t port, uint64_t above)
{
    return weft_theory_nddd1_exceeds(inputs_at(view, port), nddd1_period(view, port), (double)above);
}

static double nddd1_measured(const struct theory_view *view, uint32_t port, uint64_t above)
{
    const struct weft_port_result *result = port_result(view, port);
    weft_ps ps = 0;
    for (uint32_t bin = weft_held_bin(above + 1); bin < WEFT_HELD_BINS; bin++)
        ps += result->held_ps[bin];
    return (double)ps / (double)plan_window_ps(view->plan);
}

static const struct theory nddd1 = {
    .name = "N*D/D/1",
    .unit = "probability",
    .help = "N equal streams with random phases: share of time with more packets held; measured of one draw "
            "of phases",
    .fits = fits_nddd1,
    .objection = nddd1_objection,
    .value = nddd1_value,
    .measured = nddd1_measured,
    .levels = true,
};

/* --- bounds --- */

static bool fits_all(const struct theory_view *view)
{
    (void)view;
    return true;
}

static const char *no_objection(const struct theory_view *view, uint32_t port)
{
    (void)view;
    (void)port;
    return NULL;
}

static double bound_value(const struct theory_view *view, uint32_t port, uint64_t above)
{
    (void)above;
    return (double)theory_bound_bytes(view->setup, &view->inputs, view->result->arrivals, port,
                                      weft_metrics_totals(view->result->metrics)->end_ps);
}

static const struct theory bound = {
    .name = "network-calculus bound",
    .unit = "bytes",
    .help = "most frame bytes that streams of these rates can make the port hold, with their jitter at it as "
            "measured",
    .bounds = true,
    .fits = fits_all,
    .objection = no_objection,
    .value = bound_value,
    .measured = peak_bytes,
};

/* --- shared pools --- */

static bool is_dynamic(const struct weft_port_rules *rules)
{
    return rules->sharing && strcmp(rules->sharing->name, "dynamic") == 0;
}

static bool fits_threshold(const struct theory_view *view)
{
    bool any = false;
    for (uint32_t s = 0; s < view->setup->switches; s++)
        any = any || is_dynamic(&view->setup->switch_[s].rules);
    return any;
}

static const char *threshold_objection(const struct theory_view *view, uint32_t port)
{
    if (!is_dynamic(rules_at(view, port)))
        return "its switch has no dynamic thresholds";
    return NULL;
}

/* A queue of q takes a frame if q < alpha (B - q) at most, so with that frame, in cells where there are some, it holds no
 * more than this and its reserve. */
static double threshold_value(const struct theory_view *view, uint32_t port, uint64_t above)
{
    const struct weft_buffer_params *memory = &rules_at(view, port)->memory;
    uint64_t frame_bytes = 0;
    (void)above;
    for (uint32_t i = view->inputs.first[port]; i < view->inputs.first[port + 1]; i++)
        frame_bytes = MAX(frame_bytes, theory_frame_bytes(view->setup, view->inputs.input[i].stream));
    return (
        double)(memory->reserved_bytes + weft_stored_bytes(memory->cell_bytes, frame_bytes) +
                weft_theory_threshold_bytes(memory->shared_bytes, memory->alpha_num, memory->alpha_den, 1));
}

static const struct theory threshold = {
    .name = "dynamic threshold",
    .unit = "bytes",
    .help = "one overloaded port settles at alpha B / (1 + alpha) of the pool, more of them at less; its "
            "reserve and a frame more",
    .bounds = true,
    .fits = fits_threshold,
    .objection = threshold_objection,
    .value = threshold_value,
    .measured = peak_bytes,
};

const struct theory *const theories[] = {
    &burst, &interleaved, &fluid_burst, &fluid_interleaved, &spaced, &nddd1, &threshold, &bound, NULL};
