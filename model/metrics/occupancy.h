/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_METRICS_OCCUPANCY_H
#define WEFT_METRICS_OCCUPANCY_H

/* What the switches hold: a frame counts, whole, from the instant its last bit came in until the instant its
 * last bit has left; of departures and arrivals at one instant the departures come first. */

#include "weft/metrics.h"

struct weft_occupancy;
/* Borrows the setup. The caller frees. */
struct weft_occupancy *weft_occupancy_new(const struct weft_setup *setup);
void weft_occupancy_free(struct weft_occupancy *occupancy);

/* A frame came into the queue of `port` at `in_ps` and will have left it at `out_ps`. Instants come in order
 * per switch. Writes peaks and byte_ps into `*result`, for arrivals at or after warm-up. */
void weft_occupancy_arrive(struct weft_occupancy *occupancy, uint32_t port, weft_ps in_ps, weft_ps out_ps,
                           uint32_t frame_bytes, struct weft_port_result *result);

/* The largest number of bytes that a switch held at one instant, of all switches. */
uint64_t weft_occupancy_peak_switch_bytes(const struct weft_occupancy *occupancy);

#endif
