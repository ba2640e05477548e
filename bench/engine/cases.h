/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_CASES_H
#define BENCH_CASES_H

/* What is measured: each case is a back end, a method, a scale and who looks on. */

#include "backends.h"
#include "plan.h"

/* Rates are such that all scales load the server's link alike. */
struct bench_scale {
    uint32_t streams; /* and as many devices */
    uint64_t stream_bps, port_bps;
    bool quick; /* also with --quick */
};

/* Who looks on, and how many packets make a run long enough to time. */
struct bench_observers {
    const char *name;
    bool metrics, timing, payload, trace, capture;
    uint64_t packets;
};

struct bench_case {
    const struct backend_row *backend;
    const char *method;
    const struct bench_scale *scale;
    const struct bench_observers *observers;
    bool quick;       /* as short as can be: numbers without meaning */
    uint64_t packets; /* to time, at least */
};

extern const struct bench_scale bench_scales[];        /* ends with 0 streams, ascending */
extern const struct bench_observers bench_observers[]; /* ends with a NULL name */

/* Every case whose name matches `only` (a glob pattern; NULL: all), of the back ends that were built. The caller
 * unrefs. */
GArray *bench_cases(bool quick, const char *only);
/* "reference/interleaved/1000/metrics". The caller frees with g_free. */
char *bench_case_name(const struct bench_case *what);

/* Simulated time before the clock runs, and in all. */
weft_ps bench_warmup_ps(const struct bench_case *what);
weft_ps bench_duration_ps(const struct bench_case *what);

/* The scenario of the case, but of `duration_ps`. FALSE, an error and nothing to clear. */
struct bench_plan {
    struct scenario *scenario;
    struct media_library *media;
    struct plan *plan;
};
gboolean bench_plan_init(struct bench_plan *plan, const struct bench_case *what, weft_ps duration_ps,
                         GError **error);
void bench_plan_clear(struct bench_plan *plan);

/* Share of the server's link that the streams fill. */
double bench_link_busy(const struct weft_setup *setup);

#endif
