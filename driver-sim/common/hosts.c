/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The servers of one run, by their next instants, and what observers hear of them. */

#include "common/hosts.h"

#include "common/watches.h"
#include "weft/tournament.h"

#include <assert.h>
#include <stdlib.h>

struct weft_hosts {
    const struct weft_setup *setup;
    struct weft_watches watches;
    struct weft_host **host;
    struct weft_tournament next; /* hosts by their next instant */
};

struct weft_hosts *weft_hosts_new(const struct weft_setup *setup, const struct weft_watch *watch,
                                  size_t watches)
{
    struct weft_hosts *hosts = weft_alloc(1, sizeof(*hosts));
    hosts->setup = setup;
    hosts->watches = (struct weft_watches){watch, watches};
    hosts->host = weft_alloc(setup->servers, sizeof(*hosts->host));
    weft_tournament_init(&hosts->next, setup->servers);
    for (uint32_t i = 0; i < setup->servers; i++) {
        hosts->host[i] = weft_host_new(setup, i, weft_watches_want_bytes(&hosts->watches));
        weft_tournament_set(&hosts->next, i, weft_host_next(hosts->host[i]));
    }
    return hosts;
}

void weft_hosts_free(struct weft_hosts *hosts)
{
    if (!hosts)
        return;
    for (uint32_t i = 0; i < hosts->setup->servers; i++)
        weft_host_free(hosts->host[i]);
    weft_tournament_clear(&hosts->next);
    free(hosts->host);
    free(hosts);
}

struct weft_host *weft_hosts_host(struct weft_hosts *hosts, uint32_t server)
{
    assert(server < hosts->setup->servers);
    return hosts->host[server];
}

weft_ps weft_hosts_next(const struct weft_hosts *hosts)
{
    return weft_tournament_least(&hosts->next);
}

uint32_t weft_hosts_first(const struct weft_hosts *hosts)
{
    return weft_tournament_first(&hosts->next);
}

uint32_t weft_hosts_take(struct weft_hosts *hosts, uint32_t server, weft_ps until_ps, struct weft_train *out)
{
    uint32_t n = weft_host_take(hosts->host[server], until_ps, out);
    if (n > 0)
        weft_hosts_tell(hosts, server, out);
    return n;
}

uint32_t weft_hosts_gather(struct weft_hosts *hosts, uint32_t server, weft_ps until_ps,
                           struct weft_train *train)
{
    return weft_host_gather(hosts->host[server], until_ps, train);
}

void weft_hosts_tell(const struct weft_hosts *hosts, uint32_t server, const struct weft_train *train)
{
    weft_watches_tell(&hosts->watches, WEFT_AT_SERVER, server, train);
}

bool weft_hosts_want_bytes(const struct weft_hosts *hosts)
{
    return weft_watches_want_bytes(&hosts->watches);
}

void weft_hosts_step(struct weft_hosts *hosts, uint32_t server, weft_ps now_ps)
{
    weft_host_step(hosts->host[server], now_ps);
    weft_tournament_set(&hosts->next, server, weft_host_next(hosts->host[server]));
}

void weft_hosts_advance(struct weft_hosts *hosts, weft_ps until_ps)
{
    for (size_t i = 0; i < hosts->watches.count; i++) {
        const struct weft_watch *watch = &hosts->watches.watch[i];
        if (watch->advance)
            watch->advance(watch->ctx, until_ps);
    }
}

void weft_hosts_mark(struct weft_hosts *hosts)
{
    for (uint32_t s = 0; s < hosts->setup->servers; s++)
        weft_host_mark(hosts->host[s]);
    for (size_t i = 0; i < hosts->watches.count; i++)
        if (hosts->watches.watch[i].mark)
            hosts->watches.watch[i].mark(hosts->watches.watch[i].ctx);
}

void weft_hosts_repeat(struct weft_hosts *hosts, weft_ps now_ps, const struct weft_repeat *repeat)
{
    for (uint32_t s = 0; s < hosts->setup->servers && repeat->times > 0; s++) {
        weft_host_repeat(hosts->host[s], now_ps, repeat);
        weft_tournament_set(&hosts->next, s, weft_host_next(hosts->host[s]));
    }
    for (size_t i = 0; i < hosts->watches.count; i++)
        if (hosts->watches.watch[i].repeat)
            hosts->watches.watch[i].repeat(hosts->watches.watch[i].ctx, repeat);
}

static void report_refused(const struct weft_hosts *hosts, const struct weft_watch *watch)
{
    for (uint32_t i = 0; i < hosts->setup->streams; i++) {
        const struct weft_host *host = hosts->host[hosts->setup->stream[i].server];
        const struct weft_refused *refused = weft_host_refused(host, i);
        if (refused)
            watch->refused(watch->ctx, i, refused);
    }
}

void weft_hosts_finish(struct weft_hosts *hosts)
{
    const struct weft_watch *watch = hosts->watches.watch;
    for (size_t i = 0; i < hosts->watches.count; i++)
        if (watch[i].refused)
            report_refused(hosts, &watch[i]);
    for (uint32_t s = 0; s < hosts->setup->servers; s++)
        for (size_t i = 0; i < hosts->watches.count; i++)
            if (watch[i].server)
                watch[i].server(watch[i].ctx, s, weft_host_counted(hosts->host[s]));
}
