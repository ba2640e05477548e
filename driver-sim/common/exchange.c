/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hosts, fabric and observers of one run.
 *
 * A host is taken from and stepped at its own instants only: servers do not influence each other before the switch, so
 * others need not hear of them. The fabric merges what all of them sent and may move to an instant when each has
 * handed over what it sends until then. So between two moves hosts run ahead of the fabric, and what they sent waits in
 * it; a move goes to the least of the hosts' next instants, `until`, after every host has been taken from up to it:
 *
 *     a packet not handed over by then has its first bit after `until`, because no host will do anything before it
 *
 * and so comes into the switch later still. A move asks every server, so it is made when a train's worth of packets, or
 * one a server, waits: its cost is constant a packet and what waits is bounded. */

#include "common/exchange.h"

#include "weft/fabric.h"
#include "weft/tournament.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct weft_exchange {
    const struct weft_setup *setup;
    const struct weft_watch *watch;
    size_t watches;
    struct weft_host **host;
    struct weft_tournament next; /* hosts by their next instant */
    struct weft_fabric *fabric;
    uint64_t waiting; /* packets handed to the fabric since it was last moved */
    struct weft_train train;
};

struct weft_exchange *weft_exchange_new(const struct weft_setup *setup, const struct weft_watch *watch,
                                        size_t watches)
{
    struct weft_exchange *exchange = weft_alloc(1, sizeof(*exchange));
    bool bytes = false;
    for (size_t i = 0; i < watches; i++)
        bytes |= watch[i].bytes;
    exchange->setup = setup;
    exchange->watch = watch;
    exchange->watches = watches;
    exchange->host = weft_alloc(setup->servers, sizeof(*exchange->host));
    weft_tournament_init(&exchange->next, setup->servers);
    for (uint32_t i = 0; i < setup->servers; i++) {
        exchange->host[i] = weft_host_new(setup, i, bytes);
        weft_tournament_set(&exchange->next, i, weft_host_next(exchange->host[i]));
    }
    exchange->fabric = weft_setup_fabric(setup, watch, watches);
    return exchange;
}

void weft_exchange_free(struct weft_exchange *exchange)
{
    if (!exchange)
        return;
    for (uint32_t i = 0; i < exchange->setup->servers; i++)
        weft_host_free(exchange->host[i]);
    weft_fabric_free(exchange->fabric);
    weft_tournament_clear(&exchange->next);
    free(exchange->host);
    free(exchange);
}

struct weft_host *weft_exchange_host(struct weft_exchange *exchange, uint32_t server)
{
    assert(server < exchange->setup->servers);
    return exchange->host[server];
}

weft_ps weft_exchange_next(const struct weft_exchange *exchange)
{
    return weft_tournament_least(&exchange->next);
}

uint32_t weft_exchange_first(const struct weft_exchange *exchange)
{
    return weft_tournament_first(&exchange->next);
}

void weft_exchange_take(struct weft_exchange *exchange, uint32_t server, weft_ps until_ps)
{
    struct weft_train *train = &exchange->train;
    while (weft_host_take(exchange->host[server], until_ps, train) > 0) {
        for (size_t i = 0; i < exchange->watches; i++)
            if (exchange->watch[i].packets)
                exchange->watch[i].packets(exchange->watch[i].ctx, WEFT_AT_SERVER, server, train);
        weft_fabric_push(exchange->fabric, server, train);
        exchange->waiting += train->n;
    }
}

void weft_exchange_step(struct weft_exchange *exchange, uint32_t server, weft_ps now_ps)
{
    weft_host_step(exchange->host[server], now_ps);
    weft_tournament_set(&exchange->next, server, weft_host_next(exchange->host[server]));
}

static void move(struct weft_exchange *exchange, weft_ps until_ps)
{
    for (uint32_t s = 0; s < exchange->setup->servers; s++)
        weft_exchange_take(exchange, s, until_ps);
    weft_fabric_advance(exchange->fabric, until_ps);
    for (size_t i = 0; i < exchange->watches; i++)
        if (exchange->watch[i].advance)
            exchange->watch[i].advance(exchange->watch[i].ctx, until_ps);
    exchange->waiting = 0;
}

void weft_exchange_advance(struct weft_exchange *exchange)
{
    if (exchange->waiting >= WEFT_TRAIN && exchange->waiting >= exchange->setup->servers)
        move(exchange, weft_exchange_next(exchange));
}

static void report_refused(const struct weft_exchange *exchange, const struct weft_watch *watch)
{
    for (uint32_t i = 0; i < exchange->setup->streams; i++) {
        const struct weft_host *host = exchange->host[exchange->setup->stream[i].server];
        const struct weft_refused *refused = weft_host_refused(host, i);
        if (refused)
            watch->refused(watch->ctx, i, refused);
    }
}

void weft_exchange_finish(struct weft_exchange *exchange)
{
    move(exchange, WEFT_NEVER);
    for (size_t i = 0; i < exchange->watches; i++)
        if (exchange->watch[i].refused)
            report_refused(exchange, &exchange->watch[i]);
    for (uint32_t s = 0; s < exchange->setup->servers; s++)
        for (size_t i = 0; i < exchange->watches; i++)
            if (exchange->watch[i].server)
                exchange->watch[i].server(exchange->watch[i].ctx, s, weft_host_counters(exchange->host[s]));
}
