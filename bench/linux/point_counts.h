/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_LINUX_POINT_COUNTS_H
#define BENCH_LINUX_POINT_COUNTS_H

/* What a packet of a point takes, counted by libweft itself: a server whose applications write nothing but the point's calls. So what
 * is fitted to measurements and what a simulation prices are the same counts. */

#include "point.h"
#include "weft/cost.h"

/* Of a packet, on average over many calls, which go on where the one before ended. Events that a sink has not (point_events_absent)
 * are 0. */
void point_counts(const struct point *point, double count[WEFT_EVENTS]);

/* Events of a sender that sleeps, or of a NIC: a thread that sends without a pause into a link that drops, all within its own system
 * calls, has none of them. Ends with WEFT_EVENTS. */
extern const enum weft_event point_events_absent[];

/* A method and the axes of libweft that say the same. */
struct point_axes {
    const char *method; /* name in methods[] */
    const char *interface;
    bool copies;     /* the CPU copies, unless the point is zero copy */
    bool registered; /* memory that is not copied was pinned before */
};
extern const struct point_axes point_axes[]; /* ends with a NULL method */

#endif
