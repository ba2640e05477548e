/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A network is made from its setup, and freed. */

#include "network_private.h"
#include "weft/wire.h"

#include <stdlib.h>

int hop_network_check(const struct weft_setup *setup, struct weft_error *error)
{
    int status = WEFT_OK;
    struct hop_rules rules;
    for (uint32_t i = 0; i < setup->switches && status == WEFT_OK; i++)
        status = hop_rules_read(&setup->switch_[i].rules, setup->switch_[i].name, &rules, error);
    return status;
}

static void init_switches(struct hop_network *network)
{
    const struct weft_setup *setup = network->setup;
    network->switch_ = weft_alloc(setup->switches, sizeof(*network->switch_));
    for (uint32_t i = 0; i < setup->switches; i++) {
        struct hop_switch *switch_ = &network->switch_[i];
        int status = hop_rules_read(&setup->switch_[i].rules, setup->switch_[i].name, &switch_->rules, NULL);
        assert(status == WEFT_OK);
        (void)status;
    }
    for (uint32_t k = 0; k < network->ports; k++)
        network->switch_[weft_setup_port_switch(setup, k)].ports++;
    for (uint32_t i = 0; i < setup->switches; i++) {
        network->switch_[i].port = weft_alloc(network->switch_[i].ports, sizeof(uint32_t));
        network->switch_[i].ports = 0;
    }
    for (uint32_t k = 0; k < network->ports; k++) {
        struct hop_switch *switch_ = &network->switch_[weft_setup_port_switch(setup, k)];
        switch_->port[switch_->ports++] = k;
    }
}

static void init_ports(struct hop_network *network)
{
    const struct weft_setup *setup = network->setup;
    network->port = weft_alloc(network->ports, sizeof(*network->port));
    for (uint32_t k = 0; k < network->ports; k++) {
        struct hop_port *port = &network->port[k];
        port->switch_ = &network->switch_[weft_setup_port_switch(setup, k)];
        port->line.bps = weft_setup_port_bps(setup, k);
        port->sends = HOP_NOBODY;
        port->off_ps = WEFT_NEVER;
        for (uint32_t c = 0; c < WEFT_CLASSES; c++)
            port->waiting[c] = hop_queue_empty;
        if (weft_setup_port_is_trunk(setup, k))
            continue;
        port->delay_ps = setup->device[k].delay_ps;
        if (setup->device[k].off_ps > 0)
            port->off_ps = setup->device[k].off_ps;
    }
}

static void init_links(struct hop_network *network)
{
    const struct weft_setup *setup = network->setup;
    network->link = weft_alloc(network->links, sizeof(*network->link));
    for (uint32_t s = 0; s < setup->servers; s++)
        network->link[s] = (struct hop_link){.rules = &network->switch_[setup->server[s].switch_index].rules,
                                             .bps = setup->server[s].link_bps,
                                             .delay_ps = setup->server[s].delay_ps,
                                             .down_ps = setup->server[s].down_ps,
                                             .up_ps = setup->server[s].up_ps,
                                             .way = hop_queue_empty};
    for (uint32_t t = 0; t < setup->trunks; t++)
        network->link[setup->servers + t] =
            (struct hop_link){.rules = &network->switch_[setup->trunk[t].to].rules,
                              .bps = setup->trunk[t].rate_bps,
                              .delay_ps = setup->trunk[t].delay_ps,
                              .way = hop_queue_empty};
}

static void init_sources(struct hop_network *network)
{
    const struct weft_setup *setup = network->setup;
    network->source = weft_alloc(setup->sources, sizeof(*network->source));
    for (uint32_t b = 0; b < setup->sources; b++) {
        struct hop_source *source = &network->source[b];
        uint32_t stream = setup->streams + b;
        source->params = setup->source[b].background;
        source->params.seed = setup->seed;
        source->params.source = b;
        source->line.bps = setup->source[b].link_bps;
        uint32_t payload_bytes = weft_payload_room(setup->network, source->params.packet_bytes);
        uint32_t frame_bytes = weft_frame_bytes(setup->network, payload_bytes);
        source->bits = weft_wire_bytes(setup->network, frame_bytes) * 8;
        source->next = (struct weft_hop){.packet = (uint64_t)(setup->servers + b) << WEFT_PACKET_SERVER_SHIFT,
                                         .stream = stream,
                                         .payload_bytes = payload_bytes,
                                         .frame_bytes = frame_bytes,
                                         .port = network->routes.port[network->routes.first[stream]]};
        weft_background_begin(&source->params, &source->state);
        hop_source_find_next(network, b);
    }
}

struct hop_network *hop_network_new(const struct weft_setup *setup, struct weft_reports *reports,
                                    hop_awaits *awaits, void *ctx)
{
    struct hop_network *network = weft_alloc(1, sizeof(*network));
    network->setup = setup;
    network->reports = reports;
    network->awaits = awaits;
    network->ctx = ctx;
    network->ports = weft_setup_ports(setup);
    network->links = setup->servers + setup->trunks;
    network->gap_bytes = weft_wire_bytes(setup->network, 0);
    int status = weft_routes_new(setup, &network->routes, NULL);
    assert(status == WEFT_OK); /* the setup has been checked */
    (void)status;
    hop_packets_init(&network->packets);
    init_switches(network);
    init_ports(network);
    init_links(network);
    init_sources(network);
    return network;
}

void hop_network_free(struct hop_network *network)
{
    if (!network)
        return;
    for (uint32_t i = 0; i < network->setup->switches; i++)
        free(network->switch_[i].port);
    weft_routes_clear(&network->routes);
    hop_packets_clear(&network->packets);
    free(network->source);
    free(network->link);
    free(network->port);
    free(network->switch_);
    free(network);
}

/* The shortest packet, or what of it must be in before it may go on, takes so long on the fastest link. */
weft_ps hop_network_ahead(const struct hop_network *network)
{
    uint64_t fastest_bps = 1;
    for (uint32_t s = 0; s < network->setup->servers; s++)
        if (network->link[s].bps > fastest_bps)
            fastest_bps = network->link[s].bps;
    return WEFT_PS_PER_S * 8 / fastest_bps;
}
