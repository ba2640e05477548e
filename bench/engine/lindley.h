/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_LINDLEY_H
#define BENCH_LINDLEY_H

/* The least that any simulator of FIFO ports has to do for a packet: out = max(in, free[port]) + service (D. V. Lindley,
 * "The theory of queues with a single server", 1952), over arrivals that lie ready in arrays. What the machine could do
 * at best, so that the engine's speed is a ratio. Twice: over as many arrivals as stay in a cache, departures only summed; and over
 * all arrivals of the run, which come from memory, departures written there. */

#include "cases.h"

struct bench_lindley {
    uint64_t packets, passes; /* that stay in a cache */
    double wall_ns;           /* of one pass, median */
    uint64_t memory_packets, memory_passes;
    double memory_wall_ns;
};

/* A bench_work: runs the case (on `reference`, without observers), keeps its arrivals at the switch, loops over them,
 * and compares the loop's departures with the engine's. `what` is a struct bench_case, `result` a struct
 * bench_lindley. */
gboolean bench_lindley(gconstpointer what, gpointer result, GError **error);

#endif
