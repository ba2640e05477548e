/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The way of a packet behind its server: link, merge, FIFO of its port, link, and there a device
 * or the next switch. Only a fabric in which packets can be lost asks whether they are.
 *
 * Every link into a switch is a lane, and the lane whose next packet comes first goes next, so all switches together see
 * packets in one total order, whatever they are and whenever the fabric is moved on. What leaves through a trunk comes
 * into the next switch later than it came into this one: it takes time on the trunk. */
#include "network/fabric_private.h"

#include <assert.h>
#include <string.h>

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
    const struct weft_fabric_entry *entry = &fabric->entry[lane];
    weft_ps enter_ps = in_ps;
    if (entry->forwarding) {
        const struct weft_port *port = &fabric->port[find_port(fabric, lane, train->stream[i])];
        enter_ps =
            entry->forwarding->enter_ps(train->frame_bytes[i], entry->in_bps, port->link.rate_per_s, in_ps);
    }
    weft_lane_push_one(&fabric->lane[lane], train, i, in_ps, enter_ps);
}

static void push_each(struct weft_fabric *fabric, uint32_t ingress, const struct weft_train *train)
{
    for (uint32_t i = 0; i < train->n; i++)
        push_packet(fabric, ingress, train, i, train->done_ps[i] + fabric->ingress[ingress].delay_ps);
}

void weft_fabric_push(struct weft_fabric *fabric, uint32_t ingress, struct weft_train *train)
{
    assert(ingress < fabric->ingresses);
    if (fabric->single_hop) {
        weft_single_hop_push(fabric, ingress, train);
        return;
    }
    if (fabric->multi_hop) {
        weft_multi_hop_push(fabric, ingress, train);
        return;
    }
    struct weft_lane *lane = &fabric->lane[ingress];
    if (lane->cuts)
        push_each(fabric, ingress, train);
    else
        weft_lane_push(lane, train, fabric->ingress[ingress].delay_ps);
    weft_tournament_set(&fabric->merge, fabric->first_lane + ingress, weft_lane_next(lane));
}

/* The wire time ends one propagation delay before the packet is in. */
enum weft_outcome weft_fabric_pass_link(const struct weft_fabric_ingress *ingress, weft_ps tx_ps,
                                        weft_ps in_ps)
{
    weft_ps sent_ps = in_ps - ingress->delay_ps;
    bool lost = tx_ps < ingress->up_ps && sent_ps > ingress->down_ps;
    return lost ? WEFT_DROPPED_LINK : WEFT_DELIVERED;
}

/* Packets [first, n) of the train came over the link of `ingress` (NULL: over a link that is never down). */
static void pass_link(const struct weft_fabric_ingress *ingress, struct weft_train *train, uint32_t first)
{
    if (!ingress) {
        memset(train->outcome + first, WEFT_DELIVERED, train->n - first);
        return;
    }
    for (uint32_t i = first; i < train->n; i++)
        train->outcome[i] = weft_fabric_pass_link(ingress, train->tx_ps[i], train->at_ps[i]);
}

/* Switch and last link, where nothing is ever lost: outcomes stay WEFT_DELIVERED. */
static void pass_all(struct weft_fabric *fabric, struct weft_train *train, uint32_t first)
{
    for (uint32_t i = first; i < train->n; i++) {
        struct weft_port *port = &fabric->port[train->port[i]];
        uint64_t wire_bytes = (uint64_t)train->frame_bytes[i] + fabric->gap_bytes;
        train->done_ps[i] = weft_port_take(port, train->enter_ps[i], wire_bytes);
        fabric->device_ps[i] = train->done_ps[i] + port->delay_ps;
    }
}

/* The same where a packet may have been lost on its link, may find no room, or a device that is off. */
void weft_fabric_pass_some(struct weft_fabric *fabric, uint32_t first)
{
    struct weft_train *train = &fabric->train;
    weft_admission_pass(&fabric->losses.admission, fabric->port, fabric->gap_bytes, train, first);
    for (uint32_t i = first, n = train->n; i < n; i++) {
        weft_ps done_ps = train->done_ps[i];
        bool leaves = done_ps != WEFT_NEVER;
        weft_ps device_ps = leaves ? done_ps + fabric->port[train->port[i]].delay_ps : WEFT_NEVER;
        fabric->device_ps[i] = device_ps;
        if (fabric->offs && leaves && device_ps >= fabric->losses.off_ps[train->port[i]])
            train->outcome[i] = WEFT_DROPPED_DEVICE;
    }
}

#define MOVE(column) memmove((column) + to, (column) + from, n * sizeof *(column))

