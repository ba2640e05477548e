/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The way of a packet behind its server: link, merge, FIFO of its port, link, and there a device
 * or the next switch. Only a fabric in which packets can be lost asks whether they are.
 *
 * Every link into a switch is a lane, and the lane whose next packet comes first goes next, so all switches together see
 * packets in one total order, whatever they are and whenever the fabric is moved on. What leaves through a trunk comes
 * into the next switch later than it came into this one: it takes time on the trunk. */
#include "weft/fabric.h"

#include "network/admission.h"
#include "network/lane.h"
#include "network/port.h"
#include "network/source.h"
#include "weft/tournament.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { NO_LANE = UINT32_MAX };

struct port {
    struct weft_port out;
    uint32_t lane; /* into the switch behind it; NO_LANE: a device is */
};

/* How packets come into a switch. */
struct entry {
    uint64_t in_bps;
    const struct weft_forwarding *forwarding; /* NULL: they are in their ports when their last bits are in */
};

/* Where packets can be lost. */
struct losses {
    struct weft_admission admission;
    weft_ps *off_ps; /* by port, of the device behind it; WEFT_NEVER: never */
};

struct weft_fabric {
    uint32_t ingresses, lanes, ports, streams, sources, gap_bytes;
    bool loses;   /* any link, port or device can */
    bool trunked; /* some port leads to another switch */
    struct weft_fabric_ingress *ingress;
    struct weft_lane *lane;       /* from the servers, then over the trunks in the order of their ports */
    uint32_t *trunk_port;         /* by lane behind those of the servers: the port that it comes from */
    struct weft_source *source;   /* are merged like lanes, behind them */
    struct weft_tournament merge; /* lanes and sources by when their next packet is in */
    struct port *port;
    struct losses losses;          /* only if it loses */
    struct entry *entry;           /* by lane */
    uint32_t *first_port;          /* of each stream, then of each source */
    uint32_t *route_first, *route; /* likewise, where there are trunks */
    struct weft_watch *watch;
    size_t watches;
    struct weft_train train;       /* what is being moved through switches and devices */
    uint32_t passed;               /* of its packets, have been through their ports */
    weft_ps device_ps[WEFT_TRAIN]; /* when the last bit of each of its packets is at its device */
};

static void *copy_of(const void *from, size_t count, size_t size)
{
    void *to = weft_alloc(count, size);
    if (count)
        memcpy(to, from, count * size);
    return to;
}

static bool can_lose(const struct weft_fabric_params *params)
{
    bool can = false;
    for (uint32_t i = 0; i < params->ingresses; i++)
        can |= params->ingress[i].up_ps > params->ingress[i].down_ps;
    for (uint32_t i = 0; i < params->ports; i++)
        can |= params->port[i].off_ps > 0;
    for (uint32_t i = 0; i < params->switches; i++)
        can |= weft_admission_refuses(&params->rules[i]);
    return can;
}

static void init_losses(struct losses *losses, const struct weft_fabric_params *params)
{
    losses->off_ps = weft_alloc(params->ports, sizeof *losses->off_ps);
    for (uint32_t i = 0; i < params->ports; i++)
        losses->off_ps[i] = params->port[i].off_ps > 0 ? params->port[i].off_ps : WEFT_NEVER;
    weft_admission_init(&losses->admission, params);
}

static void init_ports(struct weft_fabric *fabric, const struct weft_fabric_params *params)
{
    fabric->ports = params->ports;
    fabric->port = weft_alloc(params->ports, sizeof *fabric->port);
    fabric->lanes = params->ingresses;
    for (uint32_t i = 0; i < params->ports; i++) {
        struct port *port = &fabric->port[i];
        assert(params->port[i].switch_index < params->switches);
        weft_pipe_init(&port->out.link, params->port[i].rate_bps);
        port->out.latency_ps = params->rules[params->port[i].switch_index].latency_ps;
        port->out.delay_ps = params->port[i].delay_ps;
        port->lane = params->port[i].to_switch == WEFT_TO_DEVICE ? NO_LANE : fabric->lanes++;
    }
    fabric->trunked = fabric->lanes > params->ingresses;
    fabric->trunk_port = weft_alloc(fabric->lanes - params->ingresses, sizeof *fabric->trunk_port);
    for (uint32_t i = 0; i < params->ports; i++)
        if (fabric->port[i].lane != NO_LANE)
            fabric->trunk_port[fabric->port[i].lane - params->ingresses] = i;
}

