/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_METRICS_OCCUPANCY_H
#define WEFT_METRICS_OCCUPANCY_H

/* What the switches hold: a frame counts, as the switch stores it, from the instant at which it is in its port
 * until the instant its last bit has left, as the switch's accounting says while it is on the link; of departures and arrivals at one instant the departures come first. */

#include "weft/metrics.h"
#include "weft/queue_steps.h"

struct weft_occupancy;
/* Borrows the setup. The caller frees. */
struct weft_occupancy *weft_occupancy_new(const struct weft_setup *setup);
void weft_occupancy_free(struct weft_occupancy *occupancy);

/* From now on tell every change of what a port holds, also before warm-up. */
void weft_occupancy_tell(struct weft_occupancy *occupancy, weft_queue_step *step, void *ctx);

/* Look at every frame by itself. Before the first one. */
void weft_occupancy_only_plain(struct weft_occupancy *occupancy);

/* A frame comes into port `index` at `in_ps` and leaves at `out_ps`; in order of in_ps over all ports. Writes into the
 * results of ports. */
void weft_occupancy_arrive(struct weft_occupancy *occupancy, uint32_t index, weft_ps in_ps, weft_ps out_ps,
                           uint32_t frame_bytes, struct weft_port_result *results);

/* Bring the results up to date: of ports, peaks and byte_ps of what came at or after warm-up; peaks of switches; the largest
 * of both in the totals. Returns the last departure of frames that were alone in their ports. */
weft_ps weft_occupancy_flush(struct weft_occupancy *occupancy, struct weft_port_result *results,
                             struct weft_switch_result *switches, struct weft_totals *totals);
/* Nothing more will come: complete held_ps. At most once, after a flush. */
void weft_occupancy_finish(struct weft_occupancy *occupancy, struct weft_port_result *results);

#endif
