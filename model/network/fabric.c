/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The way of a packet behind its server: link, merge, store-and-forward FIFO of its port, link, device. A
 * port is a pipe of bits: its queue needs no storage, because a FIFO is known by the instant it is free again.
 * Only a port with a limit keeps what it holds, and only a fabric in which packets can be lost asks whether
 * they are. */
#include "weft/fabric.h"

#include "network/held.h"
#include "network/lane.h"
#include "weft/tournament.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { SWITCH = 0 }; /* the fabric is one switch: the only node that observers hear of */

struct port {
    struct weft_pipe link;
    weft_ps latency_ps, delay_ps;
};

/* What makes a port lose packets, apart from what every packet needs. */
struct limits {
    bool (*accepts)(uint64_t limit, uint64_t held_packets, uint64_t held_bytes, uint32_t frame_bytes);
    uint64_t buffer_limit;
    weft_ps off_ps;
    struct weft_held held;
};

struct weft_fabric {
    uint32_t ingresses, ports, gap_bytes;
    bool loses; /* any link, port or device can */
    struct weft_fabric_ingress *ingress;
    struct weft_lane *lane;
    struct weft_tournament merge; /* lanes by when their next packet is in */
    struct port *port;
    struct limits *limits; /* by port; NULL unless the fabric loses */
    uint32_t *port_of_stream;
    struct weft_watch *watch;
    size_t watches;
    struct weft_train train;       /* what is being moved through switch and devices */
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
        can |= params->port[i].accepts || params->port[i].off_ps > 0;
    return can;
}

static struct limits *new_limits(const struct weft_fabric_params *params)
{
    struct limits *limits = weft_alloc(params->ports, sizeof *limits);
    for (uint32_t i = 0; i < params->ports; i++) {
        const struct weft_fabric_port *port = &params->port[i];
        limits[i].accepts = port->accepts;
        limits[i].buffer_limit = port->buffer_limit;
        limits[i].off_ps = port->off_ps > 0 ? port->off_ps : WEFT_NEVER;
    }
    return limits;
}

struct weft_fabric *weft_fabric_new(const struct weft_fabric_params *params)
{
    struct weft_fabric *fabric = weft_alloc(1, sizeof *fabric);
    fabric->ingresses = params->ingresses;
    fabric->ports = params->ports;
    fabric->gap_bytes = weft_wire_bytes(params->network, 0);
    fabric->ingress = copy_of(params->ingress, params->ingresses, sizeof *fabric->ingress);
    fabric->lane = weft_alloc(params->ingresses, sizeof *fabric->lane);
    for (uint32_t i = 0; i < params->ingresses; i++)
        weft_lane_init(&fabric->lane[i]);
    weft_tournament_init(&fabric->merge, params->ingresses);
    fabric->port = weft_alloc(params->ports, sizeof *fabric->port);
    for (uint32_t i = 0; i < params->ports; i++) {
        weft_pipe_init(&fabric->port[i].link, params->port[i].rate_bps);
        fabric->port[i].latency_ps = params->port[i].latency_ps;
        fabric->port[i].delay_ps = params->port[i].delay_ps;
    }
    fabric->loses = can_lose(params);
    fabric->limits = fabric->loses ? new_limits(params) : NULL;
    for (uint32_t i = 0; i < params->streams; i++)
        assert(params->port_of_stream[i] < params->ports);
    fabric->port_of_stream = copy_of(params->port_of_stream, params->streams, sizeof *fabric->port_of_stream);
    fabric->watch = copy_of(params->watch, params->watches, sizeof *fabric->watch);
    fabric->watches = params->watches;
    return fabric;
}

void weft_fabric_free(struct weft_fabric *fabric)
{
    if (!fabric)
        return;
    for (uint32_t i = 0; i < fabric->ingresses; i++)
        weft_lane_clear(&fabric->lane[i]);
    weft_tournament_clear(&fabric->merge);
    for (uint32_t i = 0; fabric->limits && i < fabric->ports; i++)
        weft_held_clear(&fabric->limits[i].held);
    free(fabric->limits);
    free(fabric->lane);
    free(fabric->ingress);
    free(fabric->port);
    free(fabric->port_of_stream);
    free(fabric->watch);
    free(fabric);
}

void weft_fabric_push(struct weft_fabric *fabric, uint32_t ingress, const struct weft_train *train)
{
    assert(ingress < fabric->ingresses);
    struct weft_lane *lane = &fabric->lane[ingress];
    weft_lane_push(lane, train, fabric->ingress[ingress].delay_ps);
    weft_tournament_set(&fabric->merge, ingress, weft_lane_next(lane));
}

/* Packets [first, n) of the train came over the link of `ingress`: those that were on the wire while it was
 * down are lost. The wire time ends one propagation delay before the packet is in. */
