/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hosts and fabric of one run.
 *
 * A host is taken from and stepped at its own instants only: servers do not influence each other before the switch, so
 * others need not hear of them. The fabric merges what all of them sent and may move to an instant when each has
 * handed over what it sends until then. So between two moves hosts run ahead of the fabric, and what they sent waits in
 * it; a move goes to the least of the hosts' next instants, `until`, after every host has been taken from up to it:
 *
 *     a packet not handed over by then has its first bit after `until`, because no host will do anything before it
 *
 * and so comes into the switch later still. A move asks every server, so it is made when a train's worth of packets, or
 * one a server, waits: its cost is constant a packet and what waits is bounded.
 *
 * What one server sends is gathered until a train is full, which goes as it is to all that look at it and through the
 * fabric: a train costs more than a packet. */

#include "common/exchange.h"

#include "common/hosts.h"
#include "weft/fabric.h"

#include <stdlib.h>

struct weft_exchange {
    uint32_t servers;
    struct weft_hosts *hosts;
    struct weft_fabric *fabric;
    bool gathers;
    uint64_t waiting; /* packets taken since the fabric was last moved */
    struct weft_train train;
};

struct weft_exchange *weft_exchange_new(const struct weft_setup *setup, const struct weft_watch *watch,
                                        size_t watches)
{
    struct weft_exchange *exchange = weft_alloc(1, sizeof(*exchange));
    exchange->servers = setup->servers;
    exchange->hosts = weft_hosts_new(setup, watch, watches);
    exchange->gathers = setup->servers == 1 && !weft_hosts_want_bytes(exchange->hosts);
    exchange->fabric = weft_setup_fabric(setup, watch, watches);
    return exchange;
}

void weft_exchange_free(struct weft_exchange *exchange)
{
    if (!exchange)
        return;
    weft_hosts_free(exchange->hosts);
    weft_fabric_free(exchange->fabric);
    free(exchange);
}

struct weft_fabric *weft_exchange_fabric(struct weft_exchange *exchange)
{
    return exchange->fabric;
}

struct weft_host *weft_exchange_host(struct weft_exchange *exchange, uint32_t server)
{
    return weft_hosts_host(exchange->hosts, server);
}

weft_ps weft_exchange_next(const struct weft_exchange *exchange)
{
    return weft_hosts_next(exchange->hosts);
}

uint32_t weft_exchange_first(const struct weft_exchange *exchange)
{
    return weft_hosts_first(exchange->hosts);
}

static void hand_over(struct weft_exchange *exchange)
{
    weft_hosts_tell(exchange->hosts, 0, &exchange->train);
    weft_fabric_push(exchange->fabric, 0, &exchange->train);
    exchange->train.n = 0;
}

static void gather(struct weft_exchange *exchange, weft_ps until_ps)
{
    struct weft_train *train = &exchange->train;
    for (uint32_t n; (n = weft_hosts_gather(exchange->hosts, 0, until_ps, train)) > 0; exchange->waiting += n)
        if (train->n == WEFT_TRAIN)
            hand_over(exchange);
}

void weft_exchange_take(struct weft_exchange *exchange, uint32_t server, weft_ps until_ps)
{
    if (exchange->gathers) {
        gather(exchange, until_ps);
        return;
    }
    for (uint32_t n; (n = weft_hosts_take(exchange->hosts, server, until_ps, &exchange->train)) > 0;
         exchange->waiting += n)
        weft_fabric_push(exchange->fabric, server, &exchange->train);
}

void weft_exchange_step(struct weft_exchange *exchange, uint32_t server, weft_ps now_ps)
{
    weft_hosts_step(exchange->hosts, server, now_ps);
}

void weft_exchange_move(struct weft_exchange *exchange, weft_ps until_ps)
{
    for (uint32_t s = 0; s < exchange->servers; s++)
        weft_exchange_take(exchange, s, until_ps);
    if (exchange->gathers && exchange->train.n > 0)
        hand_over(exchange);
    weft_fabric_advance(exchange->fabric, until_ps);
    weft_hosts_advance(exchange->hosts, until_ps);
    exchange->waiting = 0;
}

void weft_exchange_advance(struct weft_exchange *exchange)
{
    if (exchange->waiting >= WEFT_TRAIN && exchange->waiting >= exchange->servers)
        weft_exchange_move(exchange, weft_exchange_next(exchange));
}

void weft_exchange_mark(struct weft_exchange *exchange)
{
    weft_hosts_mark(exchange->hosts);
}

void weft_exchange_repeat(struct weft_exchange *exchange, weft_ps now_ps, const struct weft_repeat *repeat)
{
    if (repeat->times > 0)
        weft_fabric_repeat(exchange->fabric, now_ps, repeat);
    weft_hosts_repeat(exchange->hosts, now_ps, repeat);
    weft_hosts_advance(exchange->hosts, now_ps + repeat->times * repeat->period_ps);
}

void weft_exchange_finish(struct weft_exchange *exchange)
{
    weft_exchange_move(exchange, WEFT_NEVER);
    weft_hosts_finish(exchange->hosts);
}
