/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_NETWORK_HELD_H
#define WEFT_NETWORK_HELD_H

/* What a port with a limit holds: frames in the order in which they leave, in a ring that grows to the
 * largest number ever held. */

#include "weft/base.h"

struct weft_held_frame {
    weft_ps out_ps;
    uint64_t bytes;
};

struct weft_held {
    struct weft_held_frame *slot;
    uint64_t slots;      /* a power of two, or 0: nothing was ever held */
    uint64_t head, tail; /* run free; tail - head frames are held */
    uint64_t bytes;
};

void weft_held_clear(struct weft_held *held);
/* Forget the frames that have left at or before `now_ps`. */
void weft_held_leave(struct weft_held *held, weft_ps now_ps);
/* One more, which leaves after all others. */
void weft_held_enter(struct weft_held *held, weft_ps out_ps, uint64_t bytes);

/* When the next one leaves; there must be one. */
static inline weft_ps weft_held_next(const struct weft_held *held)
{
    return held->slot[held->head & (held->slots - 1)].out_ps;
}

static inline uint64_t weft_held_packets(const struct weft_held *held)
{
    return held->tail - held->head;
}

#endif
