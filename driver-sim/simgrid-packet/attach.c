/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Servers as in `simgrid`, and behind them a network in which each hop of a packet is an event of SimGrid. */

#include "attach.h"

#include "common/hosts.h"
#include "cores.h"
#include "network.h"
#include "simgrid/platform.h"
#include "simgrid/servers.h"
#include "stations.h"
#include "weft/simgrid.h"

#include <stdlib.h>

struct hop_attached {
    const struct weft_setup *setup;
    struct weft_hosts *hosts;
    struct weft_reports *reports;
    struct hop_stations *stations;
    struct weft_simgrid_servers *servers;
    struct hop_cores **cores;
    struct weft_train train;
    uint64_t taken; /* packets, since observers were told how far all is known */
    uint32_t over;  /* servers */
};

static weft_ps next_step(const void *ctx)
{
    const struct hop_attached *run = ctx;
    return weft_hosts_next(run->hosts);
}

static struct weft_host *host_of(void *ctx, uint32_t server)
{
    struct hop_attached *run = ctx;
    return weft_hosts_host(run->hosts, server);
}

static void fails(void *ctx, const char *text)
{
    struct hop_attached *run = ctx;
    hop_stations_fail(run->stations, text);
}

/* Right after a step all is known that goes out until the next one. No other actor runs until all of it has been taken. */
static void take(struct hop_attached *run, uint32_t server)
{
    weft_ps until_ps = weft_host_next(weft_hosts_host(run->hosts, server));
    for (uint32_t n; (n = weft_hosts_take(run->hosts, server, until_ps, &run->train)) > 0; run->taken += n)
        hop_stations_give(run->stations, server, &run->train);
    if (run->taken >= WEFT_TRAIN && run->taken >= run->setup->servers) {
        run->taken = 0;
        weft_hosts_advance(run->hosts, weft_hosts_next(run->hosts));
    }
    hop_stations_go_on(run->stations);
}

static void step(void *ctx, uint32_t server, weft_ps now_ps)
{
    struct hop_attached *run = ctx;
    weft_hosts_step(run->hosts, server, now_ps);
    take(run, server);
    hop_cores_give(run->cores[server]);
}

static void take_rest(void *ctx, uint32_t server)
{
    (void)ctx; /* was taken with the last step */
    (void)server;
}

static void over(void *ctx, uint32_t server)
{
    struct hop_attached *run = ctx;
    hop_cores_end(run->cores[server]);
    if (++run->over == run->setup->servers)
        hop_stations_end(run->stations);
}

static void start(struct hop_attached *run, const struct weft_setup *setup, const struct weft_watch *watch,
                  size_t watches)
{
    run->setup = setup;
    run->hosts = weft_hosts_new(setup, watch, watches);
    run->reports = weft_reports_new(setup, watch, watches);
    run->stations = hop_stations_new(setup, run->reports, next_step, run);
    run->cores = weft_alloc(setup->servers, sizeof(struct hop_cores *));
    for (uint32_t s = 0; s < setup->servers; s++)
        run->cores[s] = hop_cores_new(setup, s, weft_hosts_host(run->hosts, s), fails, run);
    run->servers = weft_simgrid_servers_new(
        setup,
        &(struct weft_simgrid_behind){
            .ctx = run, .host = host_of, .step = step, .take_rest = take_rest, .over = over, .fails = fails});
}

int hop_refuse(const struct weft_setup *setup, struct weft_error *error)
{
    int status = weft_simgrid_names_check(setup, error);
    return status == WEFT_OK ? hop_network_check(setup, error) : status;
}

int hop_attach(const struct weft_setup *setup, const struct weft_watch *watch, size_t watches,
               struct hop_attached **out, struct weft_error *error)
{
    int status = hop_refuse(setup, error);
    if (status == WEFT_OK)
        status = weft_simgrid_platform_check(setup, error);
    if (status == WEFT_OK)
        status = weft_simgrid_servers_check(error);
    if (status != WEFT_OK)
        return status;
    *out = weft_alloc(1, sizeof(**out));
    start(*out, setup, watch, watches);
    return WEFT_OK;
}

int hop_finish(struct hop_attached *run, struct weft_error *error)
{
    int status = hop_stations_finish(run->stations, error);
    if (status == WEFT_OK)
        status = weft_simgrid_servers_finish(run->servers, error);
    for (uint32_t s = 0; s < run->setup->servers && status == WEFT_OK; s++)
        status = hop_cores_finish(run->cores[s], error);
    if (status != WEFT_OK)
        return status;
    if (weft_reports_finish(run->reports) > 0)
        return weft_fail(error, WEFT_FAILED, "of some packets nothing was told");
    weft_hosts_advance(run->hosts, WEFT_NEVER);
    weft_hosts_finish(run->hosts);
    return WEFT_OK;
}

void hop_free(struct hop_attached *run)
{
    if (!run)
        return;
    weft_simgrid_servers_free(run->servers);
    for (uint32_t s = 0; s < run->setup->servers; s++)
        hop_cores_free(run->cores[s]);
    free(run->cores);
    hop_stations_free(run->stations);
    weft_reports_free(run->reports);
    weft_hosts_free(run->hosts);
    free(run);
}