static struct entry entry_of(const struct weft_fabric *fabric, const struct weft_fabric_params *params,
                             uint32_t lane)
{
    bool trunk = lane >= params->ingresses;
    const struct weft_fabric_port *from =
        trunk ? &params->port[fabric->trunk_port[lane - params->ingresses]] : NULL;
    uint32_t to = trunk ? from->to_switch : params->ingress[lane].switch_index;
    const struct weft_forwarding *forwarding = params->rules[to].forwarding;
    return (struct entry){.in_bps = trunk ? from->rate_bps : params->ingress[lane].rate_bps,
                          .forwarding = forwarding && forwarding->enter_ps ? forwarding : NULL};
}

static void init_lanes(struct weft_fabric *fabric, const struct weft_fabric_params *params)
{
    fabric->ingresses = params->ingresses;
    fabric->ingress = copy_of(params->ingress, params->ingresses, sizeof *fabric->ingress);
    fabric->lane = weft_alloc(fabric->lanes, sizeof *fabric->lane);
    fabric->entry = weft_alloc(fabric->lanes, sizeof *fabric->entry);
    for (uint32_t i = 0; i < fabric->lanes; i++) {
        fabric->entry[i] = entry_of(fabric, params, i);
        weft_lane_init(&fabric->lane[i], fabric->entry[i].forwarding != NULL);
    }
    fabric->sources = params->sources;
    fabric->source = weft_alloc(params->sources, sizeof *fabric->source);
    weft_tournament_init(&fabric->merge, fabric->lanes + params->sources);
    for (uint32_t i = 0; i < params->sources; i++) {
        weft_source_init(&fabric->source[i], &params->source[i], fabric->gap_bytes);
        weft_tournament_set(&fabric->merge, fabric->lanes + i, weft_source_next(&fabric->source[i]));
    }
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
    if (!fabric->trunked)
        return;
    fabric->route_first = copy_of(first, (size_t)flows + 1, sizeof *fabric->route_first);
    fabric->route = copy_of(params->route, first[flows], sizeof *fabric->route);
}

struct weft_fabric *weft_fabric_new(const struct weft_fabric_params *params)
{
    struct weft_fabric *fabric = weft_alloc(1, sizeof *fabric);
    fabric->gap_bytes = weft_wire_bytes(params->network, 0);
    init_ports(fabric, params);
    init_lanes(fabric, params);
    init_routes(fabric, params);
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
    weft_tournament_clear(&fabric->merge);
    if (fabric->loses)
        weft_admission_clear(&fabric->losses.admission);
    free(fabric->losses.off_ps);
    free(fabric->lane);
    free(fabric->entry);
    free(fabric->source);
    free(fabric->ingress);
    free(fabric->port);
    free(fabric->trunk_port);
    free(fabric->first_port);
    free(fabric->route_first);
    free(fabric->route);
    free(fabric->watch);
    free(fabric);
}

/* By which port of its switch a packet of a stream leaves that came in by `lane`, which may be a source. */
static uint32_t find_port(const struct weft_fabric *fabric, uint32_t lane, uint32_t stream)
{
    if (lane < fabric->ingresses || lane >= fabric->lanes)
        return fabric->first_port[stream];
    uint32_t from = fabric->trunk_port[lane - fabric->ingresses];
    const uint32_t *route = fabric->route + fabric->route_first[stream];
    while (*route != from)
        route++;
    return route[1];
}

/* Packet `i` of a train onto a lane: its last bit is in the switch at `in_ps`. */
static void push_packet(struct weft_fabric *fabric, uint32_t lane, const struct weft_train *train, uint32_t i,
                        weft_ps in_ps)
{
    const struct entry *entry = &fabric->entry[lane];
    weft_ps enter_ps = in_ps;
    if (entry->forwarding) {
        const struct port *port = &fabric->port[find_port(fabric, lane, train->stream[i])];
        enter_ps = entry->forwarding->enter_ps(train->frame_bytes[i], entry->in_bps,
                                               port->out.link.rate_per_s, in_ps);
    }
    weft_lane_push_one(&fabric->lane[lane], train, i, in_ps, enter_ps);
}

static void push_each(struct weft_fabric *fabric, uint32_t ingress, const struct weft_train *train)
{
    for (uint32_t i = 0; i < train->n; i++)
        push_packet(fabric, ingress, train, i, train->done_ps[i] + fabric->ingress[ingress].delay_ps);
}

void weft_fabric_push(struct weft_fabric *fabric, uint32_t ingress, const struct weft_train *train)
{
    assert(ingress < fabric->ingresses);
    struct weft_lane *lane = &fabric->lane[ingress];
    if (lane->cuts)
        push_each(fabric, ingress, train);
    else
        weft_lane_push(lane, train, fabric->ingress[ingress].delay_ps);
    weft_tournament_set(&fabric->merge, ingress, weft_lane_next(lane));
}

/* Packets [first, n) of the train came over the link of `ingress` (NULL: over a link that is never down): those
 * that were on the wire while it was down are lost. The wire time ends one propagation delay before the packet is in. */
