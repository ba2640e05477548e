/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The network of a setup: a link from each server, a port of its switch before each device. */
#include "weft/fabric.h"
#include "weft/setup.h"

#include <stdlib.h>

struct weft_fabric *weft_setup_fabric(const struct weft_setup *setup, const struct weft_watch *watch,
                                      size_t watches)
{
    struct weft_fabric_ingress *ingress = weft_alloc(setup->servers, sizeof *ingress);
    struct weft_fabric_port *port = weft_alloc(setup->devices, sizeof *port);
    uint32_t *route_first = weft_alloc((size_t)setup->streams + 1, sizeof *route_first);
    uint32_t *route = weft_alloc(setup->streams, sizeof *route);
    for (uint32_t i = 0; i < setup->servers; i++)
        ingress[i] = (struct weft_fabric_ingress){.delay_ps = setup->server[i].delay_ps,
                                                  .down_ps = setup->server[i].down_ps,
                                                  .up_ps = setup->server[i].up_ps};
    for (uint32_t i = 0; i < setup->devices; i++) {
        const struct weft_device *device = &setup->device[i];
        const struct weft_switch *sw = &setup->switch_[device->switch_index];
        port[i] = (struct weft_fabric_port){.switch_index = device->switch_index,
                                            .to_switch = WEFT_TO_DEVICE,
                                            .rate_bps = device->rate_bps,
                                            .delay_ps = device->delay_ps,
                                            .latency_ps = sw->latency_ps,
                                            .accepts = sw->buffer->accepts,
                                            .buffer_limit = sw->buffer_limit,
                                            .off_ps = device->off_ps};
    }
    for (uint32_t i = 0; i < setup->streams; i++) {
        route[i] = setup->stream[i].device;
        route_first[i + 1] = i + 1;
    }
    const struct weft_fabric_params params = {.network = setup->network,
                                              .ingresses = setup->servers,
                                              .ports = setup->devices,
                                              .streams = setup->streams,
                                              .ingress = ingress,
                                              .port = port,
                                              .route_first = route_first,
                                              .route = route,
                                              .watch = watch,
                                              .watches = watches};
    struct weft_fabric *fabric = weft_fabric_new(&params);
    free(route);
    free(route_first);
    free(port);
    free(ingress);
    return fabric;
}
