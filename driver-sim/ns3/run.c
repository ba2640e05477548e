/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The driver model in ns-3: ns-3 owns clock, loop, links, queues and devices; each server is a host of the model, stepped by
 * events of ns-3 at its own instants. Right after a step all that it sends until its next one is known, and handed to its
 * link in ns-3. Where observers want bytes, packets carry them: as the NIC reads them, and what a device gets is compared
 * with that. */

#include "run.h"

#include "common/hosts.h"
#include "common/reports.h"
#include "common/watches.h"
#include "inflight.h"
#include "network.h"
#include "sources.h"
#include "weft/driver.h"

#include <inttypes.h>
#include <stdlib.h>

enum { MOST_PACKET_BYTES = WEFT_HEADER_MAX_BYTES + WEFT_RUN_BYTES };

struct run;
struct server {
    struct run *run;
    uint32_t index;
};

struct run {
    const struct weft_setup *setup;
    struct weft_ns3 *sim;
    struct weft_hosts *hosts;
    struct weft_reports *reports;
    struct weft_ns3_sources *sources;
    struct weft_ns3_inflight *inflight; /* NULL: no bytes are carried */
    struct server *server;
    uint64_t untold; /* packets taken since observers heard of an advance */
    int status;      /* what went wrong in a call of ns-3 */
    struct weft_error *error;
    struct weft_train train;
    uint8_t bytes[MOST_PACKET_BYTES];
};

/* The first failure is the run's. */
static void stop(struct run *run, int status)
{
    run->status = status;
    weft_ns3_stop(run->sim, NULL);
}

/* --- servers --- */

static int send_packet(struct run *run, uint32_t server, uint32_t i)
{
    const struct weft_train *train = &run->train;
    struct weft_ns3_packet packet = {.packet = train->packet[i],
                                     .flow = train->stream[i],
                                     .number = train->number[i],
                                     .payload_bytes = train->payload_bytes[i],
                                     .frame_bytes = train->frame_bytes[i]};
    if (run->inflight) {
        packet.length = weft_desc_gather(train->desc[i], train->memory, run->bytes, sizeof(run->bytes));
        packet.bytes = run->bytes;
        weft_ns3_inflight_add(run->inflight, packet.packet, packet.bytes, packet.length);
    }
    return weft_ns3_send(run->sim, server, train->tx_ps[i], &packet, run->error);
}

static int send_until(struct run *run, uint32_t server, weft_ps until_ps)
{
    int status = WEFT_OK;
    while (status == WEFT_OK && weft_hosts_take(run->hosts, server, until_ps, &run->train) > 0) {
        run->untold += run->train.n;
        for (uint32_t i = 0; i < run->train.n && status == WEFT_OK; i++)
            status = send_packet(run, server, i);
    }
    return status;
}

/* Every host has been taken from up to its next instant. To say so is worth it when a train waits. */
static void advance(struct run *run)
{
    if (run->untold < WEFT_TRAIN)
        return;
    weft_hosts_advance(run->hosts, weft_hosts_next(run->hosts));
    run->untold = 0;
}

static void on_due(void *ctx, weft_ps now_ps);

static int plan(struct run *run, uint32_t server)
{
    weft_ps next_ps = weft_host_next(weft_hosts_host(run->hosts, server));
    int status = send_until(run, server, next_ps);
    if (status != WEFT_OK || next_ps == WEFT_NEVER)
        return status;
    return weft_ns3_at(run->sim, next_ps, on_due, &run->server[server], run->error);
}

static void on_due(void *ctx, weft_ps now_ps)
{
    struct server *server = ctx;
    struct run *run = server->run;
    weft_hosts_step(run->hosts, server->index, now_ps);
    int status = plan(run, server->index);
    if (status != WEFT_OK)
        stop(run, status);
    else
        advance(run);
}

/* --- what ns-3 tells --- */

static uint64_t on_came(void *ctx, const struct weft_ns3_hop *hop)
{
    struct run *run = ctx;
    const struct weft_hop told = {.packet = hop->packet,
                                  .stream = hop->flow,
                                  .number = hop->number,
                                  .payload_bytes = hop->payload_bytes,
                                  .frame_bytes = hop->frame_bytes,
                                  .port = hop->port,
                                  .tx_ps = hop->tx_ps,
                                  .at_ps = hop->at_ps,
                                  .enter_ps = hop->enter_ps};
    int status = weft_ns3_sources_came(run->sources, hop, run->error);
    if (status != WEFT_OK)
        stop(run, status);
    return weft_reports_enter(run->reports, &told);
}

static void on_left(void *ctx, const struct weft_ns3_hop *hop, weft_ps done_ps)
{
    struct run *run = ctx;
    weft_reports_left(run->reports, hop->place, done_ps);
}

