/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One sleep until an absolute date a packet and hop: instants are whole picoseconds of the actors' own. */

#include "simgrid_peer.h"

static void server(int argc, char **argv)
{
    struct simgrid_peer *peer = sg_actor_get_data(sg_actor_self());
    (void)argc;
    (void)argv;
    for (uint64_t k = 0; k < peer->work.intervals; k++) {
        uint64_t at_ps = k * PEER_INTERVAL_PS;
        simgrid_sleep_until_ps(at_ps);
        for (uint32_t n = 0; n < peer->work.per_interval; n++)
            for (uint32_t i = 0; i < peer->work.streams; i++) {
                at_ps += PEER_LINK_PS;
                simgrid_sleep_until_ps(at_ps);
                simgrid_port_push(&peer->port[i]);
            }
    }
}

/* A port that was idle starts at the instant that woke it. */
static void port(int argc, char **argv)
{
    struct simgrid_port *port = sg_actor_get_data(sg_actor_self());
    uint64_t left = port->peer->work.intervals * port->peer->work.per_interval, at_ps = 0;
    (void)argc;
    (void)argv;
    for (; left > 0; left--) {
        if (port->waiting == 0) {
            simgrid_port_pop(port);
            at_ps = simgrid_now_ps();
        } else {
            port->waiting--;
        }
        at_ps += PEER_PORT_PS;
        simgrid_sleep_until_ps(at_ps);
        peer_arrived(&port->peer->arrivals, port->stream, at_ps);
    }
}

const struct simgrid_hop simgrid_hop_sleep = {server, port, NULL};
