/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of formulas, with those that are no peaks to be met: probabilities and bounds. */

#include "summary.h"
#include "theory_ask.h"

#include "weft/theory.h"

#include <string.h>

/* --- random phases --- */

static bool fits_nddd1(const struct theory_view *view)
{
    return theory_axes(view)->pacing->at_packet_times && view->random_starts;
}

/* Packet time of the streams in packet times of the port. */
static double nddd1_period(const struct theory_view *view, uint32_t port)
{
    const struct weft_clock *clock = &theory_stream_at(view, port)->clock;
    double wire = theory_wire_bytes(view->setup, theory_first_input(view, port)->stream);
    return clock->payload_bytes / wire * (double)weft_setup_port_bps(view->setup, port) /
           (double)clock->rate_bps;
}

static const char *nddd1_objection(const struct theory_view *view, uint32_t port)
{
    const struct weft_clock *first = &theory_stream_at(view, port)->clock;
    for (uint32_t i = view->inputs.first[port]; i < view->inputs.first[port + 1]; i++) {
        if (!theory_is_stream(view, i))
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
    if (nddd1_period(view, port) <= theory_inputs_at(view, port))
        return "the port has more to send than it can";
    if (theory_port_result(view, port)->dropped_packets > 0)
        return "packets were lost";
    return NULL;
}

static double nddd1_value(const struct theory_view *view, uint32_t port, uint64_t above)
{
    return weft_theory_nddd1_exceeds(theory_inputs_at(view, port), nddd1_period(view, port), (double)above);
}

static double nddd1_measured(const struct theory_view *view, uint32_t port, uint64_t above)
{
    const struct weft_port_result *result = theory_port_result(view, port);
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
    .measured = theory_peak_bytes,
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
    if (!is_dynamic(theory_rules_at(view, port)))
        return "its switch has no dynamic thresholds";
    return NULL;
}

/* A queue of q takes a frame if q < alpha (B - q) at most, so with that frame, in cells where there are some, it holds no
 * more than this and its reserve. */
static double threshold_value(const struct theory_view *view, uint32_t port, uint64_t above)
{
    const struct weft_buffer_params *memory = &theory_rules_at(view, port)->memory;
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
    .measured = theory_peak_bytes,
};

const struct theory *const theories[] = {&theory_burst,
                                         &theory_interleaved,
                                         &theory_fluid_burst,
                                         &theory_fluid_interleaved,
                                         &theory_spaced,
                                         &nddd1,
                                         &threshold,
                                         &bound,
                                         NULL};
