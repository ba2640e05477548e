/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The short way through a fabric with trunks or background, where packets wait first come first served: no classes. It does what fabric.c does, packet for packet, with less.
 *
 * All switches together see packets in one order, and who is next depends on what left through a trunk just now: so packets go
 * one by one. What each step needs is at hand: who is next is the root of a tournament (hops.h), a packet knows the place in its
 * route, a trunk's queue takes it over by a number. Its columns are copied once a switch, into the train that is told of, and
 * those of it that arrive are noted as they pass, and gathered when the train is full. */
#include "network/fabric_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

bool weft_multi_hop_is(const struct weft_fabric_params *params)
{
    uint64_t links = (uint64_t)params->ingresses + params->ports + params->sources;
    bool is = !params->plain && links < WEFT_HOPS_MOST_LINKS;
    for (uint32_t i = 0; i < params->switches; i++)
        is &= !weft_port_rules_by_class(&params->rules[i]);
    return is;
}

/* --- links and sources --- */

/* Of the ports those that packets go on over get a number behind the servers; other trunks have no link, so that the tournament
 * is as small as it can be. */
static uint32_t number_links(uint32_t *link, const struct weft_fabric_params *params)
{
    uint32_t links = params->ingresses;
    const uint32_t flows = params->streams + params->sources, *first = params->route_first;
    for (uint32_t f = 0; f < flows; f++)
        for (uint32_t at = first[f]; at + 1 < first[f + 1]; at++)
            link[params->route[at]] = 1;
    for (uint32_t i = 0; i < params->ports; i++)
        if (link[i])
            link[i] = links++;
    return links;
}

static void make_steps(struct weft_fabric *fabric, const uint32_t *link,
                       const struct weft_fabric_params *params)
{
    const uint32_t flows = params->streams + params->sources, *first = params->route_first;
    fabric->first_step = weft_alloc((size_t)flows + 1, sizeof *fabric->first_step);
    memcpy(fabric->first_step, first, ((size_t)flows + 1) * sizeof *first);
    fabric->step = weft_alloc(first[flows], sizeof *fabric->step);
    for (uint32_t f = 0; f < flows; f++)
        for (uint32_t at = first[f]; at < first[f + 1]; at++)
            fabric->step[at] = (struct weft_hops_step){.port = params->route[at],
                                                       .onto = at + 1 < first[f + 1] ? link[params->route[at]]
                                                               : f < params->streams ? WEFT_HOPS_ARRIVES
                                                                                     : WEFT_HOPS_ENDS};
}

static void set_sources(struct weft_fabric *fabric)
{
    for (uint32_t i = 0; i < fabric->sources; i++)
        weft_hops_set_source(&fabric->hops, i, weft_source_next(&fabric->source[i]));
}

/* How packets come into the switch behind each link. */
static void make_entries(struct weft_fabric *fabric, const uint32_t *link,
                         const struct weft_fabric_params *params)
{
    fabric->entry = weft_alloc(fabric->hops.links, sizeof *fabric->entry);
    for (uint32_t i = 0; i < params->ingresses; i++)
        fabric->entry[i] =
            weft_fabric_entry_of(params, params->ingress[i].switch_index, params->ingress[i].rate_bps);
    for (uint32_t i = 0; i < params->ports; i++)
        if (link[i])
            fabric->entry[link[i]] =
                weft_fabric_entry_of(params, params->port[i].to_switch, params->port[i].rate_bps);
    for (uint32_t i = 0; i < fabric->hops.links; i++)
        fabric->cuts |= fabric->entry[i].forwarding != NULL;
}

void weft_multi_hop_init(struct weft_fabric *fabric, const struct weft_fabric_params *params)
{
    uint32_t *link = weft_alloc(params->ports, sizeof *link); /* by port */
    weft_hops_init(&fabric->hops, number_links(link, params), params->sources);
    make_steps(fabric, link, params);
    make_entries(fabric, link, params);
    set_sources(fabric);
    free(link);
}

/* When a packet whose last bit is in at `in_ps` over a link is in its port, where switches have a forwarding of their own. */
static __attribute__((noinline)) weft_ps forwarded_ps(const struct weft_fabric *fabric, uint32_t link,
                                                      const struct weft_hops_packet *packet)
{
    const struct weft_fabric_entry *entry = &fabric->entry[link];
    uint64_t out_bps = fabric->port[fabric->step[packet->at].port].link.rate_per_s;
    return entry->forwarding
               ? entry->forwarding->enter_ps(packet->frame_bytes, entry->in_bps, out_bps, packet->in_ps)
               : packet->in_ps;
}

