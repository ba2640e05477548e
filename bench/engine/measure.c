/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One run, its observers and its stopwatch. */

#include "measure.h"

#include "capture.h"
#include "child.h"
#include "failure.h"
#include "trace.h"
#include "weft/delivery.h"
#include "weft/metrics.h"
#include "weft/stream_blocks.h"
#include "weft/stream_playout.h"
#include "weft/stream_timing.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <time.h>
#include <unistd.h>

/* The observer that times: it counts once a train and compares once an advance. */
struct stopwatch {
    weft_ps from_ps;
    bool runs;
    uint64_t packets;
    double first_ns, from_ns, from_cpu_ns, until_ns, until_cpu_ns;
    uint64_t until_bytes;
};

static double clock_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

double bench_clock_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

static void count(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct stopwatch *watch = ctx;
    (void)node;
    if (point == WEFT_AT_DEVICE && watch->runs)
        watch->packets += train->n;
}

static void tick(void *ctx, weft_ps until_ps)
{
    struct stopwatch *watch = ctx;
    if (watch->first_ns == 0)
        watch->first_ns = bench_clock_ns();
    if (!watch->runs && until_ps >= watch->from_ps) {
        watch->runs = true;
        watch->from_cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
        watch->from_ns = bench_clock_ns();
    }
    if (until_ps == WEFT_NEVER) {
        watch->until_ns = bench_clock_ns();
        watch->until_cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
        watch->until_bytes = bench_anonymous_bytes();
    }
}

/* Before a run's scenario is read. */
struct start {
    double ns;
    uint64_t rss_bytes, anonymous_bytes;
};

struct observers {
    struct weft_metrics *metrics;
    struct weft_stream_timing *timing;
    struct weft_stream_playout *playout;
    struct weft_stream_blocks *blocks; /* for these three, of what comes to devices */
    struct weft_delivery *delivery;
    struct trace *trace;
    struct capture_interfaces *interfaces;
    struct capture_request request;
    struct capture *capture;
    int null_fd; /* traces and captures go there */
    struct weft_watch watch[8];
    size_t watches;
};

static gboolean observers_init(struct observers *observers, const struct bench_observers *which,
                               const struct weft_setup *setup, GError **error)
{
    *observers = (struct observers){.null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC)};
    if (observers->null_fd < 0)
        return failure(error, STATUS_FAILED, "/dev/null: %s", g_strerror(errno));
    observers->blocks = weft_stream_blocks_new(setup);
    if (which->metrics) {
        observers->metrics = weft_metrics_new(setup);
        weft_stream_blocks_give_metrics(observers->blocks, observers->metrics);
        observers->watch[observers->watches++] = weft_metrics_watch(observers->metrics);
    }
    if (which->timing) {
        observers->timing = weft_stream_timing_new(setup);
        weft_stream_blocks_give_timing(observers->blocks, observers->timing);
    }
    if (which->playout) {
        observers->playout = weft_stream_playout_new(setup);
        weft_stream_blocks_give_playout(observers->blocks, observers->playout);
    }
    if (which->metrics || which->timing || which->playout)
        observers->watch[observers->watches++] = weft_stream_blocks_watch(observers->blocks);
    if (which->payload) {
        observers->delivery = weft_delivery_new(setup);
        observers->watch[observers->watches++] = weft_delivery_watch(observers->delivery);
    }
    if (which->trace) {
        observers->trace = trace_new(setup, observers->null_fd, -1);
        observers->watch[observers->watches++] = trace_watch(observers->trace);
    }
    if (which->capture) {
        observers->interfaces = capture_interfaces_new(setup, CAPTURE_ALL_POINTS, error);
        if (!observers->interfaces)
            return FALSE;
        observers->request = (struct capture_request){.interfaces = observers->interfaces,
                                                      .snap_bytes = CAPTURE_MAX_SNAP_BYTES,
                                                      .pcapng_fd = observers->null_fd};
        observers->capture = capture_new(setup, &observers->request);
        observers->watch[observers->watches++] = capture_watch(observers->capture);
    }
    return TRUE;
}

static void observers_clear(struct observers *observers)
{
    weft_stream_blocks_free(observers->blocks);
    weft_metrics_free(observers->metrics);
    weft_stream_timing_free(observers->timing);
    weft_stream_playout_free(observers->playout);
    weft_delivery_free(observers->delivery);
    trace_free(observers->trace);
    capture_free(observers->capture);
    capture_interfaces_free(observers->interfaces);
    if (observers->null_fd >= 0)
        close(observers->null_fd);
}

