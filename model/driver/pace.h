/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_PACE_H
#define WEFT_DRIVER_PACE_H

/* When the packets of a call may go out: launch times, one a packet, or slices, some packets each. The packets of an
 * interval are counted over all its calls. */

#include "weft/driver.h"

/* The launch time of the next packet, exactly at_ps + carry / of_packets, and how much later each next one is. */
struct weft_launch {
    weft_ps at_ps, step_ps;
    uint64_t carry, step_carry;
    uint64_t of_packets; /* of the interval; 0: the call has no launch times */
};
/* Of the call's first packet. */
struct weft_launch weft_launch_first(const struct weft_call *call);

/* The next packet's launch time, 0 without; moves on to the one after it. Inline: every packet asks. */
static inline weft_ps weft_launch_next(struct weft_launch *launch)
{
    weft_ps launch_ps = launch->at_ps;
    if (launch->of_packets == 0)
        return 0;
    launch->at_ps += launch->step_ps;
    launch->carry += launch->step_carry;
    if (launch->carry >= launch->of_packets) {
        launch->carry -= launch->of_packets;
        launch->at_ps++;
    }
    return launch_ps;
}

/* A slice of a call: rung at `at_ps` at the earliest. */
struct weft_slice {
    weft_ps at_ps;
    uint64_t packets; /* that are left in it; at least 1 */
};
/* The slice in which packet `packet` (0: its first) of the call lies, from that packet on. All packets lie in one slice at 0
 * where the call is not sliced. */
struct weft_slice weft_slice_from(const struct weft_call *call, uint64_t packet);

#endif
