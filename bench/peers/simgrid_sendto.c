/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* sg_host_sendto() a packet and hop: a communication without mailbox and receiver. */

#include "simgrid_peer.h"

static void server(int argc, char **argv)
{
    struct simgrid_peer *peer = sg_actor_get_data(sg_actor_self());
    (void)argc;
    (void)argv;
    for (uint64_t k = 0; k < peer->work.intervals; k++) {
        simgrid_sleep_until_ps(k * PEER_INTERVAL_PS);
        for (uint32_t n = 0; n < peer->work.per_interval; n++)
            for (uint32_t i = 0; i < peer->work.streams; i++) {
                sg_host_sendto(peer->server, peer->middle, PEER_WIRE_BYTES);
                simgrid_port_push(&peer->port[i]);
            }
    }
}

static void port(int argc, char **argv)
{
    struct simgrid_port *port = sg_actor_get_data(sg_actor_self());
    uint64_t left = port->peer->work.intervals * port->peer->work.per_interval;
    (void)argc;
    (void)argv;
    for (; left > 0; left--) {
        simgrid_port_pop(port);
        sg_host_sendto(port->peer->middle, port->device, PEER_WIRE_BYTES);
        peer_arrived(&port->peer->arrivals, port->stream, simgrid_now_ps());
    }
}

const struct simgrid_hop simgrid_hop_sendto = {server, port, NULL};
