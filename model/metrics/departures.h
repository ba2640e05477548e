/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_METRICS_DEPARTURES_H
#define WEFT_METRICS_DEPARTURES_H

/* When frames leave a switch, over all its ports. Where frames find their ports empty and are alike they leave in the order in
 * which they come, so that one queue holds them in order of departure; a few kinds of frames or ports need a few such queues
 * (as the piles of patience sorting). What fits none of them is somebody else's to keep. */

#include "weft/base.h"

struct weft_departure {
    weft_ps out_ps;
    uint32_t frame_bytes;
};

enum { WEFT_DEPARTURE_QUEUES = 4 };

/* Departures [head, tail), never decreasing; behind them one that never comes. */
struct weft_departure_queue {
    struct weft_departure *slot;
    uint32_t head, tail, slots;
    weft_ps last_ps; /* of the departure that was put in last, over or not */
};
struct weft_departures {
    struct weft_departure_queue queue[WEFT_DEPARTURE_QUEUES];
    uint32_t queues; /* in use */
};

void weft_departures_clear(struct weft_departures *departures);

/* The queue that a departure at `out_ps` may be put into, with room for `room` more; NULL: none. */
struct weft_departure_queue *weft_departures_fit(struct weft_departures *departures, weft_ps out_ps,
                                                 uint32_t room);

/* All departures are so much later. */
void weft_departures_shift(struct weft_departures *departures, weft_ps later_ps);

/* Take out what has left by `now_ps`; the result is its bytes. Inline: asked for most packets that queue up. */
static inline uint64_t weft_departures_drop(struct weft_departures *departures, weft_ps now_ps)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < departures->queues; i++) {
        struct weft_departure_queue *queue = &departures->queue[i];
        while (queue->slot[queue->head].out_ps <= now_ps)
            bytes += queue->slot[queue->head++].frame_bytes;
    }
    return bytes;
}

#endif
