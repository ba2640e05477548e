/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_METRICS_ARRIVALS_PRIVATE_H
#define WEFT_METRICS_ARRIVALS_PRIVATE_H

/* What arrivals are kept of, and of a period that may be told again. */

#include "weft/arrivals.h"

/* A server's link, or the shaper before it, and the packet before. */
struct arrivals_link {
    struct weft_pipe pipe;
    uint64_t interval; /* UINT64_MAX: none yet */
};

/* A packet as it leaves its server. */
struct arrivals_packet {
    weft_ps tx_ps;
    uint32_t stream, number, frame_bytes;
};

struct arrivals_period;

struct weft_arrivals {
    const struct weft_setup *setup;
    struct weft_routes routes;
    weft_ps interval_ps, advanced_ps;
    uint32_t gap_bytes;
    struct arrivals_link *link;         /* by server */
    weft_ps *last_ps;                   /* by place on the routes */
    struct weft_arrival_report *report; /* likewise */
    struct arrivals_period *period;     /* NULL: none has begun */
};

/* A packet leaves its server. */
void weft_arrivals_leave(struct weft_arrivals *it, const struct arrivals_packet *packet);

/* arrivals_repeat.c: watch functions, what they are told of meanwhile, and no more of it. */
void weft_arrivals_mark(void *ctx);
void weft_arrivals_repeat(void *ctx, const struct weft_repeat *repeat);
void weft_arrivals_record(struct arrivals_period *period, const struct arrivals_packet *packet);
void weft_arrivals_record_at(struct arrivals_period *period, uint32_t place, weft_ps at_ps);
void weft_arrivals_forget(struct weft_arrivals *it);

#endif
