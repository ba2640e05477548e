/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

/* One timed run. The clock starts when simulated time passes the warm-up and stops when the last packet has arrived;
 * what comes before (process, module, platform, buffers) is the start-up. */

#include "cases.h"

struct bench_sample {
    uint64_t packets;       /* that arrived at devices while the clock ran */
    double wall_ns, cpu_ns; /* of those */
    double startup_ns;      /* from the scenario's file to the first event */
    uint64_t memory_bytes;  /* what setup, observers and run hold at the end, when every buffer has grown */
    uint64_t peak_bytes;    /* most resident memory of the run, less what was there before it */
    double link_busy;
};

/* A bench_work: `what` is a struct bench_case, `result` a struct bench_sample. */
gboolean bench_measure(gconstpointer what, gpointer result, GError **error);

/* The same for a run of `duration_ps`, with one more observer (may be NULL). */
gboolean bench_measure_run(const struct bench_case *what, weft_ps duration_ps, const struct weft_watch *extra,
                           struct bench_sample *sample, GError **error);

double bench_clock_ns(void);

#endif
