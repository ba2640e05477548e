/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One communication over a mailbox a packet and hop. A port's mailbox has it as permanent receiver, so packets come in while it
 * sends others, and the finished communications are its queue. */

#include "simgrid_peer.h"

#include <simgrid/mailbox.h>
#include <stdio.h>
#include <stdlib.h>

enum { NAME_BYTES = 32 };

static sg_mailbox_t mailbox(char *name, const char *kind, uint32_t stream)
{
    snprintf(name, NAME_BYTES, "%s%u", kind, stream);
    return sg_mailbox_by_name(name);
}

static void server(int argc, char **argv)
{
    struct simgrid_peer *peer = sg_actor_get_data(sg_actor_self());
    sg_mailbox_t *port = calloc(peer->work.streams, sizeof(*port));
    char name[NAME_BYTES];
    (void)argc;
    (void)argv;
    for (uint32_t i = 0; port && i < peer->work.streams; i++)
        port[i] = mailbox(name, "p", i);
    for (uint64_t k = 0; port && k < peer->work.intervals; k++) {
        simgrid_sleep_until_ps(k * PEER_INTERVAL_PS);
        for (uint32_t n = 0; n < peer->work.per_interval; n++)
            for (uint32_t i = 0; i < peer->work.streams; i++)
                sg_mailbox_put(port[i], &peer->port[i], PEER_WIRE_BYTES);
    }
    free(port);
}

static void port(int argc, char **argv)
{
    struct simgrid_port *port = sg_actor_get_data(sg_actor_self());
    char name[NAME_BYTES];
    sg_mailbox_t to = mailbox(name, "d", port->stream);
    sg_mailbox_t from = mailbox(name, "p", port->stream);
    (void)argc;
    (void)argv;
    sg_actor_daemonize(port->actor);
    sg_mailbox_set_receiver(name);
    for (;;)
        sg_mailbox_put(to, sg_mailbox_get(from), PEER_WIRE_BYTES);
}

static void device(int argc, char **argv)
{
    struct simgrid_port *port = sg_actor_get_data(sg_actor_self());
    char name[NAME_BYTES];
    sg_mailbox_t from = mailbox(name, "d", port->stream);
    uint64_t left = port->peer->work.intervals * port->peer->work.per_interval;
    (void)argc;
    (void)argv;
    for (; left > 0; left--) {
        sg_mailbox_get(from);
        peer_arrived(&port->peer->arrivals, port->stream, simgrid_now_ps());
    }
}

const struct simgrid_hop simgrid_hop_comm = {server, port, device};
