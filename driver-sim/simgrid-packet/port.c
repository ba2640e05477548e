/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A port: what comes finds room or not, waits, is sent and leaves. When it starts and ends on the link is known when the
 * port decides on it, so the decision is no event of its own: a port decides when its link is free, or when a packet
 * comes that finds it free, also where `latency` lets the packet leave later. (Nothing that comes in the meantime could
 * leave before it.) */

#include "network_private.h"

/* What a port uses at an instant at which everything that leaves then has left. */
static uint64_t used_bytes(const struct hop_network *network, const struct hop_port *port, weft_ps now_ps)
{
    if (!port->switch_->rules.fluid || port->sends == HOP_NOBODY)
        return port->bytes;
    const struct hop_packet *packet = hop_packet_at(&network->packets, port->sends);
    if (now_ps < packet->start_ps)
        return port->bytes;
    return port->bytes - packet->stored_bytes +
           hop_left_bytes(&port->switch_->rules, packet->stored_bytes, packet->start_ps, packet->done_ps,
                          now_ps);
}

static uint64_t pool_bytes(const struct hop_network *network, const struct hop_switch *switch_,
                           weft_ps now_ps)
{
    uint64_t sum_bytes = 0;
    if (!switch_->rules.sharing)
        return 0;
    if (!switch_->rules.fluid)
        return switch_->held_pool_bytes;
    for (uint32_t i = 0; i < switch_->ports; i++)
        sum_bytes +=
            hop_of_pool(&switch_->rules, used_bytes(network, &network->port[switch_->port[i]], now_ps));
    return sum_bytes;
}

static bool has_room(const struct hop_network *network, const struct hop_port *port,
                     const struct hop_packet *packet)
{
    weft_ps now_ps = packet->hop.enter_ps;
    const struct hop_use use = {.packets = port->packets,
                                .bytes = used_bytes(network, port, now_ps),
                                .pool_bytes = pool_bytes(network, port->switch_, now_ps)};
    return hop_has_room(&port->switch_->rules, &use, packet->stored_bytes);
}

static void set_bytes(struct hop_port *port, uint64_t bytes)
{
    struct hop_switch *switch_ = port->switch_;
    switch_->held_pool_bytes -= hop_of_pool(&switch_->rules, port->bytes);
    port->bytes = bytes;
    switch_->held_pool_bytes += hop_of_pool(&switch_->rules, port->bytes);
}

/* The port decides on a packet: nothing is on the link any more, and no other goes before it. */
static void send(struct hop_network *network, uint32_t index, uint32_t number)
{
    struct hop_port *port = &network->port[index];
    struct hop_packet *packet = hop_packet_at(&network->packets, number);
    weft_ps ready_ps = packet->hop.enter_ps + port->switch_->rules.latency_ps;
    packet->start_ps = ready_ps > port->line.end_ps ? ready_ps : port->line.end_ps;
    packet->done_ps =
        hop_line_send(&port->line, ready_ps, (packet->hop.frame_bytes + network->gap_bytes) * 8);
    port->sends = number;
    network->awaits(network->ctx, index, packet->done_ps);
    if (weft_setup_port_is_trunk(network->setup, index) && !hop_is_last_leg(network, packet))
        hop_network_pass_on(network, index - network->setup->devices, packet);
}

static uint32_t class_of(const struct hop_network *network, uint32_t stream)
{
    const struct weft_setup *setup = network->setup;
    return stream < setup->streams ? setup->stream[stream].class_
                                   : setup->source[stream - setup->streams].class_;
}

void hop_port_arrive(struct hop_network *network, uint32_t number, bool lost_on_link)
{
    struct hop_packet *packet = hop_packet_at(&network->packets, number);
    struct hop_port *port = &network->port[packet->hop.port];
    packet->place = weft_reports_enter(network->reports, &packet->hop);
    packet->stored_bytes = hop_stored_bytes(&port->switch_->rules, packet->hop.frame_bytes);
    if (lost_on_link || !has_room(network, port, packet)) {
        weft_reports_lost(network->reports, packet->place,
                          lost_on_link ? WEFT_DROPPED_LINK : WEFT_DROPPED_BUFFER);
        hop_packets_free(&network->packets, number);
        return;
    }
    port->packets++;
    set_bytes(port, port->bytes + packet->stored_bytes);
    if (port->sends == HOP_NOBODY) {
        send(network, packet->hop.port, number);
        return;
    }
    uint32_t class_ = port->switch_->rules.by_class ? class_of(network, packet->hop.stream) : 0;
    hop_queue_append(&port->waiting[class_], &network->packets, number);
}

/* Of those that could have left before the link is free the first of the highest class; else the one that came first. NULL:
 * nobody waits. */
static struct hop_queue *choose(const struct hop_network *network, struct hop_port *port)
{
    const struct hop_rules *rules = &port->switch_->rules;
    struct hop_queue *oldest = NULL;
    uint64_t oldest_place = UINT64_MAX;
    for (uint32_t class_ = rules->by_class ? WEFT_CLASSES : 1; class_-- > 0;) {
        struct hop_queue *queue = &port->waiting[class_];
        if (queue->first == HOP_NOBODY)
            continue;
        const struct hop_packet *packet = hop_packet_at(&network->packets, queue->first);
        if (packet->hop.enter_ps + rules->latency_ps < port->line.end_ps)
            return queue;
        if (packet->place < oldest_place) {
            oldest_place = packet->place;
            oldest = queue;
        }
    }
    return oldest;
}

static void report_departure(struct hop_network *network, const struct hop_port *port,
                             const struct hop_packet *packet)
{
    weft_ps device_ps = packet->done_ps + port->delay_ps;
    weft_reports_left(network->reports, packet->place, packet->done_ps);
    if (weft_setup_port_is_trunk(network->setup, packet->hop.port))
        return;
    if (device_ps >= port->off_ps)
        weft_reports_lost(network->reports, packet->place, WEFT_DROPPED_DEVICE);
    else
        weft_reports_arrived(network->reports, packet->place, device_ps);
}

void hop_port_depart(struct hop_network *network, uint32_t index, weft_ps now_ps)
{
    struct hop_port *port = &network->port[index];
    assert(port->sends != HOP_NOBODY);
    const struct hop_packet *packet = hop_packet_at(&network->packets, port->sends);
    assert(packet->done_ps == now_ps);
    (void)now_ps;
    port->packets--;
    set_bytes(port, port->bytes - packet->stored_bytes);
    report_departure(network, port, packet);
    hop_packets_free(&network->packets, port->sends);
    port->sends = HOP_NOBODY;
    struct hop_queue *next = choose(network, port);
    if (next)
        send(network, index, hop_queue_take(next, &network->packets));
}
