/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The short way through a fabric in which every packet comes from a server, waits in one port, first come first served, and
 * is at its device: no trunks, background, classes or cut-through. It does what fabric.c does, packet for packet, with less.
 *
 * Of one server packets are in order as they come. They need no lane: a train goes through its ports as it is pushed, and is
 * told of when it is full, or when the fabric is moved.
 *
 * Of several servers they wait, column for column, in blocks that all links share (inbound.h), until the fabric is moved.
 * Then it is decided for a whole train which packets are next (merge.h), and only after that a column's values are
 * gathered and the ports worked through, one loop for each, with nothing to decide in it that was not decided for the packet
 * before in the same way. */
#include "network/fabric_private.h"

#include <assert.h>
#include <string.h>

enum { MOST_INGRESSES = 1024 }; /* of more the first of a tournament is found with fewer steps */
/* So many do not stay in a core's caches. Then ports are fetched so many packets ahead; behind a train's end lie streams of an
 * earlier one. */
enum { MANY_PORTS = 1 << 14, AHEAD = 32 };

static bool cuts(const struct weft_port_rules *rules)
{
    return rules->forwarding && rules->forwarding->enter_ps;
}

bool weft_single_hop_is(const struct weft_fabric_params *params)
{
    bool is = !params->plain && params->sources == 0 && params->ingresses >= 1 &&
              params->ingresses <= MOST_INGRESSES;
    for (uint32_t i = 0; i < params->switches; i++)
        is &= !cuts(&params->rules[i]) && !weft_port_rules_by_class(&params->rules[i]);
    for (uint32_t i = 0; i < params->ports; i++)
        is &= params->port[i].to_switch == WEFT_TO_DEVICE;
    return is;
}

/* `far`: ports do not stay in a core's caches. */
static inline __attribute__((always_inline)) void pass_near_or_far(struct weft_fabric *fabric,
                                                                   struct weft_train *train, uint32_t first,
                                                                   const weft_ps *sent_ps, weft_ps delay_ps,
                                                                   bool far)
{
    struct weft_port *const ports = fabric->port;
    const uint32_t *const first_port = fabric->first_port;
    const uint64_t gap_bytes = fabric->gap_bytes;
    for (size_t i = first, n = train->n; i < n; i++) {
        weft_ps in_ps = *sent_ps++ + delay_ps;
        uint32_t index = first_port[train->stream[i]];
        if (far)
            __builtin_prefetch(&ports[first_port[train->stream[(i + AHEAD) % WEFT_TRAIN]]], 1);
        struct weft_port *port = &ports[index];
        train->at_ps[i] = train->enter_ps[i] = in_ps;
        train->port[i] = index;
        weft_ps done_ps = weft_port_take(port, in_ps, train->frame_bytes[i] + gap_bytes);
        train->done_ps[i] = done_ps;
        fabric->device_ps[i] = done_ps + port->delay_ps;
    }
}

/* Packets from `first` on, whose last bits left their servers at `sent_ps`, through ports that lose nothing: outcomes stay
 * WEFT_DELIVERED. */
static void pass_all(struct weft_fabric *fabric, struct weft_train *train, uint32_t first,
                     const weft_ps *sent_ps, weft_ps delay_ps)
{
    if (fabric->ports >= MANY_PORTS)
        pass_near_or_far(fabric, train, first, sent_ps, delay_ps, true);
    else
        pass_near_or_far(fabric, train, first, sent_ps, delay_ps, false);
}

/* A packet's name says which server's link it came over. */
static void pass_links(struct weft_fabric *fabric, uint32_t first)
{
    struct weft_train *train = &fabric->train;
    memset(train->outcome + first, WEFT_DELIVERED, train->n - first);
    for (uint32_t i = first; fabric->outages && i < train->n; i++) {
        uint64_t ingress = train->packet[i] >> WEFT_PACKET_SERVER_SHIFT;
        assert(ingress < fabric->ingresses);
        train->outcome[i] =
            (uint8_t)weft_fabric_pass_link(&fabric->ingress[ingress], train->tx_ps[i], train->at_ps[i]);
    }
}

/* The same where something can be lost. */
static void pass_some(struct weft_fabric *fabric, uint32_t first, const weft_ps *sent_ps, weft_ps delay_ps)
{
    struct weft_train *train = &fabric->train;
    for (uint32_t i = first, n = train->n; i < n; i++) {
        train->port[i] = fabric->first_port[train->stream[i]];
        train->at_ps[i] = train->enter_ps[i] = *sent_ps++ + delay_ps;
    }
    pass_links(fabric, first);
    weft_fabric_pass_some(fabric, first);
}