/* A packet whose step is known goes onto a link, whose last bit is in at `in_ps`. */
static inline __attribute__((always_inline)) void put(struct weft_fabric *fabric, uint32_t link,
                                                      uint32_t place, weft_ps in_ps)
{
    struct weft_hops_packet *packet = &fabric->hops.slot[place];
    packet->in_ps = packet->enter_ps = in_ps;
    if (fabric->cuts)
        packet->enter_ps = forwarded_ps(fabric, link, packet);
    weft_hops_put(&fabric->hops, link, place);
}

/* Packet `i` of a train, as it is on its way, which goes on at step `at`. */
static inline struct weft_hops_packet packet_of(const struct weft_train *train, uint32_t i, uint32_t at)
{
    return (struct weft_hops_packet){.packet = train->packet[i],
                                     .tx_ps = train->tx_ps[i],
                                     .stream = train->stream[i],
                                     .number = train->number[i],
                                     .payload_bytes = train->payload_bytes[i],
                                     .frame_bytes = train->frame_bytes[i],
                                     .at = at};
}

void weft_multi_hop_push(struct weft_fabric *fabric, uint32_t ingress, const struct weft_train *train)
{
    struct weft_hops *hops = &fabric->hops;
    weft_ps delay_ps = fabric->ingress[ingress].delay_ps;
    for (uint32_t i = 0; i < train->n; i++) {
        uint32_t place = weft_hops_place(hops);
        hops->slot[place] = packet_of(train, i, fabric->first_step[train->stream[i]]);
        put(fabric, ingress, place, train->done_ps[i] + delay_ps);
    }
}

/* --- a packet in a switch --- */

/* Packet `i`, the train's last, through its port, where nothing is ever lost: its outcome stays WEFT_DELIVERED. */
static inline bool pass(struct weft_fabric *fabric, uint32_t i)
{
    struct weft_train *train = &fabric->train;
    struct weft_port *port = &fabric->port[train->port[i]];
    weft_ps done_ps =
        weft_port_take(port, train->enter_ps[i], (uint64_t)train->frame_bytes[i] + fabric->gap_bytes);
    train->done_ps[i] = done_ps;
    fabric->device_ps[i] = done_ps + port->delay_ps;
    return true;
}

/* The same where it may have been lost on the link that it came over, or is. Returns whether it leaves. */
static bool pass_or_lose(struct weft_fabric *fabric, uint32_t i, uint32_t link)
{
    struct weft_train *train = &fabric->train;
    train->outcome[i] = WEFT_DELIVERED;
    if (fabric->outages && link < fabric->ingresses)
        train->outcome[i] =
            (uint8_t)weft_fabric_pass_link(&fabric->ingress[link], train->tx_ps[i], train->at_ps[i]);
    weft_fabric_pass_some(fabric, i);
    return train->outcome[i] == WEFT_DELIVERED;
}

/* The next packet of a link, which is the first of all, through its switch. */
static inline __attribute__((always_inline)) void move_from_link(struct weft_fabric *fabric, uint32_t link,
                                                                 bool loses)
{
    struct weft_hops *hops = &fabric->hops;
    struct weft_train *train = &fabric->train;
    const uint32_t place = hops->link[link].first, i = train->n++;
    struct weft_hops_packet *packet = &hops->slot[place];
    const struct weft_hops_step step = fabric->step[packet->at];
    train->packet[i] = packet->packet;
    train->stream[i] = packet->stream;
    train->number[i] = packet->number;
    train->payload_bytes[i] = packet->payload_bytes;
    train->frame_bytes[i] = packet->frame_bytes;
    train->tx_ps[i] = packet->tx_ps;
    train->at_ps[i] = packet->in_ps;
    train->enter_ps[i] = packet->enter_ps;
    train->port[i] = step.port;
    weft_hops_take(hops, link);
    bool leaves = loses ? pass_or_lose(fabric, i, link) : pass(fabric, i);
    if (leaves && step.onto < hops->links) {
        packet->at++;
        put(fabric, step.onto, place, fabric->device_ps[i]);
        return;
    }
    weft_hops_leave(hops, place);
    fabric->arrived[fabric->arrivals] = (uint16_t)i;
    fabric->arrivals += leaves && step.onto == WEFT_HOPS_ARRIVES;
}

/* Packet `i` of the train, which a source sent, goes on over a link. */
static void put_from_source(struct weft_fabric *fabric, uint32_t i, uint32_t link)
{
    struct weft_hops *hops = &fabric->hops;
    const struct weft_train *train = &fabric->train;
    uint32_t place = weft_hops_place(hops);
    hops->slot[place] = packet_of(train, i, fabric->first_step[train->stream[i]] + 1);
    put(fabric, link, place, fabric->device_ps[i]);
}

