/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Peaks of ports, and when each must be met. */

#include "theory_ask.h"

#include "weft/theory.h"

/* --- peaks of calls that are sent back to back --- */

static bool sent_back_to_back(const struct theory_view *view)
{
    const struct weft_pacing *pacing = theory_axes(view)->pacing;
    return !pacing->at_packet_times && !pacing->spreads && !pacing->slices &&
           !theory_axes(view)->queues->per_destination;
}

static bool fits_burst(const struct theory_view *view)
{
    return sent_back_to_back(view) &&
           (theory_axes(view)->unit->max_entries == 1 || theory_axes(view)->order == &weft_order_sequential);
}

/* Orders in which equal quantities of equal packets take turns, packet by packet. */
static bool takes_turns(const struct theory_view *view)
{
    const struct weft_order *order = theory_axes(view)->order;
    uint64_t argument = view->setup->write.order_argument;
    return order == &weft_order_round_robin || order == &weft_order_smooth || order == &weft_order_swrr ||
           (order == &weft_order_drr && argument == 0) || (order == &weft_order_chunk && argument == 1);
}

static bool fits_interleaved(const struct theory_view *view)
{
    return sent_back_to_back(view) && theory_axes(view)->unit->max_entries > 1 && takes_turns(view);
}

static const char *burst_objection(const struct theory_view *view, uint32_t port)
{
    const struct theory_input *input = theory_first_input(view, port);
    const struct weft_stream *stream = theory_stream_at(view, port);
    const struct theory_server *server = theory_server_at(view, port);
    if (theory_inputs_at(view, port) != 1)
        return "several streams share the port";
    if (input->link >= view->setup->servers)
        return "its packets come over a trunk";
    if (stream->clock.media || stream->live)
        return "its stream has no constant rate, or is live";
    if (view->setup->server[stream->server].applications != 1)
        return "several applications share its server's link";
    if (theory_port_result(view, port)->dropped_packets > 0 ||
        weft_metrics_stream(view->result->metrics, input->stream)->refused.packets > 0)
        return "packets were lost or refused";
    if (server->idle)
        return "its server's CPU left the link idle within a call";
    if (server->call_ps > view->interval_ps)
        return "a call can take its server's link for longer than an interval";
    /* The first packet of a call may be as much earlier in it as all streams before have a packet less. */
    weft_ps earlier_ps = server->streams * theory_wire_ps(view, input->stream, theory_in_bps(view, port));
    weft_ps drain_ps = view->most_packets[input->stream] *
                       theory_wire_ps(view, input->stream, weft_setup_port_bps(view->setup, port));
    if (drain_ps + earlier_ps > view->interval_ps)
        return "the port may not be empty again before the next call";
    return NULL;
}

static const char *interleaved_objection(const struct theory_view *view, uint32_t port)
{
    const char *objection = burst_objection(view, port);
    if (!objection && !theory_server_at(view, port)->alike)
        return "the streams of its server differ in rate, packet size or start";
    return objection;
}

static struct weft_rho rho_of_turns(const struct theory_view *view, uint32_t port, uint64_t turns)
{
    return weft_theory_rho(turns, theory_in_bps(view, port), weft_setup_port_bps(view->setup, port));
}

static double peak_of_turns(const struct theory_view *view, uint32_t port, uint64_t turns)
{
    return (double)weft_theory_peak_packets(view->most_packets[theory_first_input(view, port)->stream],
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
    return peak_of_turns(view, port, theory_server_at(view, port)->streams);
}

const struct theory theory_burst = {
    .name = "burst peak",
    .unit = "packets",
    .help = "n packets of a stream back to back: n - floor((n - 1) min(1, C_out / C_in))",
    .fits = fits_burst,
    .objection = burst_objection,
    .value = burst_value,
    .measured = theory_peak_packets,
};

const struct theory theory_interleaved = {
    .name = "interleaved peak",
    .unit = "packets",
    .help = "n packets of each of N equal streams that take turns: n - floor((n - 1) min(1, N C_out / C_in))",
    .fits = fits_interleaved,
    .objection = interleaved_objection,
    .value = interleaved_value,
    .measured = theory_peak_packets,
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
    const struct weft_port_rules *rules = theory_rules_at(view, port);
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
    uint32_t stream = theory_first_input(view, port)->stream;
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
    return fluid_peak_of_turns(view, port, theory_server_at(view, port)->streams);
}

const struct theory theory_fluid_burst = {
    .name = "burst peak, fluid",
    .unit = "bytes",
    .help = "n frames of L bytes back to back: L (n - (n - 1) min(1, C_out / C_in)), rounded up",
    .fits = fits_fluid_burst,
    .objection = fluid_burst_objection,
    .value = fluid_burst_value,
    .measured = theory_peak_bytes,
};

const struct theory theory_fluid_interleaved = {
    .name = "interleaved peak, fluid",
    .unit = "bytes",
    .help =
        "n frames of L bytes of each of N equal streams: L (n - (n - 1) min(1, N C_out / C_in)), rounded up",
    .fits = fits_fluid_interleaved,
    .objection = fluid_interleaved_objection,
    .value = fluid_interleaved_value,
    .measured = theory_peak_bytes,
};

/* --- spaced packets --- */

static bool fits_spaced(const struct theory_view *view)
{
    return !sent_back_to_back(view);
}

static const char *spaced_objection(const struct theory_view *view, uint32_t port)
{
    const struct theory_input *input = theory_first_input(view, port);
    weft_ps packet_ps = theory_wire_ps(view, input->stream, weft_setup_port_bps(view->setup, port));
    if (theory_inputs_at(view, port) != 1)
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

const struct theory theory_spaced = {
    .name = "spaced peak",
    .unit = "packets",
    .help = "1, as packets of a stream come no closer to each other than the port sends them",
    .fits = fits_spaced,
    .objection = spaced_objection,
    .value = spaced_value,
    .measured = theory_peak_packets,
};
