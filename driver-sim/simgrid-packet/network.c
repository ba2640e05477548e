/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ways over links: from servers and sources, and from switch to switch. */

#include "network_private.h"

#include "weft/wire.h"

uint32_t hop_network_stations(const struct hop_network *network)
{
    return network->ports + network->links + network->setup->sources;
}

static uint32_t station_of_link(const struct hop_network *network, uint32_t link)
{
    return network->ports + link;
}

static uint32_t station_of_source(const struct hop_network *network, uint32_t source)
{
    return network->ports + network->links + source;
}

/* A packet whose hop is set but for its port and when it is there: its last bit comes at in_ps over the link. */
static void put_on_way(struct hop_network *network, uint32_t index, uint32_t number, weft_ps in_ps)
{
    struct hop_link *link = &network->link[index];
    struct hop_packet *packet = hop_packet_at(&network->packets, number);
    packet->hop.port = network->routes.port[packet->leg];
    packet->hop.at_ps = in_ps;
    packet->hop.enter_ps = hop_enter(link->rules, packet->hop.frame_bytes, link->bps,
                                     network->port[packet->hop.port].line.bps, in_ps);
    bool first = link->way.first == HOP_NOBODY;
    hop_queue_append(&link->way, &network->packets, number);
    if (first)
        network->awaits(network->ctx, station_of_link(network, index), packet->hop.enter_ps);
}

void hop_network_give(struct hop_network *network, uint32_t server, const struct weft_train *train)
{
    for (uint32_t i = 0; i < train->n; i++) {
        uint32_t number = hop_packets_new(&network->packets);
        struct hop_packet *packet = hop_packet_at(&network->packets, number);
        packet->hop = (struct weft_hop){.packet = train->packet[i],
                                        .stream = train->stream[i],
                                        .number = train->number[i],
                                        .payload_bytes = train->payload_bytes[i],
                                        .frame_bytes = train->frame_bytes[i],
                                        .tx_ps = train->tx_ps[i]};
        packet->leg = network->routes.first[train->stream[i]];
        put_on_way(network, server, number, train->done_ps[i] + network->link[server].delay_ps);
    }
}

void hop_network_pass_on(struct hop_network *network, uint32_t trunk, const struct hop_packet *packet)
{
    const struct hop_packet sent = *packet; /* which may move */
    uint32_t number = hop_packets_new(&network->packets), index = network->setup->servers + trunk;
    struct hop_packet *copy = hop_packet_at(&network->packets, number);
    copy->hop = sent.hop;
    copy->leg = sent.leg + 1;
    put_on_way(network, index, number, sent.done_ps + network->link[index].delay_ps);
}

/* Whether the link was down at any instant of the packet's time on the wire, [tx, sent). */
static bool is_lost(const struct hop_link *link, const struct weft_hop *hop)
{
    weft_ps sent_ps = hop->at_ps - link->delay_ps;
    return link->down_ps < sent_ps && hop->tx_ps < link->up_ps;
}

static void arrive_over_link(struct hop_network *network, uint32_t index, weft_ps now_ps)
{
    struct hop_link *link = &network->link[index];
    uint32_t number = hop_queue_take(&link->way, &network->packets);
    const struct hop_packet *packet = hop_packet_at(&network->packets, number);
    assert(packet->hop.enter_ps == now_ps);
    (void)now_ps;
    if (link->way.first != HOP_NOBODY)
        network->awaits(network->ctx, station_of_link(network, index),
                        hop_packet_at(&network->packets, link->way.first)->hop.enter_ps);
    hop_port_arrive(network, number, index < network->setup->servers && is_lost(link, &packet->hop));
}

/* Instants do not decrease, nor do starts on the link: the first that is too late is the end. */
void hop_source_find_next(struct hop_network *network, uint32_t index)
{
    struct hop_source *source = &network->source[index];
    weft_ps ready_ps = weft_background_take(&source->params, &source->state);
    weft_ps tx_ps = ready_ps > source->line.end_ps ? ready_ps : source->line.end_ps;
    if (ready_ps == WEFT_NEVER || tx_ps >= network->setup->duration_ps)
        return;
    source->next.tx_ps = tx_ps;
    source->next.at_ps = source->next.enter_ps = hop_line_send(&source->line, ready_ps, source->bits);
    network->awaits(network->ctx, station_of_source(network, index), source->next.at_ps);
}

static void arrive_from_source(struct hop_network *network, uint32_t index, weft_ps now_ps)
{
    struct hop_source *source = &network->source[index];
    uint32_t number = hop_packets_new(&network->packets);
    struct hop_packet *packet = hop_packet_at(&network->packets, number);
    assert(source->next.enter_ps == now_ps);
    (void)now_ps;
    packet->hop = source->next;
    packet->leg = network->routes.first[source->next.stream];
    source->next.packet++;
    source->next.number++;
    hop_source_find_next(network, index);
    hop_port_arrive(network, number, false);
}

void hop_network_happen(struct hop_network *network, uint32_t station, weft_ps at_ps)
{
    if (station < network->ports)
        hop_port_depart(network, station, at_ps);
    else if (station < network->ports + network->links)
        arrive_over_link(network, station - network->ports, at_ps);
    else
        arrive_from_source(network, station - network->ports - network->links, at_ps);
}
