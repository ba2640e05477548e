/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A run and its observers. */

#include "execute.h"

#include "deliver.h"
#include "failure.h"
#include "playout.h"
#include "queue_trace.h"
#include "skipped.h"
#include "timeline.h"
#include "trace.h"
#include "weft/stream_blocks.h"

#include <stdlib.h>
#include <string.h>

/* Who looks on. */
struct observers {
    struct weft_metrics *metrics;
    struct weft_stream_timing *timing;
    struct weft_stream_playout *playout;
    struct weft_stream_blocks *blocks; /* for these three, of what comes to devices */
    struct weft_delivery *delivery;
    struct weft_arrivals *arrivals;
    struct trace *trace;
    struct playout_trace *levels;
    struct queue_trace *queues;
    struct timeline *timeline;
    struct capture *capture;
    struct deliver *deliver;
    struct skipped *skipped;
    struct weft_watch watch[11];
    size_t watches;
};

static void observers_init(struct observers *observers, const struct run_request *request)
{
    observers->blocks = weft_stream_blocks_new(request->setup);
    observers->metrics = weft_metrics_new(request->setup);
    weft_stream_blocks_give_metrics(observers->blocks, observers->metrics);
    observers->timing = weft_stream_timing_new(request->setup);
    weft_stream_blocks_give_timing(observers->blocks, observers->timing);
    observers->playout = weft_stream_playout_new(request->setup);
    weft_stream_blocks_give_playout(observers->blocks, observers->playout);
    observers->watch[observers->watches++] = weft_metrics_watch(observers->metrics);
    observers->watch[observers->watches++] = weft_stream_blocks_watch(observers->blocks);
    if (request->carry_bytes) {
        observers->delivery = weft_delivery_new(request->setup);
        observers->watch[observers->watches++] = weft_delivery_watch(observers->delivery);
    }
    if (request->observe_arrivals) {
        observers->arrivals = weft_arrivals_new(request->setup);
        observers->watch[observers->watches++] = weft_arrivals_watch(observers->arrivals);
    }
    if (request->trace_fd >= 0 || request->hops_fd >= 0) {
        observers->trace = trace_new(request->setup, request->trace_fd, request->hops_fd);
        observers->watch[observers->watches++] = trace_watch(observers->trace);
    }
    if (request->playout) {
        observers->levels = playout_trace_new(request->setup, request->playout);
        observers->watch[observers->watches++] = playout_trace_watch(observers->levels);
    }
    if (request->queues) {
        observers->queues = queue_trace_new(request->setup, request->queues);
        observers->watch[observers->watches++] = queue_trace_watch(observers->queues);
    }
    if (request->timeline) {
        observers->timeline = timeline_new(request->setup, request->timeline);
        observers->watch[observers->watches++] = timeline_watch(observers->timeline);
    }
    if (request->capture) {
        observers->capture = capture_new(request->setup, request->capture);
        observers->watch[observers->watches++] = capture_watch(observers->capture);
    }
    if (request->deliver_fd) {
        observers->deliver = deliver_new(request->setup, request->deliver_fd);
        observers->watch[observers->watches++] = deliver_watch(observers->deliver);
    }
    if (request->say_skipped) {
        observers->skipped = skipped_new(request->setup);
        observers->watch[observers->watches++] = skipped_watch(observers->skipped);
    }
}

static void observers_clear(struct observers *observers)
{
    weft_stream_blocks_free(observers->blocks);
    weft_metrics_free(observers->metrics);
    weft_stream_timing_free(observers->timing);
    weft_stream_playout_free(observers->playout);
    weft_delivery_free(observers->delivery);
    weft_arrivals_free(observers->arrivals);
    trace_free(observers->trace);
    playout_trace_free(observers->levels);
    queue_trace_free(observers->queues);
    timeline_free(observers->timeline);
    capture_free(observers->capture);
    deliver_free(observers->deliver);
    skipped_free(observers->skipped);
}

static gboolean run(const struct run_request *request, const struct observers *observers, GError **error)
{
    const struct weft_backend *backend = backend_load(request->backend, error);
    if (!backend)
        return FALSE;
    struct weft_error refused = {""};
    int status = backend->refuse ? backend->refuse(request->setup, &refused) : WEFT_OK;
    if (status == WEFT_OK)
        status = backend->run(request->setup, observers->watch, observers->watches, &refused);
    if (status != WEFT_OK)
        return failure(error, status == WEFT_INVALID ? STATUS_INPUT : STATUS_FAILED, "weft: back end %s: %s",
                       request->backend->name, refused.text);
    if (observers->skipped) {
        g_autofree char *text = skipped_text(observers->skipped);
        g_printerr("weft: %s\n", text);
    }
    return (!observers->trace || trace_finish(observers->trace, error)) &&
           (!observers->levels || playout_trace_finish(observers->levels, error)) &&
           (!observers->queues || queue_trace_finish(observers->queues, error)) &&
           (!observers->timeline || timeline_finish(observers->timeline, error)) &&
           (!observers->capture || capture_finish(observers->capture, error)) &&
           (!observers->deliver || deliver_finish(observers->deliver, error));
}

gboolean execute_here(const struct run_request *request, struct run_result *result, GError **error)
{
    struct observers observers = {0};
    observers_init(&observers, request);
    gboolean good = run(request, &observers, error);
    if (good) {
        size_t streams = request->setup->streams;
        *result = (struct run_result){.metrics = g_steal_pointer(&observers.metrics)};
        result->timing =
            g_memdup2(weft_stream_timing_reports(observers.timing), streams * sizeof *result->timing);
        result->playout =
            g_memdup2(weft_stream_playout_reports(observers.playout), streams * sizeof *result->playout);
        if (observers.delivery) {
            size_t bytes = streams * sizeof *result->delivery;
            result->delivery = g_memdup2(weft_delivery_results(observers.delivery), bytes);
        }
        if (observers.arrivals) {
            uint32_t places =
                weft_arrivals_routes(observers.arrivals)->first[weft_setup_flows(request->setup)];
            result->arrivals =
                g_memdup2(weft_arrivals_reports(observers.arrivals), places * sizeof *result->arrivals);
        }
    }
    observers_clear(&observers);
    return good;
}

gboolean execute(const struct run_request *request, struct run_result *result, GError **error)
{
    return request->backend->process ? execute_in_child(request, result, error)
                                     : execute_here(request, result, error);
}

void run_result_clear(struct run_result *result)
{
    weft_metrics_free(result->metrics);
    g_free(result->timing);
    g_free(result->playout);
    g_free(result->delivery);
    g_free(result->arrivals);
    *result = (struct run_result){0};
}
