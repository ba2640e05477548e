/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "periodic_run.h"

#include "agreement/child.h"
#include "weft/reference.h"

#include <math.h>

enum { FROM = 3 }; /* the period that is looked at */

/* Packets in the order in which they came. */
struct seen {
    uint64_t in_ps[PERIODS * STREAMS_MAX], out_ps[PERIODS * STREAMS_MAX];
    unsigned n;
};

static void see(void *ctx, enum weft_point where, uint32_t node, const struct weft_train *train)
{
    struct seen *seen = ctx;
    (void)node;
    for (uint32_t i = 0; where == WEFT_AT_SWITCH && i < train->n; i++) {
        g_assert_cmpuint(seen->n, <, G_N_ELEMENTS(seen->in_ps));
        seen->in_ps[seen->n] = train->at_ps[i];
        seen->out_ps[seen->n++] = train->done_ps[i];
    }
}

/* What a FIFO has left to do ends when the packet that came last is out: for how long of the period is that more than
 * `least_ps` ahead? */
static double share_of_period(const struct seen *seen, double least_ps)
{
    double time_ps = 0, begin = (double)FROM * PERIOD_PS, end = begin + PERIOD_PS;
    for (unsigned i = 0; i < seen->n; i++) {
        double from = (double)seen->in_ps[i], to = (double)seen->out_ps[i] - least_ps;
        if (i + 1 < seen->n)
            to = fmin(to, (double)seen->in_ps[i + 1]);
        time_ps += fmax(0, fmin(to, end) - fmax(from, begin));
    }
    return time_ps / PERIOD_PS;
}

struct job {
    const struct weft_setup *setup;
    double least_ps;
};

static double measure(const struct job *job, const struct weft_backend *backend)
{
    struct seen seen = {.n = 0};
    const struct weft_watch watch = {.ctx = &seen, .packets = see};
    struct weft_error error;
    g_assert_cmpint(backend->run(job->setup, &watch, 1, &error), ==, WEFT_OK);
    g_assert_cmpuint(seen.n, >=, (PERIODS - 1) * job->setup->streams);
    return share_of_period(&seen, job->least_ps);
}

#ifdef WEFT_ORACLE_MODULE
static GBytes *measure_there(const void *data)
{
    double share = measure(data, child_backend(WEFT_ORACLE_MODULE));
    return g_bytes_new(&share, sizeof share);
}

static void check_there(const struct job *job, double share)
{
    g_autoptr(GBytes) there = child_run(measure_there, job);
    g_assert_cmpfloat(*(const double *)g_bytes_get_data(there, NULL), ==, share);
}
#else
static void check_there(const struct job *job, double share)
{
    (void)job, (void)share;
}
#endif

double periodic_share(const struct weft_setup *setup, double least_ps, bool both)
{
    const struct job job = {setup, least_ps};
    double share = measure(&job, &weft_backend_reference);
    if (both)
        check_there(&job, share);
    return share;
}
