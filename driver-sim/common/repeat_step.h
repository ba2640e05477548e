/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_SIM_REPEAT_STEP_H
#define WEFT_DRIVER_SIM_REPEAT_STEP_H

/* After which time all streams can be as they were, remainders among it: known from rates, packet sizes and the interval
 * before a run begins. Only multiples of it can be periods of the whole. */

#include "common/exchange.h"

struct weft_repeat_step {
    weft_ps step_ps;
    uint64_t packets;         /* of all in it, at most WEFT_REPEAT_MOST_PACKETS */
    uint32_t *stream_packets; /* by stream */
    uint64_t *server_packets; /* by server */
};
/* False, and nothing to clear: there is none, or it is too long for the run, or has too many packets. A step is several where
 * that leaves enough of them and each has few packets. */
bool weft_repeat_step_init(struct weft_repeat_step *step, const struct weft_setup *setup,
                           struct weft_exchange *exchange);
void weft_repeat_step_clear(struct weft_repeat_step *step);

#endif