/* Packets from `first` on, of which all is known but when they are in the switch and what becomes of them. */
static void pass(struct weft_fabric *fabric, uint32_t first, const weft_ps *sent_ps, weft_ps delay_ps)
{
    if (fabric->loses)
        pass_some(fabric, first, sent_ps, delay_ps);
    else
        pass_all(fabric, &fabric->train, first, sent_ps, delay_ps);
    if (fabric->train.n == WEFT_TRAIN)
        weft_fabric_tell(fabric, &fabric->train);
}

#define APPEND(column) memcpy(out->column + to, train->column + from, n * sizeof *train->column)

/* `n` packets of a train from a server's, `from` on, to the end of the fabric's. */
static void append(struct weft_train *out, const struct weft_train *train, uint32_t from, uint32_t n)
{
    uint32_t to = out->n;
    APPEND(packet);
    APPEND(stream);
    APPEND(number);
    APPEND(payload_bytes);
    APPEND(frame_bytes);
    APPEND(tx_ps);
    out->n += n;
}

void weft_single_hop_push(struct weft_fabric *fabric, uint32_t ingress, struct weft_train *train)
{
    weft_ps delay_ps = fabric->ingress[ingress].delay_ps;
    if (fabric->ingresses > 1) {
        weft_inbound_push(&fabric->inbound, ingress, train, delay_ps);
        return;
    }
    if (train->n == WEFT_TRAIN && fabric->train.n == 0 && !fabric->loses) {
        pass_all(fabric, train, 0, train->done_ps, delay_ps); /* nothing need be copied */
        weft_fabric_tell(fabric, train);
        return;
    }
    for (uint32_t from = 0; from < train->n;) {
        uint32_t first = fabric->train.n, room = WEFT_TRAIN - first, left = train->n - from,
                 n = left < room ? left : room;
        append(&fabric->train, train, from, n);
        pass(fabric, first, train->done_ps + from, delay_ps);
        from += n;
    }
}

static_assert((uint32_t)WEFT_TRAIN <= (uint32_t)WEFT_MERGE_TURNS,
              "what order() takes comes back into the room that it reserves");

/* Places of the packets that are next, at most a train of them; returns how many. */
static uint32_t order(struct weft_fabric *fabric, uint32_t place[WEFT_TRAIN])
{
    struct weft_inbound *inbound = &fabric->inbound;
    weft_merge_reserve(&fabric->turns);
    struct weft_merge turns = fabric->turns;
    uint32_t n = 0;
    for (; n < WEFT_TRAIN && !weft_merge_is_empty(&turns); n++) {
        uint32_t link = weft_merge_take(&turns);
        place[n] = weft_inbound_take(inbound, link);
        weft_merge_put(&turns, link, weft_inbound_next(inbound, link));
    }
    fabric->turns = turns;
    return n;
}

static void gather(struct weft_train *train, const struct weft_inbound *inbound,
                   const uint32_t place[WEFT_TRAIN], uint32_t n)
{
    train->n = n;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t from = place[i];
        train->packet[i] = inbound->packet[from];
        train->stream[i] = inbound->stream[from];
        train->number[i] = inbound->number[from];
        train->payload_bytes[i] = inbound->payload_bytes[from];
        train->frame_bytes[i] = inbound->frame_bytes[from];
        train->tx_ps[i] = inbound->tx_ps[from];
        train->at_ps[i] = inbound->in_ps[from];
    }
}

/* Links with packets that are in by `until_ps`, or as far as the merge tells instants apart. False: there are none. */
static bool begin(struct weft_fabric *fabric, weft_ps until_ps)
{
    struct weft_merge *turns = &fabric->turns;
    weft_ps first_ps = WEFT_NEVER;
    for (uint32_t i = 0; i < fabric->ingresses; i++) {
        weft_ps next_ps = weft_inbound_next(&fabric->inbound, i);
        first_ps = next_ps < first_ps ? next_ps : first_ps;
    }
    if (first_ps == WEFT_NEVER || first_ps > until_ps)
        return false;
    weft_merge_begin(turns, first_ps, until_ps);
    weft_merge_reserve(turns);
    for (uint32_t i = 0; i < fabric->ingresses; i++)
        weft_merge_put(turns, i, weft_inbound_next(&fabric->inbound, i));
    return true;
}

void weft_single_hop_advance(struct weft_fabric *fabric, weft_ps until_ps)
{
    uint32_t place[WEFT_TRAIN];
    while (fabric->ingresses > 1 && begin(fabric, until_ps))
        for (uint32_t n; (n = order(fabric, place)) > 0;) {
            gather(&fabric->train, &fabric->inbound, place, n);
            pass(fabric, 0, fabric->train.at_ps, 0);
            if (n < WEFT_TRAIN)
                weft_fabric_tell(fabric, &fabric->train);
        }
    if (fabric->train.n > 0)
        weft_fabric_tell(fabric, &fabric->train);
}