static void pass_ingress(const struct weft_fabric_ingress *ingress, struct weft_train *train, uint32_t first)
{
    for (uint32_t i = first; i < train->n; i++) {
        weft_ps sent_ps = train->at_ps[i] - ingress->delay_ps;
        bool lost = train->tx_ps[i] < ingress->up_ps && sent_ps > ingress->down_ps;
        train->outcome[i] = lost ? WEFT_DROPPED_LINK : WEFT_DELIVERED;
    }
}

/* Store and forward: the instant at which the packet's last bit has left its port. */
static weft_ps take_port(struct port *port, weft_ps in_ps, uint32_t frame_bytes, uint32_t gap_bytes)
{
    return weft_pipe_take(&port->link, in_ps + port->latency_ps, ((uint64_t)frame_bytes + gap_bytes) * 8);
}

/* Switch and last link, where nothing is ever lost: outcomes stay WEFT_DELIVERED. */
static void pass_all(struct weft_fabric *fabric, struct weft_train *train)
{
    for (uint32_t i = 0; i < train->n; i++) {
        struct port *port = &fabric->port[fabric->port_of_stream[train->stream[i]]];
        train->done_ps[i] = take_port(port, train->at_ps[i], train->frame_bytes[i], fabric->gap_bytes);
        fabric->device_ps[i] = train->done_ps[i] + port->delay_ps;
    }
}

static bool has_room(struct limits *limits, weft_ps now_ps, uint32_t frame_bytes)
{
    if (!limits->accepts)
        return true;
    weft_held_leave(&limits->held, now_ps);
    return limits->accepts(limits->buffer_limit, weft_held_packets(&limits->held), limits->held.bytes,
                           frame_bytes);
}

/* The same where a packet may have been lost on its link, may find no room, or a device that is off. */
static void pass_some(struct weft_fabric *fabric, struct weft_train *train)
{
    for (uint32_t i = 0; i < train->n; i++) {
        uint32_t index = fabric->port_of_stream[train->stream[i]], frame_bytes = train->frame_bytes[i];
        struct port *port = &fabric->port[index];
        struct limits *limits = &fabric->limits[index];
        train->done_ps[i] = fabric->device_ps[i] = WEFT_NEVER;
        if (train->outcome[i] != WEFT_DELIVERED)
            continue;
        if (!has_room(limits, train->at_ps[i], frame_bytes)) {
            train->outcome[i] = WEFT_DROPPED_BUFFER;
            continue;
        }
        train->done_ps[i] = take_port(port, train->at_ps[i], frame_bytes, fabric->gap_bytes);
        fabric->device_ps[i] = train->done_ps[i] + port->delay_ps;
        if (limits->accepts)
            weft_held_enter(&limits->held, train->done_ps[i], frame_bytes);
        if (fabric->device_ps[i] >= limits->off_ps)
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

/* What arrives of the train. A device keeps nothing, so it is done with a packet when it has it. */
static void reach_devices(struct weft_fabric *fabric, struct weft_train *train)
{
    uint32_t n = train->n;
    if (fabric->loses) {
        n = 0;
        for (uint32_t i = 0; i < train->n; i++)
            if (train->outcome[i] == WEFT_DELIVERED) {
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
            watch->packets(watch->ctx, point, SWITCH, &fabric->train);
    }
}

static void forward(struct weft_fabric *fabric)
{
    struct weft_train *train = &fabric->train;
    if (fabric->loses)
        pass_some(fabric, train);
    else
        pass_all(fabric, train);
    report(fabric, WEFT_AT_SWITCH);
    reach_devices(fabric, train);
    report(fabric, WEFT_AT_DEVICE);
    train->n = 0;
}

/* Append the next packets in the merged order, until a packet of another lane comes before: packets are merged in
 * runs, so that one server, or one that bursts alone, costs no comparison per packet. False: none is in by `until_ps`. */
static bool merge_run(struct weft_fabric *fabric, weft_ps until_ps, struct weft_train *train)
{
    weft_ps next_ps = weft_tournament_least(&fabric->merge);
    if (next_ps > until_ps || next_ps == WEFT_NEVER)
        return false;
    uint32_t ingress = weft_tournament_first(&fabric->merge), before = train->n;
    weft_ps lead_ps = weft_tournament_lead(&fabric->merge, ingress);
    struct weft_lane *lane = &fabric->lane[ingress];
    weft_lane_pop(lane, lead_ps < until_ps ? lead_ps : until_ps, train);
    weft_tournament_set(&fabric->merge, ingress, weft_lane_next(lane));
    if (fabric->loses)
        pass_ingress(&fabric->ingress[ingress], train, before);
    return true;
}

void weft_fabric_advance(struct weft_fabric *fabric, weft_ps until_ps)
{
    struct weft_train *train = &fabric->train;
    while (merge_run(fabric, until_ps, train))
        if (train->n == WEFT_TRAIN)
            forward(fabric);
    if (train->n)
        forward(fabric);
}