static bool carries_bytes(const struct run *run, const struct weft_ns3_hop *hop)
{
    return run->inflight && hop->flow < run->setup->streams;
}

static void on_lost(void *ctx, const struct weft_ns3_hop *hop, enum weft_outcome outcome)
{
    struct run *run = ctx;
    weft_reports_lost(run->reports, hop->place, outcome);
    if (carries_bytes(run, hop))
        weft_ns3_inflight_remove(run->inflight, hop->packet);
}

static void on_arrived(void *ctx, const struct weft_ns3_hop *hop, weft_ps at_ps, const void *bytes,
                       uint32_t length)
{
    struct run *run = ctx;
    weft_reports_arrived(run->reports, hop->place, at_ps);
    if (!carries_bytes(run, hop))
        return;
    if (!weft_ns3_inflight_is(run->inflight, hop->packet, bytes, length))
        stop(run, weft_fail(run->error, WEFT_FAILED,
                            "ns-3 changed bytes of packet %" PRIu32 " of stream '%s' on their way",
                            hop->number, run->setup->stream[hop->flow].name));
    weft_ns3_inflight_remove(run->inflight, hop->packet);
}

/* --- a run --- */

static int begin(struct run *run, const struct weft_ns3_run_options *options)
{
    int status = weft_ns3_network_add(run->setup, run->sim, run->error);
    if (status == WEFT_OK && options->prepare)
        status = options->prepare(options->ctx, run->sim, run->error);
    if (status == WEFT_OK)
        status = weft_ns3_sources_begin(run->sources, run->error);
    for (uint32_t i = 0; i < run->setup->servers && status == WEFT_OK; i++) {
        run->server[i] = (struct server){run, i};
        status = plan(run, i);
    }
    return status;
}

/* ns-3 has nothing more to do. */
static int finish(struct run *run)
{
    uint64_t lost = weft_reports_finish(run->reports);
    if (lost > 0 || weft_hosts_next(run->hosts) != WEFT_NEVER)
        return weft_fail(run->error, WEFT_FAILED,
                         "ns-3 ended before its time: %" PRIu64 " packets are amid their ways", lost);
    weft_hosts_advance(run->hosts, WEFT_NEVER);
    weft_hosts_finish(run->hosts);
    return WEFT_OK;
}

static int simulate(struct run *run, const struct weft_ns3_run_options *options)
{
    int status = begin(run, options);
    if (status == WEFT_OK)
        status = weft_ns3_run(run->sim, WEFT_NEVER, run->error);
    if (status == WEFT_OK)
        status = run->status;
    return status == WEFT_OK ? finish(run) : status;
}

static int run_new(struct run *run, const struct weft_ns3_run_options *options,
                   const struct weft_watches *watches)
{
    const struct weft_setup *setup = run->setup;
    const struct weft_ns3_params params = {
        .links = options->links,
        .gap_bytes = weft_wire_bytes(setup->network, 0),
        .check_bytes = weft_ns3_network_check_bytes(setup),
        .watch = {.ctx = run, .came = on_came, .left = on_left, .lost = on_lost, .arrived = on_arrived}};
    int status = weft_ns3_new(&params, &run->sim, run->error);
    if (status != WEFT_OK)
        return status;
    run->hosts = weft_hosts_new(setup, watches->watch, watches->count);
    run->reports = weft_reports_new(setup, watches->watch, watches->count);
    run->sources = weft_ns3_sources_new(setup, run->sim);
    run->inflight = weft_watches_want_bytes(watches) ? weft_ns3_inflight_new(setup->servers) : NULL;
    run->server = weft_alloc(setup->servers, sizeof(*run->server));
    return WEFT_OK;
}

/* The status of the run, or of its end. */
static int run_free(struct run *run, int status)
{
    int freed = weft_ns3_free(run->sim, status == WEFT_OK ? run->error : NULL);
    weft_ns3_inflight_free(run->inflight);
    weft_ns3_sources_free(run->sources);
    weft_reports_free(run->reports);
    weft_hosts_free(run->hosts);
    free(run->server);
    free(run);
    return status == WEFT_OK ? freed : status;
}

int weft_ns3_run_setup(const struct weft_ns3_run_options *options, const struct weft_setup *setup,
                       const struct weft_watch *watch, size_t watches, struct weft_error *error)
{
    struct run *run = weft_alloc(1, sizeof(*run));
    const struct weft_watches all = {watch, watches};
    run->setup = setup;
    run->error = error;
    int status = run_new(run, options, &all);
    return run_free(run, status == WEFT_OK ? simulate(run, options) : status);
}