static void pass_link(const struct weft_fabric_ingress *ingress, struct weft_train *train, uint32_t first)
{
    if (!ingress) {
        memset(train->outcome + first, WEFT_DELIVERED, train->n - first);
        return;
    }
    for (uint32_t i = first; i < train->n; i++) {
        weft_ps sent_ps = train->at_ps[i] - ingress->delay_ps;
        bool lost = train->tx_ps[i] < ingress->up_ps && sent_ps > ingress->down_ps;
        train->outcome[i] = lost ? WEFT_DROPPED_LINK : WEFT_DELIVERED;
    }
}

/* Switch and last link, where nothing is ever lost: outcomes stay WEFT_DELIVERED. */
static void pass_all(struct weft_fabric *fabric, struct weft_train *train, uint32_t first)
{
    for (uint32_t i = first; i < train->n; i++) {
        struct port *port = &fabric->port[train->port[i]];
        uint64_t wire_bytes = (uint64_t)train->frame_bytes[i] + fabric->gap_bytes;
        train->done_ps[i] = weft_port_take(&port->out, train->enter_ps[i], wire_bytes);
        fabric->device_ps[i] = train->done_ps[i] + port->out.delay_ps;
    }
}

/* The same where a packet may have been lost on its link, may find no room, or a device that is off. */
static void pass_some(struct weft_fabric *fabric, struct weft_train *train, uint32_t first)
{
    struct weft_admission *admission = &fabric->losses.admission;
    for (uint32_t i = first; i < train->n; i++) {
        uint32_t frame_bytes = train->frame_bytes[i], index = train->port[i];
        struct port *port = &fabric->port[index];
        train->done_ps[i] = fabric->device_ps[i] = WEFT_NEVER;
        if (train->outcome[i] != WEFT_DELIVERED)
            continue;
        if (!weft_admission_admits(admission, index, train->enter_ps[i], frame_bytes)) {
            train->outcome[i] = WEFT_DROPPED_BUFFER;
            continue;
        }
        uint64_t wire_bytes = (uint64_t)frame_bytes + fabric->gap_bytes;
        train->done_ps[i] = weft_port_take(&port->out, train->enter_ps[i], wire_bytes);
        fabric->device_ps[i] = train->done_ps[i] + port->out.delay_ps;
        weft_admission_enter(admission, index, train->enter_ps[i], train->done_ps[i], frame_bytes);
        if (fabric->device_ps[i] >= fabric->losses.off_ps[index])
            train->outcome[i] = WEFT_DROPPED_DEVICE;
    }
}

static void move_packet(struct weft_train *train, uint32_t from, uint32_t to)
{
    train->packet[to] = train->packet[from];
    train->stream[to] = train->stream[from];
    train->number[to] = train->number[from];
    train->payload_bytes[to] = train->payload_bytes[from];
    train->frame_bytes[to] = train->frame_bytes[from];
    train->tx_ps[to] = train->tx_ps[from];
    train->outcome[to] = train->outcome[from];
}

/* Is this port the end of the packet's way? Of streams only those before devices are. */
static bool is_end(const struct weft_fabric *fabric, uint32_t stream, uint32_t port)
{
    return stream >= fabric->streams && fabric->route[fabric->route_first[stream + 1] - 1] == port;
}

/* What left through trunks goes on to the next switch. */
static void pass_trunks(struct weft_fabric *fabric, const struct weft_train *train, uint32_t first)
{
    for (uint32_t i = first; i < train->n; i++) {
        uint32_t lane = fabric->port[train->port[i]].lane;
        if (lane == NO_LANE || train->outcome[i] != WEFT_DELIVERED ||
            is_end(fabric, train->stream[i], train->port[i]))
            continue;
        push_packet(fabric, lane, train, i, fabric->device_ps[i]);
        weft_tournament_set(&fabric->merge, lane, weft_lane_next(&fabric->lane[lane]));
    }
}

/* What has not been through its port yet goes through. */
static void pass(struct weft_fabric *fabric)
{
    struct weft_train *train = &fabric->train;
    if (fabric->loses)
        pass_some(fabric, train, fabric->passed);
    else
        pass_all(fabric, train, fabric->passed);
    if (fabric->trunked)
        pass_trunks(fabric, train, fabric->passed);
    fabric->passed = train->n;
}

/* What arrives of the train. A device keeps nothing, so it is done with a packet when it has it. Background traffic is no
 * matter of devices. */
static void reach_devices(struct weft_fabric *fabric, struct weft_train *train)
{
    uint32_t n = train->n;
    if (fabric->loses || fabric->trunked || fabric->sources > 0) {
        n = 0;
        for (uint32_t i = 0; i < train->n; i++)
            if (train->outcome[i] == WEFT_DELIVERED && fabric->port[train->port[i]].lane == NO_LANE &&
                train->stream[i] < fabric->streams) {
                fabric->device_ps[n] = fabric->device_ps[i];
                move_packet(train, i, n++);
            }
    }
    train->n = n;
    memcpy(train->at_ps, fabric->device_ps, n * sizeof *train->at_ps);
    memcpy(train->done_ps, fabric->device_ps, n * sizeof *train->done_ps);
}

