/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_SWITCH_HELD_H
#define BENCH_SWITCH_HELD_H

/* What ports held, out of what a tap saw. Pure: needs no root and no switch. */

#include "switch_lab.h"
#include "switch_tap.h"

/* How a repeat was run. */
struct switch_run {
    int uplink_index, port_index[SWITCH_PORTS]; /* of links of the switch; device i is behind port i */
    weft_ps packet_ps;                          /* a packet's time on a port's wire */
    weft_ps uplink_packet_ps;                   /* on the uplink's; 0: it is not shaped */
    uint32_t packets, calls;                    /* of each destination in a call */
    uint32_t turn;   /* packets of a destination that come in a row: 1 interleaved, `packets` a burst */
    uint32_t slices; /* as of struct switch_order */
    weft_ps interval_ps;
};

/* Fill in what the tap tells of a repeat: all of `out`, which must be zeroed, but what was sampled. `events`: of struct switch_event, in the order of the
 * tap, from empty ports to empty ports. FALSE and an error where it was not that run: packets that did not come, or out of
 * their turn, or that went without having come. */
gboolean switch_held(const struct switch_run *run, const GArray *events, struct switch_repeat *out,
                     GError **error);

#endif
