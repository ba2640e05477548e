/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_CASES_H
#define BENCH_CASES_H

/* What is measured: each case is a back end, a method, a scale and who looks on. */

#include "backends.h"
#include "plan.h"

/* Rates are such that all scales load the servers' links alike. */
struct bench_scale {
    const char *name, *help;        /* help: what is special about it; NULL: nothing */
    uint32_t streams;               /* in all, and as many devices */
    uint32_t servers, applications; /* on each server */
    uint64_t link_bps, stream_bps, port_bps;
    uint32_t fewer;         /* so many times fewer packets, because each takes longer */
    bool quick;             /* also with --quick */
    bool media;             /* all streams carry one file, in memory */
    bool phases;            /* streams begin at random phases: quantities of a call differ */
    bool drops;             /* not every packet comes to its device */
    const char *scenario;   /* a file in place of engine.ini; NULL: that one */
    const char *set[4];     /* what else is set, GROUP.KEY=VALUE; ends with NULL */
    uint32_t payload_bytes; /* 0: 1,316 */
    weft_ps interval_ps;    /* 0: 100 ms; 10 ms with --quick */
};

enum { BENCH_WARMUP_INTERVALS = 2, BENCH_LEAST_INTERVALS = 8 };

/* Who looks on, and how many packets make a run long enough to time. */
struct bench_observers {
    const char *name;
    bool metrics, timing, playout, payload, trace, capture;
    uint64_t packets;
};

struct bench_case {
    const struct backend_row *backend;
    const char *method; /* as it is called here */
    const char *order;  /* instead of that of the method `interleaved`; NULL: `method` is weft's */
    const struct bench_scale *scale;
    const struct bench_observers *observers;
    bool quick;       /* as short as can be: numbers without meaning */
    bool counted;     /* its instructions, where these are asked for */
    uint64_t packets; /* to time, at least */
};

extern const struct bench_scale bench_scales[];        /* ends with a NULL name, ascending by streams */
extern const struct bench_observers bench_observers[]; /* ends with a NULL name */

/* Every case whose name matches `only` (a glob pattern; NULL: all), of the back ends that were built. The caller
 * unrefs. */
GArray *bench_cases(bool quick, const char *only);
/* "reference/interleaved/1000/metrics": back end, method, scale, observers. The caller frees with g_free. */
char *bench_case_name(const struct bench_case *what);

uint32_t bench_payload_bytes(const struct bench_scale *scale);
weft_ps bench_interval_ps(const struct bench_case *what);
/* Simulated time before the clock runs, and in all. */
weft_ps bench_warmup_ps(const struct bench_case *what);
weft_ps bench_duration_ps(const struct bench_case *what);

/* The scenario of the case, but of `duration_ps`. FALSE, an error and nothing to clear. */
struct bench_plan {
    struct scenario *scenario;
    struct media_library *media;
    struct plan *plan;
    int media_fd; /* the file of all streams; -1: none */
};
gboolean bench_plan_init(struct bench_plan *plan, const struct bench_case *what, weft_ps duration_ps,
                         GError **error);
void bench_plan_clear(struct bench_plan *plan);

/* Share of the first server's link that its streams fill. */
double bench_link_busy(const struct weft_setup *setup);

#endif