/* The next packet of a source through its first switch. */
static void move_from_source(struct weft_fabric *fabric, uint32_t index, bool loses)
{
    struct weft_train *train = &fabric->train;
    struct weft_source *source = &fabric->source[index];
    const uint32_t i = train->n, stream = fabric->streams + index;
    const struct weft_hops_step step = fabric->step[fabric->first_step[stream]];
    weft_source_pop(source, stream, fabric->ingresses + index, train);
    weft_hops_set_source(&fabric->hops, index, weft_source_next(source));
    train->enter_ps[i] = train->at_ps[i];
    train->port[i] = step.port;
    bool leaves = loses ? pass_or_lose(fabric, i, fabric->hops.links + index) : pass(fabric, i);
    if (leaves && step.onto < fabric->hops.links)
        put_from_source(fabric, i, step.onto);
}

/* --- what is told --- */

#define GATHER(column)                                                                                       \
    for (uint32_t k = 0; k < n; k++)                                                                         \
    (column)[k] = (column)[arrived[k]]

/* What arrived of the train at devices. */
static void reach_devices(struct weft_fabric *fabric)
{
    struct weft_train *train = &fabric->train;
    const uint16_t *const arrived = fabric->arrived;
    const uint32_t n = fabric->arrivals;
    GATHER(train->packet);
    GATHER(train->stream);
    GATHER(train->number);
    GATHER(train->payload_bytes);
    GATHER(train->frame_bytes);
    GATHER(train->tx_ps);
    for (uint32_t k = 0; k < n; k++)
        train->at_ps[k] = train->done_ps[k] = fabric->device_ps[arrived[k]];
    memset(train->outcome, WEFT_DELIVERED, n);
    train->n = n;
    fabric->arrivals = 0;
}

static void tell(struct weft_fabric *fabric)
{
    weft_fabric_report(fabric, WEFT_AT_SWITCH, &fabric->train);
    reach_devices(fabric);
    weft_fabric_report(fabric, WEFT_AT_DEVICE, &fabric->train);
    fabric->train.n = 0;
}

/* --- moving --- */

/* Whoever is next has no key, as it comes too late to be told apart: others have come since, so all may be counted from a
 * later instant. False: nobody is in by `until_ps`. */
static bool rebase(struct weft_fabric *fabric, weft_ps until_ps)
{
    struct weft_hops *hops = &fabric->hops;
    weft_ps first_ps = WEFT_NEVER;
    for (uint32_t link = 0; link < hops->links; link++)
        if (weft_hops_next(hops, link) < first_ps)
            first_ps = weft_hops_next(hops, link);
    for (uint32_t i = 0; i < fabric->sources; i++)
        if (weft_source_next(&fabric->source[i]) < first_ps)
            first_ps = weft_source_next(&fabric->source[i]);
    if (first_ps == WEFT_NEVER || first_ps > until_ps)
        return false;
    weft_hops_rebase(hops, first_ps);
    set_sources(fabric);
    return true;
}

/* As far as keys go. They are unique, and of those of `until_ps` none is above its last. */
static inline __attribute__((always_inline)) void move(struct weft_fabric *fabric, weft_ps until_ps,
                                                       bool loses)
{
    const struct weft_hops *hops = &fabric->hops;
    weft_ps after_ps = until_ps - hops->base_ps;
    uint64_t last = after_ps < hops->most_ps ? (after_ps + 1) << hops->link_bits : WEFT_NEVER;
    for (;;) {
        uint64_t key = weft_tournament_least(&hops->by_link), other = weft_tournament_least(&hops->by_source);
        key = key < other ? key : other;
        if (key >= last)
            break;
        uint32_t link = weft_hops_key_link(hops, key);
        if (link < hops->links)
            move_from_link(fabric, link, loses);
        else
            move_from_source(fabric, link - hops->links, loses);
        if (fabric->train.n == WEFT_TRAIN)
            tell(fabric);
    }
}

void weft_multi_hop_advance(struct weft_fabric *fabric, weft_ps until_ps)
{
    const struct weft_hops *hops = &fabric->hops;
    if (until_ps < hops->base_ps) /* it was moved further before */
        return;
    do {
        if (fabric->loses)
            move(fabric, until_ps, true);
        else
            move(fabric, until_ps, false);
    } while (weft_tournament_least(&hops->by_link) == WEFT_NEVER &&
             weft_tournament_least(&hops->by_source) == WEFT_NEVER && rebase(fabric, until_ps));
    if (fabric->train.n > 0)
        tell(fabric);
}
