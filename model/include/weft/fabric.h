/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_FABRIC_H
#define WEFT_FABRIC_H

/* Links, switch and devices: passive, never looks back at a host. Packets come in per ingress, are merged in
 * one total order (instant of the last bit in the switch, then ingress, then order on that ingress) and leave
 * store and forward through a FIFO per port. */

#include "weft/train.h"
#include "weft/wire.h"

struct weft_fabric_ingress {
    weft_ps delay_ps; /* propagation of the link from the server */
};
struct weft_fabric_port {
    uint64_t rate_bps;  /* of the link to the device */
    weft_ps delay_ps;   /* its propagation */
    weft_ps latency_ps; /* of the switch: last bit in until the packet may leave */
};
struct weft_fabric_params {
    const struct weft_network *network;
    uint32_t ingresses, ports, streams;
    const struct weft_fabric_ingress *ingress;
    const struct weft_fabric_port *port;
    const uint32_t *port_of_stream;
    const struct weft_watch *watch; /* told of every packet at switch and device */
    size_t watches;
};

struct weft_fabric;
/* Copies the parameters, borrows what the watches point to. The caller frees. */
struct weft_fabric *weft_fabric_new(const struct weft_fabric_params *params);
void weft_fabric_free(struct weft_fabric *fabric);

/* Packets that left server `ingress`, as weft_host_take() gives them; in order per ingress. */
void weft_fabric_push(struct weft_fabric *fabric, uint32_t ingress, const struct weft_train *train);
/* Move every packet that is in the switch at or before `until_ps`; every ingress must have pushed all of
 * those. */
void weft_fabric_advance(struct weft_fabric *fabric, weft_ps until_ps);

#endif
