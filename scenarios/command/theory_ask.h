/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_THEORY_ASK_H
#define COMMAND_THEORY_ASK_H

/* What formulas ask about a port. */

#include "theory.h"

static inline const struct weft_method *theory_axes(const struct theory_view *view)
{
    return &view->setup->write.axes;
}

static inline bool theory_is_stream(const struct theory_view *view, uint32_t input)
{
    return view->inputs.input[input].stream < view->setup->streams;
}

/* Streams that have a port on their ways; sources of background traffic, which may be silent, are none. */
static inline guint theory_inputs_at(const struct theory_view *view, uint32_t port)
{
    guint streams = 0;
    for (uint32_t i = view->inputs.first[port]; i < view->inputs.first[port + 1]; i++)
        streams += theory_is_stream(view, i);
    return streams;
}

static inline const struct theory_input *theory_first_input(const struct theory_view *view, uint32_t port)
{
    uint32_t i = view->inputs.first[port];
    while (!theory_is_stream(view, i))
        i++;
    return &view->inputs.input[i];
}

static inline const struct weft_stream *theory_stream_at(const struct theory_view *view, uint32_t port)
{
    return &view->setup->stream[theory_first_input(view, port)->stream];
}

static inline const struct theory_server *theory_server_at(const struct theory_view *view, uint32_t port)
{
    return &view->server[theory_stream_at(view, port)->server];
}

/* How fast packets come over the link of the port's server: a shaper stands before it as a slower link would. */
static inline uint64_t theory_in_bps(const struct theory_view *view, uint32_t port)
{
    return theory_axes(view)->pacing->shapes
               ? view->setup->write.pacing_argument
               : view->setup->server[theory_stream_at(view, port)->server].link_bps;
}

static inline const struct weft_port_result *theory_port_result(const struct theory_view *view, uint32_t port)
{
    return weft_metrics_port(view->result->metrics, port);
}

static inline double theory_peak_packets(const struct theory_view *view, uint32_t port, uint64_t above)
{
    (void)above;
    return (double)theory_port_result(view, port)->peak_packets;
}

static inline double theory_peak_bytes(const struct theory_view *view, uint32_t port, uint64_t above)
{
    (void)above;
    return (double)theory_port_result(view, port)->peak_frame_bytes;
}

static inline const struct weft_port_rules *theory_rules_at(const struct theory_view *view, uint32_t port)
{
    return &view->setup->switch_[weft_setup_port_switch(view->setup, port)].rules;
}

static inline weft_ps theory_wire_ps(const struct theory_view *view, uint32_t stream, uint64_t rate_bps)
{
    return weft_duration_up(8 * (uint64_t)theory_wire_bytes(view->setup, stream), rate_bps);
}

/* Peaks that packets which come back to back, or spaced, must make. */
extern const struct theory theory_burst, theory_interleaved, theory_fluid_burst, theory_fluid_interleaved,
    theory_spaced;

#endif
