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

/* A train at the switches. Writes into the results of ports, peaks and byte_ps for arrivals at or after warm-up, and
 * held_ps, and into the peaks of switches. */
void weft_occupancy_arrive(struct weft_occupancy *occupancy, const struct weft_train *train,
                           struct weft_port_result *results, struct weft_switch_result *switches);
/* Nothing more will come: complete held_ps. At most once. */
void weft_occupancy_finish(struct weft_occupancy *occupancy, struct weft_port_result *results);

/* The largest that any port, and any switch, held at one instant. */
uint64_t weft_occupancy_peak_port_packets(const struct weft_occupancy *occupancy);
uint64_t weft_occupancy_peak_port_bytes(const struct weft_occupancy *occupancy);
uint64_t weft_occupancy_peak_switch_bytes(const struct weft_occupancy *occupancy);

#endif
