/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The way of a packet behind its server: link, merge, store-and-forward FIFO of its port, link, device. A
 * port is a pipe of bits: a queue needs no storage, because an unlimited FIFO is known by the instant it is
 * free again. */
#include "weft/fabric.h"

#include "network/lane.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { SWITCH = 0 }; /* the fabric is one switch: the only node that observers hear of */

struct port {
    struct weft_pipe link;
    weft_ps latency_ps, delay_ps;
};

struct weft_fabric {
    uint32_t ingresses, gap_bytes;
    weft_ps *ingress_delay_ps;
    struct weft_lane *lane;
    struct port *port;
    uint32_t *port_of_stream;
    struct weft_watch *watch;
    size_t watches;
    struct weft_train train; /* what is being moved through switch and devices */
};

static void *copy_of(const void *from, size_t count, size_t size)
{
    void *to = weft_alloc(count, size);
    if (count)
        memcpy(to, from, count * size);
    return to;
}

struct weft_fabric *weft_fabric_new(const struct weft_fabric_params *params)
{
    struct weft_fabric *fabric = weft_alloc(1, sizeof *fabric);
    fabric->ingresses = params->ingresses;
    fabric->gap_bytes = weft_wire_bytes(params->network, 0);
    fabric->ingress_delay_ps = weft_alloc(params->ingresses, sizeof *fabric->ingress_delay_ps);
    fabric->lane = weft_alloc(params->ingresses, sizeof *fabric->lane);
    for (uint32_t i = 0; i < params->ingresses; i++) {
        fabric->ingress_delay_ps[i] = params->ingress[i].delay_ps;
        weft_lane_init(&fabric->lane[i]);
    }
    fabric->port = weft_alloc(params->ports, sizeof *fabric->port);
    for (uint32_t i = 0; i < params->ports; i++) {
        weft_pipe_init(&fabric->port[i].link, params->port[i].rate_bps);
        fabric->port[i].latency_ps = params->port[i].latency_ps;
        fabric->port[i].delay_ps = params->port[i].delay_ps;
    }
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
    free(fabric->lane);
    free(fabric->ingress_delay_ps);
    free(fabric->port);
    free(fabric->port_of_stream);
    free(fabric->watch);
    free(fabric);
}

void weft_fabric_push(struct weft_fabric *fabric, uint32_t ingress, const struct weft_train *train)
{
    assert(ingress < fabric->ingresses);
    weft_lane_push(&fabric->lane[ingress], train, fabric->ingress_delay_ps[ingress]);
}

/* The lane whose next packet comes first, and until when (inclusive) no other lane's packet comes before its
 * own: packets are merged in runs, so that one server, or one that bursts alone, costs no comparison per
 * packet. */
static struct weft_lane *first_lane(struct weft_fabric *fabric, weft_ps *limit_ps)
{
    uint32_t first = 0, second = 0;
    weft_ps first_ps = WEFT_NEVER, second_ps = WEFT_NEVER;
    for (uint32_t i = 0; i < fabric->ingresses; i++) {
        weft_ps next_ps = weft_lane_next(&fabric->lane[i]);
        if (next_ps < first_ps) {
            second = first;
            second_ps = first_ps;
            first = i;
            first_ps = next_ps;
        } else if (next_ps < second_ps) {
            second = i;
            second_ps = next_ps;
        }
    }
    if (first_ps > *limit_ps || first_ps == WEFT_NEVER)
        return NULL;
    weft_ps run_ps = first < second ? second_ps : second_ps - 1;
    if (run_ps < *limit_ps)
        *limit_ps = run_ps;
    return &fabric->lane[first];
}

/* Store and forward: from at_ps, last bit in, to done_ps, last bit out. */
static void pass_switch(struct weft_fabric *fabric, struct weft_train *train)
{
    for (uint32_t i = 0; i < train->n; i++) {
        struct port *port = &fabric->port[fabric->port_of_stream[train->stream[i]]];
        uint64_t wire_bits = ((uint64_t)train->frame_bytes[i] + fabric->gap_bytes) * 8;
        train->done_ps[i] = weft_pipe_take(&port->link, train->at_ps[i] + port->latency_ps, wire_bits);
    }
}

/* The way over the last link; a device keeps nothing, so it is done with a packet when it has it. */
static void pass_links(const struct weft_fabric *fabric, struct weft_train *train)
{
    for (uint32_t i = 0; i < train->n; i++) {
        const struct port *port = &fabric->port[fabric->port_of_stream[train->stream[i]]];
        train->at_ps[i] = train->done_ps[i] + port->delay_ps;
        train->done_ps[i] = train->at_ps[i];
    }
}

static void report(const struct weft_fabric *fabric, enum weft_point point)
{
    for (size_t i = 0; i < fabric->watches; i++) {
        const struct weft_watch *watch = &fabric->watch[i];
        if (watch->packets)
            watch->packets(watch->ctx, point, SWITCH, &fabric->train);
    }
}

static void forward(struct weft_fabric *fabric)
{
    pass_switch(fabric, &fabric->train);
    report(fabric, WEFT_AT_SWITCH);
    pass_links(fabric, &fabric->train);
    report(fabric, WEFT_AT_DEVICE);
    fabric->train.n = 0;
}

void weft_fabric_advance(struct weft_fabric *fabric, weft_ps until_ps)
{
    struct weft_train *train = &fabric->train;
    for (;;) {
        weft_ps limit_ps = until_ps;
        struct weft_lane *lane = first_lane(fabric, &limit_ps);
        if (!lane)
            break;
        weft_lane_pop(lane, limit_ps, train);
        if (train->n == WEFT_TRAIN)
            forward(fabric);
    }
    if (train->n)
        forward(fabric);
}
