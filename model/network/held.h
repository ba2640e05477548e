/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_NETWORK_HELD_H
#define WEFT_NETWORK_HELD_H

/* What a port with a limit holds: frames in the order in which they leave, in a ring that grows to the
 * largest number ever held. */

#include "weft/image.h"

struct weft_held_frame {
    weft_ps start_ps, out_ps; /* on its link */
    uint64_t bytes;
};

struct weft_held {
    struct weft_held_frame *slot;
    uint64_t slots;      /* a power of two, or 0: nothing was ever held */
    uint64_t head, tail; /* run free; of tail - head frames that are held it is known when they leave */
    uint64_t waiting;    /* of so many it is not */
    uint64_t bytes;
    weft_ps last_out_ps; /* of the last one that entered, gone or not */
};

void weft_held_clear(struct weft_held *held);
/* Twice the room. */
void weft_held_grow(struct weft_held *held);

/* Forget the frames that have left at or before `now_ps`. Inline, as the next: every packet asks. When the last one has left,
 * and mostly it has, no other needs to be looked at. */
static inline void weft_held_leave(struct weft_held *held, weft_ps now_ps)
{
    if (held->last_out_ps <= now_ps && held->waiting == 0) {
        held->head = held->tail;
        held->bytes = 0;
        return;
    }
    for (; held->head != held->tail; held->head++) {
        const struct weft_held_frame *first = &held->slot[held->head & (held->slots - 1)];
        if (first->out_ps > now_ps)
            break;
        held->bytes -= first->bytes;
    }
}

static inline void weft_held_put(struct weft_held *held, struct weft_held_frame frame)
{
    if (held->tail - held->head == held->slots)
        weft_held_grow(held);
    assert(held->last_out_ps <= frame.out_ps);
    held->slot[held->tail++ & (held->slots - 1)] = frame;
    held->last_out_ps = frame.out_ps;
}

/* One more, which leaves after all others and could leave from `ready_ps` on. */
static inline void weft_held_enter(struct weft_held *held, weft_ps ready_ps, weft_ps out_ps, uint64_t bytes)
{
    weft_ps start_ps = ready_ps > held->last_out_ps ? ready_ps : held->last_out_ps;
    weft_held_put(held, (struct weft_held_frame){start_ps, out_ps, bytes});
    held->bytes += bytes;
}

/* The same in two steps: one more, which leaves at an instant not known yet; and one of those, after all of which it is
 * known. */
void weft_held_wait(struct weft_held *held, uint64_t bytes);
void weft_held_send(struct weft_held *held, weft_ps start_ps, weft_ps out_ps, uint64_t bytes);

/* A steady state (weft/image.h), where nobody waits and all that has left is forgotten: how it is; and what it becomes. */
void weft_held_image(const struct weft_held *held, const struct weft_phase *phase, struct weft_image *image);
void weft_held_repeat(struct weft_held *held, weft_ps now_ps, weft_ps later_ps);

/* Whether it is known of any when it leaves. */
static inline bool weft_held_departs(const struct weft_held *held)
{
    return held->tail != held->head;
}

/* The next one to leave; it must be known. */
static inline const struct weft_held_frame *weft_held_next(const struct weft_held *held)
{
    return &held->slot[held->head & (held->slots - 1)];
}

static inline uint64_t weft_held_packets(const struct weft_held *held)
{
    return held->tail - held->head + held->waiting;
}

#endif
