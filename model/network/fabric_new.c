/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A fabric is made from its parameters, and freed. */
#include "network/fabric_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { CACHE_LINE_BYTES = 64 };

static void *copy_of(const void *from, size_t count, size_t size)
{
    void *to = weft_alloc(count, size);
    if (count)
        memcpy(to, from, count * size);
    return to;
}

static bool has_outages(const struct weft_fabric_params *params)
{
    bool has = false;
    for (uint32_t i = 0; i < params->ingresses; i++)
        has |= params->ingress[i].up_ps > params->ingress[i].down_ps;
    return has;
}

static bool has_offs(const struct weft_fabric_params *params)
{
    bool has = false;
    for (uint32_t i = 0; i < params->ports; i++)
        has |= params->port[i].off_ps > 0;
    return has;
}

static bool can_lose(const struct weft_fabric_params *params)
{
    bool can = has_outages(params) || has_offs(params);
    for (uint32_t i = 0; i < params->switches; i++)
        can |= weft_admission_refuses(&params->rules[i]);
    return can;
}

static void init_losses(struct weft_fabric_losses *losses, const struct weft_fabric_params *params)
{
    losses->off_ps = weft_alloc(params->ports, sizeof *losses->off_ps);
    for (uint32_t i = 0; i < params->ports; i++)
        losses->off_ps[i] = params->port[i].off_ps > 0 ? params->port[i].off_ps : WEFT_NEVER;
    weft_admission_init(&losses->admission, params);
}

/* Each in a cache line of its own, which is all of it that a packet touches. */
static void alloc_ports(struct weft_fabric *fabric)
{
    static_assert(sizeof *fabric->port == CACHE_LINE_BYTES, "a port is one cache line");
    fabric->port_memory = weft_alloc((size_t)fabric->ports + 1, sizeof *fabric->port);
    uintptr_t over = (uintptr_t)fabric->port_memory % CACHE_LINE_BYTES;
    fabric->port = (void *)((char *)fabric->port_memory + (over ? CACHE_LINE_BYTES - over : 0));
}

static void init_ports(struct weft_fabric *fabric, const struct weft_fabric_params *params)
{
    fabric->ports = params->ports;
    alloc_ports(fabric);
    fabric->port_lane = weft_alloc(params->ports, sizeof *fabric->port_lane);
    fabric->port_by_class = weft_alloc(params->ports, sizeof *fabric->port_by_class);
    fabric->lanes = params->ingresses;
    for (uint32_t i = 0; i < params->ports; i++) {
        struct weft_port *port = &fabric->port[i];
        assert(params->port[i].switch_index < params->switches);
        weft_pipe_init(&port->link, params->port[i].rate_bps);
        port->latency_ps = params->rules[params->port[i].switch_index].latency_ps;
        fabric->port_by_class[i] = weft_port_rules_by_class(&params->rules[params->port[i].switch_index]);
        fabric->by_class |= fabric->port_by_class[i];
        port->delay_ps = params->port[i].delay_ps;
        fabric->port_lane[i] = params->port[i].to_switch == WEFT_TO_DEVICE ? WEFT_NO_LANE : fabric->lanes++;
    }
    fabric->trunked = fabric->lanes > params->ingresses;
    fabric->trunk_port = weft_alloc(fabric->lanes - params->ingresses, sizeof *fabric->trunk_port);
    for (uint32_t i = 0; i < params->ports; i++)
        if (fabric->port_lane[i] != WEFT_NO_LANE)
            fabric->trunk_port[fabric->port_lane[i] - params->ingresses] = i;
}

struct weft_fabric_entry weft_fabric_entry_of(const struct weft_fabric_params *params, uint32_t to_switch,
                                              uint64_t in_bps)
{
    const struct weft_forwarding *forwarding = params->rules[to_switch].forwarding;
    return (struct weft_fabric_entry){.in_bps = in_bps,
                                      .forwarding = forwarding && forwarding->enter_ps ? forwarding : NULL};
}

static struct weft_fabric_entry entry_of_lane(const struct weft_fabric *fabric,
                                              const struct weft_fabric_params *params, uint32_t lane)
{
    if (lane < params->ingresses)
        return weft_fabric_entry_of(params, params->ingress[lane].switch_index,
                                    params->ingress[lane].rate_bps);
    const struct weft_fabric_port *from = &params->port[fabric->trunk_port[lane - params->ingresses]];
    return weft_fabric_entry_of(params, from->to_switch, from->rate_bps);
}

static void init_sources(struct weft_fabric *fabric, const struct weft_fabric_params *params)
{
    fabric->sources = params->sources;
    fabric->source = weft_alloc(params->sources, sizeof *fabric->source);
    for (uint32_t i = 0; i < params->sources; i++)
        weft_source_init(&fabric->source[i], &params->source[i], fabric->gap_bytes);
}

