/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_THEORY_BOUND_H
#define COMMAND_THEORY_BOUND_H

/* What a port of a scenario can hold at most, from how its streams come to it. */

#include "weft/arrivals.h"

#include <glib.h>

/* One stream, or source of background traffic, at one port. */
struct theory_input {
    uint32_t stream; /* or streams + source */
    uint32_t place;  /* in the routes and in the reports of arrivals */
    uint32_t link;   /* that it comes over: of server i, servers + trunk, or servers + trunks + source */
};
/* Inputs by port, and by link among those of one port. */
struct theory_inputs {
    struct theory_input *input;
    uint32_t *first; /* of port p: input[first[p]] .. input[first[p + 1] - 1] */
};
/* The caller clears. */
void theory_inputs_init(struct theory_inputs *inputs, const struct weft_setup *setup);
void theory_inputs_clear(struct theory_inputs *inputs);

/* Frame and wire bytes of a full packet of a stream or source. */
uint32_t theory_frame_bytes(const struct weft_setup *setup, uint32_t stream);
uint32_t theory_wire_bytes(const struct weft_setup *setup, uint32_t stream);

/* Network calculus: most bytes that a port can hold at an instant, in cells where its switch has cells, until `horizon_ps`. A stream's packets are due one
 * in a packet time (media: as many as fall due in an interval at most), and come as much closer to each other as its
 * jitter at this port says; those that come over one link are apart by it, and that is all that is known of background traffic. With the packet that is being sent, which is
 * held whole. Ports as the fabric has them: store and forward, first in first out. */
uint64_t theory_bound_bytes(const struct weft_setup *setup, const struct theory_inputs *inputs,
                            const struct weft_arrival_report *arrivals, uint32_t port, weft_ps horizon_ps);

#endif