/* A number for a run that went wrong would be worse than none. */
static gboolean judge(const struct observers *observers, const struct bench_scale *scale,
                      const struct weft_setup *setup, GError **error)
{
    uint64_t due = 0, intact = 0;
    for (uint32_t i = 0; i < setup->streams; i++) {
        uint64_t packets = weft_clock_due_before(&setup->stream[i].clock, setup->duration_ps);
        due += packets;
        if (observers->delivery)
            intact += weft_delivery_results(observers->delivery)[i].intact_bytes ==
                      packets * setup->stream[i].clock.payload_bytes;
    }
    if (observers->delivery && intact != setup->streams)
        return failure(error, STATUS_FAILED, "%" PRIu64 " of %" PRIu32 " streams arrived intact", intact,
                       setup->streams);
    const struct weft_totals *totals = observers->metrics ? weft_metrics_totals(observers->metrics) : NULL;
    if (totals && totals->packets_delivered + (scale->drops ? totals->packets_dropped : 0) != due)
        return failure(error, STATUS_FAILED, "%" PRIu64 " of %" PRIu64 " packets arrived",
                       totals->packets_delivered, due);
    return (!observers->trace || trace_finish(observers->trace, error)) &&
           (!observers->capture || capture_finish(observers->capture, error));
}

static gboolean run_backend(const struct bench_case *what, const struct weft_setup *setup,
                            struct observers *observers, struct stopwatch *watch, GError **error)
{
    const struct weft_backend *backend = backend_load(what->backend, error);
    if (!backend)
        return FALSE;
    struct weft_error why = {""};
    int status = backend->refuse ? backend->refuse(setup, &why) : WEFT_OK;
    observers->watch[observers->watches++] =
        (struct weft_watch){.ctx = watch, .packets = count, .advance = tick};
    if (status == WEFT_OK)
        status = backend->run(setup, observers->watch, observers->watches, &why);
    if (status != WEFT_OK)
        return failure(error, STATUS_FAILED, "%s", why.text);
    return judge(observers, what->scale, setup, error);
}

static uint64_t more(uint64_t bytes, uint64_t before_bytes)
{
    return bytes > before_bytes ? bytes - before_bytes : 0;
}

static gboolean observe(const struct bench_case *what, const struct weft_setup *setup,
                        const struct start *start, const struct weft_watch *extra,
                        struct bench_sample *sample, GError **error)
{
    struct observers observers;
    struct stopwatch watch = {.from_ps = bench_warmup_ps(what)};
    gboolean good = observers_init(&observers, what->observers, setup, error);
    if (good && extra)
        observers.watch[observers.watches++] = *extra;
    good = good && run_backend(what, setup, &observers, &watch, error);
    *sample = (struct bench_sample){
        .packets = watch.packets,
        .wall_ns = watch.until_ns - watch.from_ns,
        .cpu_ns = watch.until_cpu_ns - watch.from_cpu_ns,
        .startup_ns = watch.first_ns - start->ns,
        .memory_bytes = more(watch.until_bytes, start->anonymous_bytes),
        .peak_bytes = more(bench_peak_rss_bytes(), start->rss_bytes),
        .link_busy = bench_link_busy(setup),
    };
    observers_clear(&observers);
    if (good && sample->packets == 0)
        return failure(error, STATUS_FAILED, "no packet after warm-up");
    return good;
}

gboolean bench_measure_run(const struct bench_case *what, weft_ps duration_ps, const struct weft_watch *extra,
                           struct bench_sample *sample, GError **error)
{
    struct bench_plan plan;
    bench_rss_reset();
    const struct start start = {bench_clock_ns(), bench_rss_bytes(), bench_anonymous_bytes()};
    if (!bench_plan_init(&plan, what, duration_ps, error))
        return FALSE;
    gboolean good = observe(what, &plan.plan->setup, &start, extra, sample, error);
    bench_plan_clear(&plan);
    return good;
}

gboolean bench_measure(gconstpointer what, gpointer result, GError **error)
{
    return bench_measure_run(what, bench_duration_ps(what), NULL, result, error);
}
