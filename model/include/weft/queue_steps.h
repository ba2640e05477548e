/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_QUEUE_STEPS_H
#define WEFT_QUEUE_STEPS_H

/* What every port of every switch holds over time, change by change: an observer of what comes to the switches, by the
 * same accounting as the occupancy in results (weft/metrics.h), background traffic included. */

#include "weft/setup.h"
#include "weft/train.h"

WEFT_BEGIN_DECLS

/* From `at_ps` on port `port` (numbers of the fabric's ports) holds so many packets and bytes, cells and fluid accounting
 * as its switch has them. Called for each packet that comes into a port (`arrival`) and for each whose last bit has left
 * it. Those of one port come in order of time, of those at one instant departures first; those of different ports take
 * turns as the observer finds out. */
typedef void weft_queue_step(void *ctx, uint32_t port, weft_ps at_ps, bool arrival, uint64_t packets,
                             uint64_t bytes);

struct weft_queue_steps;
/* Borrows the setup, and hands `ctx` to `step`. The caller frees. */
struct weft_queue_steps *weft_queue_steps_new(const struct weft_setup *setup, weft_queue_step *step,
                                              void *ctx);
void weft_queue_steps_free(struct weft_queue_steps *steps);
struct weft_watch weft_queue_steps_watch(struct weft_queue_steps *steps);

/* Nothing more will come: tell of the departures that are left. At most once. */
void weft_queue_steps_finish(struct weft_queue_steps *steps);

WEFT_END_DECLS

#endif
