/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_WHEEL_H
#define WEFT_WHEEL_H

/* Which ports have something that may leave by now: a timing wheel over port numbers. A port lies in the
 * bucket of an instant; a bucket is met again after each turn, and with it ports that wait longer than one.
 * Entering and meeting a port cost no search, and are inline: both are done for every packet. */

#include "weft/base.h"

WEFT_BEGIN_DECLS

#define WEFT_WHEEL_NONE UINT32_MAX
enum { WEFT_WHEEL_BITS = 64 }; /* of a word of `filled` */

struct weft_wheel {
    uint32_t *first;  /* per bucket: a port, or WEFT_WHEEL_NONE */
    uint32_t *next;   /* per port: the next one in its bucket, or WEFT_WHEEL_NONE */
    uint64_t *filled; /* a bit per bucket: has ports */
    uint64_t buckets; /* a power of two */
    uint32_t shift;   /* a bucket is 2^shift ps */
    uint64_t tick;    /* buckets before it have been met */
};

/* Buckets of at most `bucket_ps`, enough for a turn of `turn_ps` if that is not far more. */
void weft_wheel_init(struct weft_wheel *wheel, uint32_t ports, weft_ps bucket_ps, weft_ps turn_ps);
void weft_wheel_clear(struct weft_wheel *wheel);
/* Take all ports out; `now_ps` is that of the last weft_wheel_take() from now on. */
void weft_wheel_restart(struct weft_wheel *wheel, weft_ps now_ps);

/* Put in a port that is not in; `at_ps` is not before the `now_ps` of the last weft_wheel_take(). */
static inline void weft_wheel_put(struct weft_wheel *wheel, uint32_t port, weft_ps at_ps)
{
    uint64_t bucket = (at_ps >> wheel->shift) & (wheel->buckets - 1);
    wheel->next[port] = wheel->first[bucket];
    wheel->first[bucket] = port;
    wheel->filled[bucket / WEFT_WHEEL_BITS] |= UINT64_C(1) << bucket % WEFT_WHEEL_BITS;
}

/* The first filled bucket from `tick` to `last`; past `last` if there is none. */
static inline uint64_t weft_wheel_find(const struct weft_wheel *wheel, uint64_t tick, uint64_t last)
{
    while (tick <= last) {
        uint64_t bucket = tick & (wheel->buckets - 1);
        uint64_t ahead = wheel->filled[bucket / WEFT_WHEEL_BITS] >> bucket % WEFT_WHEEL_BITS;
        if (ahead)
            return tick + (uint64_t)__builtin_ctzll(ahead);
        tick += WEFT_WHEEL_BITS - bucket % WEFT_WHEEL_BITS;
    }
    return tick;
}

/* Take out the next bucket that may have ports due at or before `now_ps`: a list of ports through next[].
 * WEFT_WHEEL_NONE: there is none. Ports of it that are not due are to be put back. `*last`: no other bucket
 * has ports that are due. */
static inline uint32_t weft_wheel_take(struct weft_wheel *wheel, weft_ps now_ps, bool *last)
{
    uint64_t last_tick = now_ps >> wheel->shift, tick = wheel->tick;
    if (tick + wheel->buckets <= last_tick)
        tick = last_tick - wheel->buckets + 1; /* one turn meets all buckets, however many are over */
    tick = weft_wheel_find(wheel, tick, last_tick);
    *last = tick >= last_tick;
    if (tick > last_tick) {
        wheel->tick = last_tick;
        return WEFT_WHEEL_NONE;
    }
    uint64_t bucket = tick & (wheel->buckets - 1);
    uint32_t port = wheel->first[bucket];
    wheel->first[bucket] = WEFT_WHEEL_NONE;
    wheel->filled[bucket / WEFT_WHEEL_BITS] &= ~(UINT64_C(1) << bucket % WEFT_WHEEL_BITS);
    wheel->tick = *last ? tick : tick + 1;
    return port;
}

WEFT_END_DECLS

#endif