/* What is told of `n` packets at devices. */
static void move_packets(struct weft_fabric *fabric, struct weft_train *train, uint32_t from, uint32_t to,
                         uint32_t n)
{
    if (from == to)
        return;
    MOVE(fabric->device_ps);
    MOVE(train->packet);
    MOVE(train->stream);
    MOVE(train->number);
    MOVE(train->payload_bytes);
    MOVE(train->frame_bytes);
    MOVE(train->tx_ps);
    MOVE(train->outcome);
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
        uint32_t lane = fabric->port_lane[train->port[i]];
        if (lane == WEFT_NO_LANE || train->outcome[i] != WEFT_DELIVERED ||
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
        weft_fabric_pass_some(fabric, fabric->passed);
    else
        pass_all(fabric, train, fabric->passed);
    if (fabric->trunked)
        pass_trunks(fabric, train, fabric->passed);
    fabric->passed = train->n;
}

/* Background traffic is no matter of devices, nor is what goes on to another switch. */
static inline bool arrives(const struct weft_fabric *fabric, const struct weft_train *train, uint32_t i)
{
    return train->outcome[i] == WEFT_DELIVERED &&
           (fabric->single_hop ||
            (fabric->port_lane[train->port[i]] == WEFT_NO_LANE && train->stream[i] < fabric->streams));
}

/* What arrives of the train, in runs. A device keeps nothing, so it is done with a packet when it has it. */
static void reach_devices(struct weft_fabric *fabric, struct weft_train *train)
{
    uint32_t n = train->n;
    if (fabric->loses || fabric->trunked || fabric->sources > 0) {
        n = 0;
        for (uint32_t end = 0; end < train->n; end++) {
            uint32_t from = end;
            while (end < train->n && arrives(fabric, train, end))
                end++;
            move_packets(fabric, train, from, n, end - from);
            n += end - from;
        }
    }
    train->n = n;
    memcpy(train->at_ps, fabric->device_ps, n * sizeof *train->at_ps);
    memcpy(train->done_ps, fabric->device_ps, n * sizeof *train->done_ps);
}

void weft_fabric_report(const struct weft_fabric *fabric, enum weft_point point,
                        const struct weft_train *train)
{
    if (train->n == 0)
        return;
    for (size_t i = 0; i < fabric->watches; i++) {
        const struct weft_watch *watch = &fabric->watch[i];
        if (watch->packets)
            watch->packets(watch->ctx, point, 0, train);
    }
}

void weft_fabric_tell(struct weft_fabric *fabric, struct weft_train *train)
{
    weft_fabric_report(fabric, WEFT_AT_SWITCH, train);
    reach_devices(fabric, train);
    weft_fabric_report(fabric, WEFT_AT_DEVICE, train);
    train->n = 0;
}

static void forward(struct weft_fabric *fabric)
{
    pass(fabric);
    weft_fabric_tell(fabric, &fabric->train);
    fabric->passed = 0;
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

/* Packets of a lane or source that are in at or before `limit_ps` to the end of the train, as many as fit, but not past one
 * that leaves through a trunk: it may come before those behind it. */
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
        trunk = fabric->port_lane[train->port[i]] != WEFT_NO_LANE;
    }
}

/* Append the next packets in the merged order, until a packet of another lane comes before. False: none is in by `until_ps`. */
static bool merge_run(struct weft_fabric *fabric, weft_ps until_ps, struct weft_train *train)
{
    weft_ps next_ps = weft_tournament_least(&fabric->merge);
    if (next_ps > until_ps || next_ps == WEFT_NEVER)
        return false;
    uint32_t first = weft_tournament_first(&fabric->merge), before = train->n;
    weft_ps lead_ps = weft_tournament_lead(&fabric->merge, first);
    take_run(fabric, first, lead_ps < until_ps ? lead_ps : until_ps, train);
    weft_tournament_set(&fabric->merge, first, next_of(fabric, first));
    if (fabric->loses)
        pass_link(first < fabric->ingresses ? &fabric->ingress[first] : NULL, train, before);
    return true;
}

/* --- by class: what a port sends next is not known when a packet comes --- */

/* When the port decides what goes next, on the clock of arrivals: its latency before that starts. All that is in it by then
 * could leave before, or finds it idle; what comes at that instant comes after the decision, since ports are before lanes
 * in the tournament. */
static weft_ps decides_ps(const struct weft_fabric *fabric, uint32_t index)
{
    const struct weft_port *out = &fabric->port[index];
    weft_ps since_ps = weft_backlog_since(&fabric->backlog, index);
    return since_ps == WEFT_NEVER ? WEFT_NEVER
                                  : weft_pipe_start(&out->link, since_ps + out->latency_ps) - out->latency_ps;
}

