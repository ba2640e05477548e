/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The network of a setup: a link from each server, a port before each device and each trunk. */
#include "weft/fabric.h"
#include "weft/routes.h"

#include <assert.h>
#include <stdlib.h>

static struct weft_fabric_ingress *new_ingresses(const struct weft_setup *setup)
{
    struct weft_fabric_ingress *ingress = weft_alloc(setup->servers, sizeof *ingress);
    for (uint32_t i = 0; i < setup->servers; i++)
        ingress[i] = (struct weft_fabric_ingress){.switch_index = setup->server[i].switch_index,
                                                  .rate_bps = setup->server[i].link_bps,
                                                  .delay_ps = setup->server[i].delay_ps,
                                                  .down_ps = setup->server[i].down_ps,
                                                  .up_ps = setup->server[i].up_ps};
    return ingress;
}

static struct weft_fabric_port *new_ports(const struct weft_setup *setup)
{
    struct weft_fabric_port *port = weft_alloc(weft_setup_ports(setup), sizeof *port);
    for (uint32_t i = 0; i < weft_setup_ports(setup); i++) {
        port[i] = (struct weft_fabric_port){.switch_index = weft_setup_port_switch(setup, i),
                                            .rate_bps = weft_setup_port_bps(setup, i)};
        if (weft_setup_port_is_trunk(setup, i)) {
            port[i].to_switch = setup->trunk[i - setup->devices].to;
            port[i].delay_ps = setup->trunk[i - setup->devices].delay_ps;
        } else {
            port[i].to_switch = WEFT_TO_DEVICE;
            port[i].delay_ps = setup->device[i].delay_ps;
            port[i].off_ps = setup->device[i].off_ps;
        }
    }
    return port;
}

static struct weft_fabric_source *new_sources(const struct weft_setup *setup)
{
    struct weft_fabric_source *source = weft_alloc(setup->sources, sizeof *source);
    for (uint32_t i = 0; i < setup->sources; i++) {
        const struct weft_background_source *from = &setup->source[i];
        uint32_t payload_bytes = weft_payload_room(setup->network, from->background.packet_bytes);
        source[i] =
            (struct weft_fabric_source){.background = from->background,
                                        .link_bps = from->link_bps,
                                        .until_ps = setup->duration_ps,
                                        .frame_bytes = weft_frame_bytes(setup->network, payload_bytes),
                                        .payload_bytes = payload_bytes};
        source[i].background.seed = setup->seed;
        source[i].background.source = i;
    }
    return source;
}

static uint8_t *new_classes(const struct weft_setup *setup)
{
    uint8_t *classes = weft_alloc((size_t)setup->streams + setup->sources, sizeof *classes);
    for (uint32_t i = 0; i < setup->streams; i++)
        classes[i] = (uint8_t)setup->stream[i].class_;
    for (uint32_t i = 0; i < setup->sources; i++)
        classes[setup->streams + i] = (uint8_t)setup->source[i].class_;
    return classes;
}

struct weft_fabric *weft_setup_fabric(const struct weft_setup *setup, const struct weft_watch *watch,
                                      size_t watches)
{
    struct weft_routes routes;
    int status = weft_routes_new(setup, &routes, NULL);
    assert(status == WEFT_OK); /* the setup has been checked */
    (void)status;
    struct weft_fabric_ingress *ingress = new_ingresses(setup);
    struct weft_fabric_port *port = new_ports(setup);
    struct weft_port_rules *rules = weft_alloc(setup->switches, sizeof *rules);
    for (uint32_t i = 0; i < setup->switches; i++)
        rules[i] = setup->switch_[i].rules;
    struct weft_fabric_source *source = new_sources(setup);
    uint8_t *classes = new_classes(setup);
    const struct weft_fabric_params params = {.network = setup->network,
                                              .ingresses = setup->servers,
                                              .switches = setup->switches,
                                              .ports = weft_setup_ports(setup),
                                              .streams = setup->streams,
                                              .sources = setup->sources,
                                              .ingress = ingress,
                                              .rules = rules,
                                              .port = port,
                                              .source = source,
                                              .route_first = routes.first,
                                              .route = routes.port,
                                              .class_ = classes,
                                              .watch = watch,
                                              .watches = watches};
    struct weft_fabric *fabric = weft_fabric_new(&params);
    free(classes);
    free(rules);
    free(source);
    free(port);
    free(ingress);
    weft_routes_clear(&routes);
    return fabric;
}
