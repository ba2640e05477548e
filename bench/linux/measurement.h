/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_LINUX_MEASUREMENT_H
#define BENCH_LINUX_MEASUREMENT_H

/* Processor time a packet of libweft's driver beside what else an application may do to send the same packets. */

#include "point.h"

/* What is measured, a row each; the first one is what the others are compared with. */
struct rival {
    const char *name, *help;
    const char *method; /* of point.h */
    uint32_t group, batch;
    bool link_cuts;
};
extern const struct rival rivals[]; /* ends with a NULL name */
guint rivals_count(void);
bool rival_is_driver(const struct rival *rival);

/* What a call is. */
struct call_size {
    uint32_t streams, packets; /* destinations, packets to each */
    uint32_t sets;             /* of data, of which each call takes one */
};
/* Bytes of all sets of data. */
uint64_t call_data_bytes(const struct call_size *size);

enum { RIVALS_MOST = 16 };
struct measurement {
    struct call_size size;
    uint32_t rounds;                         /* 1 .. POINT_ROUNDS_MOST */
    double ticks_per_ns;                     /* out: of the time-stamp counter; 0: there is none */
    struct point_result result[RIVALS_MOST]; /* out */
};
/* The point that a rival is with calls of this size: never a message of more packets than a destination has. */
struct point rival_point(const struct rival *rival, const struct call_size *size);
gboolean measurement_run(struct measurement *measurement, GError **error);

#endif