/* The next packet of a lane or source comes into its port, if it finds room. */
static void come_in(struct weft_fabric *fabric, uint32_t lane)
{
    struct weft_train *train = &fabric->train;
    train->n = 0;
    pop_one(fabric, lane, train);
    weft_tournament_set(&fabric->merge, fabric->first_lane + lane, next_of(fabric, lane));
    uint32_t index = train->port[0] = find_port(fabric, lane, train->stream[0]);
    if (fabric->loses)
        pass_link(lane < fabric->ingresses ? &fabric->ingress[lane] : NULL, train, 0);
    if (fabric->loses && train->outcome[0] == WEFT_DELIVERED) {
        struct weft_admission *admission = &fabric->losses.admission;
        if (weft_admission_admits(admission, index, train->enter_ps[0], train->frame_bytes[0]))
            weft_admission_wait(admission, index, train->frame_bytes[0]);
        else
            train->outcome[0] = WEFT_DROPPED_BUFFER;
    }
    uint64_t place = weft_backlog_add(&fabric->backlog, train, 0);
    if (train->outcome[0] != WEFT_DELIVERED) {
        weft_backlog_settle(&fabric->backlog, place, false);
        return;
    }
    weft_backlog_wait(&fabric->backlog, place,
                      fabric->port_by_class[index] ? fabric->class_[train->stream[0]] : 0);
    weft_tournament_set(&fabric->merge, index, decides_ps(fabric, index));
}

/* A packet that has left through a trunk goes on to the next switch. */
static void go_on(struct weft_fabric *fabric, uint32_t lane, const struct weft_backlog_packet *packet)
{
    weft_backlog_copy(packet, &fabric->train, 0);
    push_packet(fabric, lane, &fabric->train, 0, packet->device_ps);
    weft_tournament_set(&fabric->merge, fabric->first_lane + lane, weft_lane_next(&fabric->lane[lane]));
}

/* A port decides what goes next. */
static void send_next(struct weft_fabric *fabric, uint32_t index)
{
    struct weft_port *port = &fabric->port[index];
    weft_ps now_ps = weft_tournament_key(&fabric->merge, index);
    uint64_t place = weft_backlog_choose(&fabric->backlog, index);
    struct weft_backlog_packet *packet = weft_backlog_at(&fabric->backlog, place);
    packet->done_ps =
        weft_port_take(port, packet->enter_ps, (uint64_t)packet->frame_bytes + fabric->gap_bytes);
    packet->device_ps = packet->done_ps + port->delay_ps;
    weft_tournament_set(&fabric->merge, index, decides_ps(fabric, index));
    if (fabric->loses) {
        weft_admission_send(&fabric->losses.admission, index, now_ps + port->latency_ps, packet->done_ps,
                            packet->frame_bytes);
        if (packet->device_ps >= fabric->losses.off_ps[index])
            packet->outcome = WEFT_DROPPED_DEVICE;
    }
    bool trunk = fabric->port_lane[index] != WEFT_NO_LANE;
    if (trunk && !is_end(fabric, packet->stream, index))
        go_on(fabric, fabric->port_lane[index], packet);
    weft_backlog_settle(&fabric->backlog, place,
                        !trunk && packet->outcome == WEFT_DELIVERED && packet->stream < fabric->streams);
}

static void tell(struct weft_fabric *fabric)
{
    while (weft_backlog_tell_switches(&fabric->backlog, &fabric->train)) {
        weft_fabric_report(fabric, WEFT_AT_SWITCH, &fabric->train);
        while (weft_backlog_tell_devices(&fabric->backlog, &fabric->train))
            weft_fabric_report(fabric, WEFT_AT_DEVICE, &fabric->train);
    }
    fabric->train.n = 0;
}

static void advance_by_class(struct weft_fabric *fabric, weft_ps until_ps)
{
    for (;;) {
        weft_ps next_ps = weft_tournament_least(&fabric->merge);
        if (next_ps > until_ps || next_ps == WEFT_NEVER)
            break;
        uint32_t first = weft_tournament_first(&fabric->merge);
        if (first < fabric->first_lane)
            send_next(fabric, first);
        else
            come_in(fabric, first - fabric->first_lane);
        if (weft_backlog_is_due(&fabric->backlog))
            tell(fabric);
    }
    tell(fabric);
}

void weft_fabric_advance(struct weft_fabric *fabric, weft_ps until_ps)
{
    struct weft_train *train = &fabric->train;
    if (fabric->single_hop) {
        weft_single_hop_advance(fabric, until_ps);
        return;
    }
    if (fabric->multi_hop) {
        weft_multi_hop_advance(fabric, until_ps);
        return;
    }
    if (fabric->by_class) {
        advance_by_class(fabric, until_ps);
        return;
    }
    while (merge_run(fabric, until_ps, train)) {
        if (fabric->trunked)
            pass(fabric);
        if (train->n == WEFT_TRAIN)
            forward(fabric);
    }
    if (train->n)
        forward(fabric);
}
