/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The scenario in weft: any back end, with an observer that counts as the peers do, and if asked for those that `weft run`
 * has on. */

#include "backends.h"
#include "failure.h"
#include "peer.h"
#include "plan.h"
#include "weft/metrics.h"
#include "weft/stream_blocks.h"
#include "weft/stream_playout.h"
#include "weft/stream_timing.h"

#include <inttypes.h>
#include <stdio.h>

struct observers {
    struct weft_metrics *metrics;
    struct weft_stream_timing *timing;
    struct weft_stream_playout *playout;
    struct weft_stream_blocks *blocks;
    struct weft_watch watch[4];
    size_t watches;
};

static void count(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct peer_arrivals *arrivals = ctx;
    (void)node;
    if (point != WEFT_AT_DEVICE)
        return;
    for (uint32_t i = 0; i < train->n; i++)
        peer_arrived(arrivals, train->stream[i], train->at_ps[i]);
}

static void observe(struct observers *observers, const struct weft_setup *setup, bool full,
                    struct peer_arrivals *arrivals)
{
    observers->watch[observers->watches++] = (struct weft_watch){.ctx = arrivals, .packets = count};
    if (!full)
        return;
    observers->metrics = weft_metrics_new(setup);
    observers->timing = weft_stream_timing_new(setup);
    observers->playout = weft_stream_playout_new(setup);
    observers->blocks = weft_stream_blocks_new(setup);
    weft_stream_blocks_give_metrics(observers->blocks, observers->metrics);
    weft_stream_blocks_give_timing(observers->blocks, observers->timing);
    weft_stream_blocks_give_playout(observers->blocks, observers->playout);
    observers->watch[observers->watches++] = weft_metrics_watch(observers->metrics);
    observers->watch[observers->watches++] = weft_stream_blocks_watch(observers->blocks);
}

static void observers_clear(struct observers *observers)
{
    weft_stream_blocks_free(observers->blocks);
    weft_metrics_free(observers->metrics);
    weft_stream_timing_free(observers->timing);
    weft_stream_playout_free(observers->playout);
}

#define ASSIGN(scenario, error, ...) scenario_assign_format(scenario, "peers", error, __VA_ARGS__)

static gboolean assign_work(struct scenario *scenario, const struct peer_work *work, GError **error)
{
    uint64_t bps = (uint64_t)work->per_interval * PEER_PAYLOAD_BYTES * 8 * (WEFT_PS_PER_S / PEER_INTERVAL_PS);
    return ASSIGN(scenario, error, "device.count=%" PRIu32, work->streams) &&
           ASSIGN(scenario, error, "stream.count=%" PRIu32, work->streams) &&
           ASSIGN(scenario, error, "stream.rate=%" PRIu64 " bit/s", bps) &&
           ASSIGN(scenario, error, "stream.payload=%d B", PEER_PAYLOAD_BYTES) &&
           ASSIGN(scenario, error, "write.interval=%" PRIu64 " ps", PEER_INTERVAL_PS) &&
           ASSIGN(scenario, error, "scenario.duration=%" PRIu64 " ps", work->intervals * PEER_INTERVAL_PS);
}

static gboolean simulate(const struct backend_row *row, const struct weft_setup *setup, bool full,
                         struct peer_arrivals *arrivals, GError **error)
{
    const struct weft_backend *backend = backend_load(row, error);
    if (!backend)
        return FALSE;
    struct weft_error why = {""};
    struct observers observers = {0};
    int status = backend->refuse ? backend->refuse(setup, &why) : WEFT_OK;
    if (status == WEFT_OK) {
        observe(&observers, setup, full, arrivals);
        status = backend->run(setup, observers.watch, observers.watches, &why);
        observers_clear(&observers);
    }
    return status == WEFT_OK || failure(error, STATUS_FAILED, "%s: %s", row->name, why.text);
}

static gboolean run(struct peer_work *work, struct peer_arrivals *arrivals, GError **error)
{
    g_autoptr(GString) names = g_string_new(NULL);
    for (size_t i = 0; backends[i]; i++)
        g_string_append_printf(names, "%s%s", i > 0 ? "," : "", backends[i]->name);
    const struct backend_row *row = backends[peer_option(work, "backend", names->str)];
    bool full = peer_option(work, "observers", "instants,full") == 1;
    peer_options_end(work);
    struct scenario *scenario = scenario_load(WEFT_PEERS_SCENARIO, error);
    if (!scenario)
        return FALSE;
    struct media_library *media = media_library_new();
    struct plan *plan = assign_work(scenario, work, error) ? plan_new(scenario, media, error) : NULL;
    gboolean good = plan && simulate(row, &plan->setup, full, arrivals, error);
    plan_free(plan);
    media_library_free(media);
    scenario_free(scenario);
    return good;
}

int main(int argc, char **argv)
{
    struct peer_work work = peer_work_of(argc, argv);
    struct peer_arrivals arrivals = {0};
    GError *error = NULL;
    if (!run(&work, &arrivals, &error))
        return failure_report(error);
    return peer_report(&arrivals);
}
