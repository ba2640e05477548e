/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arrivals of a run, and the bare loop over them. */

#include "lindley.h"

#include "failure.h"
#include "measure.h"
#include "series.h"
#include "weft/reference.h"

#include <string.h>

/* As many as stay in a cache of 4 MiB: arrivals from memory would measure memory. */
enum { MOST_PACKETS = 1 << 18, PASSES = 31 };

/* The first packets of a run. Services are whole picoseconds and alike for all ports, which init() asserts. */
struct arrivals {
    const struct weft_setup *setup;
    uint64_t n;
    weft_ps service_ps;
    weft_ps *in_ps;
    uint32_t *port;
    uint64_t out_sum; /* of the engine's departures, modulo 2^64 */
};

static void arrivals_init(struct arrivals *arrivals, const struct weft_setup *setup)
{
    uint32_t frame = weft_frame_bytes(setup->network, setup->stream[0].clock.payload_bytes);
    uint64_t bits = 8 * (uint64_t)weft_wire_bytes(setup->network, frame);
    g_assert(bits * WEFT_PS_PER_S % setup->device[0].rate_bps == 0 &&
             setup->switch_[0].rules.latency_ps == 0);
    for (uint32_t i = 0; i < setup->streams; i++)
        g_assert(setup->stream[i].clock.payload_bytes == setup->stream[0].clock.payload_bytes &&
                 setup->device[i].rate_bps == setup->device[0].rate_bps);
    *arrivals =
        (struct arrivals){.setup = setup, .service_ps = weft_duration_down(bits, setup->device[0].rate_bps)};
    arrivals->in_ps = g_new(weft_ps, MOST_PACKETS);
    arrivals->port = g_new(uint32_t, MOST_PACKETS);
}

static void keep(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct arrivals *arrivals = ctx;
    (void)node;
    for (uint32_t i = 0; point == WEFT_AT_SWITCH && i < train->n && arrivals->n < MOST_PACKETS; i++) {
        arrivals->in_ps[arrivals->n] = train->at_ps[i];
        arrivals->port[arrivals->n] = arrivals->setup->stream[train->stream[i]].device;
        arrivals->out_sum += train->done_ps[i];
        arrivals->n++;
    }
}

/* Not inlined: the passes must not be merged. */
static __attribute__((noinline)) uint64_t pass(const weft_ps *in_ps, const uint32_t *port, size_t n,
                                               weft_ps service_ps, weft_ps *free_ps)
{
    uint64_t out_sum = 0;
    for (size_t i = 0; i < n; i++) {
        weft_ps *at = &free_ps[port[i]];
        weft_ps out_ps = (in_ps[i] > *at ? in_ps[i] : *at) + service_ps;
        *at = out_ps;
        out_sum += out_ps;
    }
    return out_sum;
}

static gboolean time_passes(const struct arrivals *arrivals, struct bench_lindley *out, GError **error)
{
    const uint32_t ports = arrivals->setup->devices;
    g_autofree weft_ps *free_ps = g_new(weft_ps, ports);
    g_autoptr(GArray) series = series_new();
    bool equal = true;
    for (int i = 0; i <= PASSES; i++) {
        memset(free_ps, 0, ports * sizeof *free_ps);
        double from_ns = bench_clock_ns();
        uint64_t sum = pass(arrivals->in_ps, arrivals->port, arrivals->n, arrivals->service_ps, free_ps);
        double wall_ns = bench_clock_ns() - from_ns;
        equal &= sum == arrivals->out_sum;
        if (i > 0) /* the first one fills the caches */
            series_add(series, wall_ns);
    }
    if (!equal)
        return failure(error, STATUS_FAILED, "the Lindley loop and the engine disagree on departures");
    *out = (struct bench_lindley){
        .packets = arrivals->n, .passes = PASSES, .wall_ns = series_spread(series).median};
    return TRUE;
}

gboolean bench_lindley(gconstpointer what, gpointer result, GError **error)
{
    struct bench_plan plan;
    struct arrivals arrivals;
    if (!bench_plan_init(&plan, what, bench_duration_ps(what), error))
        return FALSE;
    arrivals_init(&arrivals, &plan.plan->setup);
    const struct weft_watch watch = {.ctx = &arrivals, .packets = keep};
    struct weft_error why = {""};
    gboolean good = weft_backend_reference.run(&plan.plan->setup, &watch, 1, &why) == WEFT_OK;
    if (!good)
        failure(error, STATUS_FAILED, "%s", why.text);
    good = good && time_passes(&arrivals, result, error);
    g_free(arrivals.in_ps);
    g_free(arrivals.port);
    bench_plan_clear(&plan);
    return good;
}