static void report(const struct weft_fabric *fabric, enum weft_point point)
{
    if (fabric->train.n == 0)
        return;
    for (size_t i = 0; i < fabric->watches; i++) {
        const struct weft_watch *watch = &fabric->watch[i];
        if (watch->packets)
            watch->packets(watch->ctx, point, 0, &fabric->train);
    }
}

static void forward(struct weft_fabric *fabric)
{
    struct weft_train *train = &fabric->train;
    pass(fabric);
    report(fabric, WEFT_AT_SWITCH);
    reach_devices(fabric, train);
    report(fabric, WEFT_AT_DEVICE);
    train->n = fabric->passed = 0;
}

static weft_ps next_of(const struct weft_fabric *fabric, uint32_t lane)
{
    return lane < fabric->lanes ? weft_lane_next(&fabric->lane[lane])
                                : weft_source_next(&fabric->source[lane - fabric->lanes]);
}

/* Background comes from many links, of which nothing is known: it is stored. */
static void pop_source(struct weft_fabric *fabric, uint32_t source, struct weft_train *train)
{
    uint32_t i = train->n;
    weft_source_pop(&fabric->source[source], fabric->streams + source, fabric->ingresses + source, train);
    train->enter_ps[i] = train->at_ps[i];
}

static void pop_one(struct weft_fabric *fabric, uint32_t lane, struct weft_train *train)
{
    uint32_t source = lane - fabric->lanes;
    if (lane < fabric->lanes)
        weft_lane_pop_one(&fabric->lane[lane], train);
    else
        pop_source(fabric, source, train);
}

/* Packets of a server's lane that are in at or before `limit_ps` to the end of the train, as many as fit. */
static inline void take_servers_run(struct weft_fabric *fabric, uint32_t lane, weft_ps limit_ps,
                                    struct weft_train *train)
{
    uint32_t i = train->n;
    weft_lane_pop(&fabric->lane[lane], limit_ps, train);
    for (; i < train->n; i++)
        train->port[i] = fabric->first_port[train->stream[i]];
}

/* The same of any lane or source, but not past a packet that leaves through a trunk: it may come before those behind it. */
static void take_run(struct weft_fabric *fabric, uint32_t lane, weft_ps limit_ps, struct weft_train *train)
{
    bool trunk = false;
    while (!trunk && train->n < WEFT_TRAIN) {
        uint32_t i = train->n;
        weft_ps next_ps = next_of(fabric, lane);
        if (next_ps > limit_ps || next_ps == WEFT_NEVER)
            break;
        pop_one(fabric, lane, train);
        train->port[i] = find_port(fabric, lane, train->stream[i]);
        trunk = fabric->port[train->port[i]].lane != NO_LANE;
    }
}

/* Append the next packets in the merged order, until a packet of another lane comes before: packets are merged in
 * runs, so that one server, or one that bursts alone, costs no comparison per packet. `servers`: there is nothing but
 * servers' lanes; it is a constant where this is put in place. False: none is in by `until_ps`. */
static inline bool merge_run(struct weft_fabric *fabric, weft_ps until_ps, struct weft_train *train,
                             bool servers)
{
    weft_ps next_ps = weft_tournament_least(&fabric->merge);
    if (next_ps > until_ps || next_ps == WEFT_NEVER)
        return false;
    uint32_t first = weft_tournament_first(&fabric->merge), before = train->n;
    weft_ps lead_ps = weft_tournament_lead(&fabric->merge, first);
    weft_ps limit_ps = lead_ps < until_ps ? lead_ps : until_ps;
    if (servers)
        take_servers_run(fabric, first, limit_ps, train);
    else
        take_run(fabric, first, limit_ps, train);
    weft_tournament_set(&fabric->merge, first,
                        servers ? weft_lane_next(&fabric->lane[first]) : next_of(fabric, first));
    if (fabric->loses)
        pass_link(first < fabric->ingresses ? &fabric->ingress[first] : NULL, train, before);
    return true;
}

void weft_fabric_advance(struct weft_fabric *fabric, weft_ps until_ps)
{
    struct weft_train *train = &fabric->train;
    bool servers = !fabric->trunked && fabric->sources == 0;
    while (servers ? merge_run(fabric, until_ps, train, true) : merge_run(fabric, until_ps, train, false)) {
        if (fabric->trunked)
            pass(fabric);
        if (train->n == WEFT_TRAIN)
            forward(fabric);
    }
    if (train->n)
        forward(fabric);
}
