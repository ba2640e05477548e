/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_METRICS_PLAYOUT_RUN_H
#define WEFT_METRICS_PLAYOUT_RUN_H

#include "metrics/blocks.h"

/* A run for a stream's playout, that keeps to the limits. */
struct playout_run {
    const struct weft_playout_params *params;
    struct weft_playout_state *state;
    struct weft_playout_counters *counters;
    const struct block_run *run;
};
/* As weft_playout_packet() for each of its packets. */
void weft_playout_run(const struct playout_run *it);

/* Of a run that begins now: until playback starts; no run while it has started and nothing has been played; then without
 * end, with no packet late. */
struct block_limits weft_playout_limits(const struct weft_playout_params *params,
                                        const struct weft_playout_state *state);

/* Sum of floor((a + k b) / m) over k = 0 .. n - 1; n (a + n b) stays below 2^127. */
weft_u128 weft_floor_sum(uint64_t n, weft_u128 a, weft_u128 b, uint64_t m);

#endif
