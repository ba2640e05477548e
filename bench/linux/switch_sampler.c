/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A dump of all queueing disciplines of the namespace, by libnl: one system call to ask and one to read. */

#include "switch_sampler.h"

#include "failure.h"

#include <netlink/netlink.h>
#include <netlink/route/qdisc.h>
#include <netlink/route/tc.h>
#include <string.h>
#include <time.h>

struct switch_sampler {
    struct nl_sock *sock;
    struct nl_cache *qdiscs;
    const int *link_index;
    uint32_t links;
    uint32_t *most;
    uint64_t waiting, dropped; /* before all links, at the last look */
    uint64_t dropped_before;
    uint64_t last_ns, gap_ns;
};

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * G_GUINT64_CONSTANT(1000000000) + (uint64_t)now.tv_nsec;
}

struct switch_sampler *switch_sampler_new(const int *link_index, uint32_t links, GError **error)
{
    struct switch_sampler *sampler = g_new0(struct switch_sampler, 1);
    sampler->link_index = link_index;
    sampler->links = links;
    sampler->most = g_new0(uint32_t, links);
    sampler->sock = nl_socket_alloc();
    int status = sampler->sock ? nl_connect(sampler->sock, NETLINK_ROUTE) : -NLE_NOMEM;
    if (status == 0)
        status = rtnl_qdisc_alloc_cache(sampler->sock, &sampler->qdiscs);
    if (status == 0)
        return sampler;
    failure(error, STATUS_INPUT, "switch lab: queues cannot be looked at: %s", nl_geterror(status));
    switch_sampler_free(sampler);
    return NULL;
}

void switch_sampler_free(struct switch_sampler *sampler)
{
    if (!sampler)
        return;
    nl_cache_free(sampler->qdiscs);
    nl_socket_free(sampler->sock);
    g_free(sampler->most);
    g_free(sampler);
}

static void take(struct switch_sampler *sampler, struct rtnl_tc *qdisc)
{
    if (rtnl_tc_get_parent(qdisc) != TC_H_ROOT)
        return;
    for (uint32_t i = 0; i < sampler->links; i++)
        if (rtnl_tc_get_ifindex(qdisc) == sampler->link_index[i]) {
            uint32_t waiting = (uint32_t)rtnl_tc_get_stat(qdisc, RTNL_TC_QLEN);
            sampler->most[i] = MAX(sampler->most[i], waiting);
            sampler->waiting += waiting;
            sampler->dropped += rtnl_tc_get_stat(qdisc, RTNL_TC_DROPS);
        }
}

gboolean switch_sampler_look(struct switch_sampler *sampler, GError **error)
{
    int status = nl_cache_refill(sampler->sock, sampler->qdiscs);
    uint64_t at_ns = now_ns();
    if (status < 0)
        return failure(error, STATUS_FAILED, "switch lab: queues cannot be looked at: %s",
                       nl_geterror(status));
    if (sampler->last_ns)
        sampler->gap_ns = MAX(sampler->gap_ns, at_ns - sampler->last_ns);
    sampler->last_ns = at_ns;
    sampler->waiting = sampler->dropped = 0;
    for (struct nl_object *qdisc = nl_cache_get_first(sampler->qdiscs); qdisc;
         qdisc = nl_cache_get_next(qdisc))
        take(sampler, TC_CAST(qdisc));
    return TRUE;
}

gboolean switch_sampler_begin(struct switch_sampler *sampler, GError **error)
{
    if (!switch_sampler_look(sampler, error))
        return FALSE;
    memset(sampler->most, 0, sampler->links * sizeof(*sampler->most));
    sampler->gap_ns = 0;
    sampler->dropped_before = sampler->dropped;
    return TRUE;
}

uint32_t switch_sampler_most(const struct switch_sampler *sampler, uint32_t link)
{
    return sampler->most[link];
}

uint64_t switch_sampler_gap_ns(const struct switch_sampler *sampler)
{
    return sampler->gap_ns;
}

uint64_t switch_sampler_dropped(const struct switch_sampler *sampler)
{
    return sampler->dropped - sampler->dropped_before;
}

gboolean switch_sampler_empty(const struct switch_sampler *sampler)
{
    return sampler->waiting == 0;
}
