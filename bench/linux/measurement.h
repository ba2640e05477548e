/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_LINUX_MEASUREMENT_H
#define BENCH_LINUX_MEASUREMENT_H

/* Processor time a packet of every method, on links that drop what they are given, so that no receiver's work lands on the sender's
 * thread. Methods take turns, round by round. */

#include "methods.h"

enum { MEASUREMENT_METHODS_MOST = 16, MEASUREMENT_ROUNDS_MOST = 1000 };

/* Of one method in one round. */
struct measurement_sample {
    double cpu_ns;               /* a packet, by the thread's processor clock */
    double wall_ns;              /* a packet */
    double driver_ns, gather_ns; /* a packet, of the wall time; 0 of sockets */
};
struct measurement {
    struct call_size size;
    uint32_t rounds;     /* 1 .. MEASUREMENT_ROUNDS_MOST */
    uint32_t packets;    /* of a method in a round, at least */
    double ticks_per_ns; /* out: of the time-stamp counter; 0: there is none */
    struct measurement_sample sample[MEASUREMENT_METHODS_MOST][MEASUREMENT_ROUNDS_MOST]; /* out */
};
/* A worker's job: `job` is a struct measurement in shared memory. */
gboolean measurement_run(void *job, GError **error);

#endif