static void init_lanes(struct weft_fabric *fabric, const struct weft_fabric_params *params)
{
    fabric->ingresses = params->ingresses;
    fabric->ingress = copy_of(params->ingress, params->ingresses, sizeof *fabric->ingress);
    fabric->single_hop = weft_single_hop_is(params);
    if (fabric->single_hop) {
        fabric->lanes = 0;
        weft_inbound_init(&fabric->inbound, params->ingresses);
        weft_merge_init(&fabric->turns, params->ingresses);
        return;
    }
    init_sources(fabric, params);
    fabric->multi_hop = weft_multi_hop_is(params);
    if (fabric->multi_hop) {
        fabric->lanes = 0;
        weft_multi_hop_init(fabric, params);
        return;
    }
    fabric->lane = weft_alloc(fabric->lanes, sizeof *fabric->lane);
    fabric->entry = weft_alloc(fabric->lanes, sizeof *fabric->entry);
    for (uint32_t i = 0; i < fabric->lanes; i++) {
        fabric->entry[i] = entry_of_lane(fabric, params, i);
        weft_lane_init(&fabric->lane[i], fabric->entry[i].forwarding != NULL);
    }
    fabric->first_lane = fabric->by_class ? fabric->ports : 0;
    weft_tournament_init(&fabric->merge, fabric->first_lane + fabric->lanes + params->sources);
    for (uint32_t i = 0; i < params->sources; i++)
        weft_tournament_set(&fabric->merge, fabric->first_lane + fabric->lanes + i,
                            weft_source_next(&fabric->source[i]));
}

/* The ways of streams and sources: that each goes from switch to switch to its end is the caller's to know. */
static void init_routes(struct weft_fabric *fabric, const struct weft_fabric_params *params)
{
    const uint32_t *first = params->route_first;
    uint32_t flows = params->streams + params->sources;
    fabric->streams = params->streams;
    fabric->first_port = weft_alloc(flows, sizeof *fabric->first_port);
    for (uint32_t f = 0; f < flows; f++) {
        assert(first[f + 1] > first[f]);
        for (uint32_t at = first[f]; at < first[f + 1]; at++) {
            bool last = at + 1 == first[f + 1];
            const struct weft_fabric_port *port = &params->port[params->route[at]];
            assert(params->route[at] < params->ports);
            assert((port->to_switch == WEFT_TO_DEVICE) == last || (last && f >= params->streams));
            assert(last || params->port[params->route[at + 1]].switch_index == port->to_switch);
            (void)port;
            (void)last;
        }
        fabric->first_port[f] = params->route[first[f]];
    }
    if (!fabric->trunked || fabric->multi_hop)
        return;
    fabric->route_first = copy_of(first, (size_t)flows + 1, sizeof *fabric->route_first);
    fabric->route = copy_of(params->route, first[flows], sizeof *fabric->route);
}

static void init_classes(struct weft_fabric *fabric, const struct weft_fabric_params *params)
{
    uint32_t flows = params->streams + params->sources;
    if (!fabric->by_class)
        return;
    weft_backlog_init(&fabric->backlog, params->ports);
    fabric->class_ = params->class_ ? copy_of(params->class_, flows, 1) : weft_alloc(flows, 1);
    for (uint32_t f = 0; f < flows; f++)
        assert(fabric->class_[f] < WEFT_CLASSES);
}

struct weft_fabric *weft_fabric_new(const struct weft_fabric_params *params)
{
    struct weft_fabric *fabric = weft_alloc(1, sizeof *fabric);
    fabric->gap_bytes = weft_wire_bytes(params->network, 0);
    init_ports(fabric, params);
    init_lanes(fabric, params);
    init_routes(fabric, params);
    init_classes(fabric, params);
    fabric->outages = has_outages(params);
    fabric->offs = has_offs(params);
    fabric->loses = can_lose(params);
    if (fabric->loses)
        init_losses(&fabric->losses, params);
    fabric->watch = copy_of(params->watch, params->watches, sizeof *fabric->watch);
    fabric->watches = params->watches;
    return fabric;
}

void weft_fabric_free(struct weft_fabric *fabric)
{
    if (!fabric)
        return;
    for (uint32_t i = 0; i < fabric->lanes; i++)
        weft_lane_clear(&fabric->lane[i]);
    weft_inbound_clear(&fabric->inbound);
    weft_merge_clear(&fabric->turns);
    weft_hops_clear(&fabric->hops);
    weft_tournament_clear(&fabric->merge);
    if (fabric->loses)
        weft_admission_clear(&fabric->losses.admission);
    if (fabric->by_class)
        weft_backlog_clear(&fabric->backlog);
    free(fabric->class_);
    free(fabric->losses.off_ps);
    free(fabric->lane);
    free(fabric->entry);
    free(fabric->source);
    free(fabric->ingress);
    free(fabric->port_memory);
    free(fabric->port_lane);
    free(fabric->port_by_class);
    free(fabric->trunk_port);
    free(fabric->first_step);
    free(fabric->step);
    free(fabric->first_port);
    free(fabric->route_first);
    free(fabric->route);
    free(fabric->watch);
    free(fabric);
}
