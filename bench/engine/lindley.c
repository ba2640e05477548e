/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arrivals of a run, and the bare loop over them. */

#include "lindley.h"

#include "failure.h"
#include "measure.h"
#include "series.h"
#include "weft/reference.h"

#include <string.h>

/* As many as stay in a cache of 4 MiB; and so many that they, 20 bytes each with their departures, stay in none. */
enum { CACHE_PACKETS = 1 << 18, CACHE_PASSES = 31, MOST_PACKETS = 1 << 23, MEMORY_PASSES = 5 };

/* The first packets of a run that its ports before devices take. Services are whole picoseconds and alike for all ports, which init() asserts. */
struct arrivals {
    const struct weft_setup *setup;
    uint64_t n, room;
    weft_ps service_ps;
    weft_ps *in_ps;
    uint32_t *port;
    uint64_t cache_out_sum,
        out_sum; /* of the engine's departures, modulo 2^64; of those that stay in a cache, and of all */
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
}

static void grow(struct arrivals *arrivals)
{
    arrivals->room = arrivals->room ? 2 * arrivals->room : CACHE_PACKETS;
    arrivals->in_ps = g_renew(weft_ps, arrivals->in_ps, arrivals->room);
    arrivals->port = g_renew(uint32_t, arrivals->port, arrivals->room);
}

static void keep(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct arrivals *arrivals = ctx;
    (void)node;
    for (uint32_t i = 0; point == WEFT_AT_SWITCH && i < train->n && arrivals->n < MOST_PACKETS; i++) {
        uint32_t device = arrivals->setup->stream[train->stream[i]].device;
        if (train->done_ps[i] == WEFT_NEVER || train->port[i] != device) /* which are ports before trunks */
            continue;
        if (arrivals->n == arrivals->room)
            grow(arrivals);
        arrivals->in_ps[arrivals->n] = train->at_ps[i];
        arrivals->port[arrivals->n] = device;
        arrivals->out_sum += train->done_ps[i];
        arrivals->cache_out_sum += arrivals->n < CACHE_PACKETS ? train->done_ps[i] : 0;
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

static __attribute__((noinline)) void pass_written(const weft_ps *in_ps, const uint32_t *port, size_t n,
                                                   weft_ps service_ps, weft_ps *free_ps, weft_ps *written_ps)
{
    for (size_t i = 0; i < n; i++) {
        weft_ps *at = &free_ps[port[i]];
        weft_ps out_ps = (in_ps[i] > *at ? in_ps[i] : *at) + service_ps;
        *at = out_ps;
        written_ps[i] = out_ps;
    }
}

/* Median of the passes but the first one, which fills the caches. */
static double time_cached(const struct arrivals *arrivals, size_t n, weft_ps *free_ps, bool *equal)
{
    g_autoptr(GArray) series = series_new();
    for (int i = 0; i <= CACHE_PASSES; i++) {
        memset(free_ps, 0, arrivals->setup->devices * sizeof *free_ps);
        double from_ns = bench_clock_ns();
        uint64_t sum = pass(arrivals->in_ps, arrivals->port, n, arrivals->service_ps, free_ps);
        double wall_ns = bench_clock_ns() - from_ns;
        *equal &= sum == arrivals->cache_out_sum;
        if (i > 0)
            series_add(series, wall_ns);
    }
    return series_spread(series).median;
}

/* Likewise; the first pass also makes the pages. */
static double time_written(const struct arrivals *arrivals, weft_ps *free_ps, bool *equal)
{
    g_autoptr(GArray) series = series_new();
    g_autofree weft_ps *written_ps = g_new(weft_ps, arrivals->n);
    for (int i = 0; i <= MEMORY_PASSES; i++) {
        memset(free_ps, 0, arrivals->setup->devices * sizeof *free_ps);
        double from_ns = bench_clock_ns();
        pass_written(arrivals->in_ps, arrivals->port, arrivals->n, arrivals->service_ps, free_ps, written_ps);
        double wall_ns = bench_clock_ns() - from_ns;
        if (i > 0)
            series_add(series, wall_ns);
    }
    uint64_t sum = 0;
    for (uint64_t i = 0; i < arrivals->n; i++)
        sum += written_ps[i];
    *equal &= sum == arrivals->out_sum;
    return series_spread(series).median;
}

static gboolean time_passes(const struct arrivals *arrivals, struct bench_lindley *out, GError **error)
{
    g_autofree weft_ps *free_ps = g_new(weft_ps, arrivals->setup->devices);
    bool equal = true;
    *out = (struct bench_lindley){.packets = MIN(arrivals->n, CACHE_PACKETS),
                                  .passes = CACHE_PASSES,
                                  .memory_packets = arrivals->n,
                                  .memory_passes = MEMORY_PASSES};
    out->wall_ns = time_cached(arrivals, out->packets, free_ps, &equal);
    out->memory_wall_ns = time_written(arrivals, free_ps, &equal);
    return equal || failure(error, STATUS_FAILED, "the Lindley loop and the engine disagree on departures");
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
