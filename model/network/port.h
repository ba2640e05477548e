/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_NETWORK_PORT_H
#define WEFT_NETWORK_PORT_H

/* A port that sends packets in the order in which they come. Its queue needs no storage, because a FIFO is known by the
 * instant at which it is free again. Inline: every packet passes one. What makes a port refuse packets is in
 * network/admission.h. */

#include "weft/base.h"

struct weft_port {
    struct weft_pipe link;
    weft_ps latency_ps, delay_ps;
};

/* The instant at which the last bit of a packet that came into the port at `enter_ps` has left. `wire_bytes` are what
 * its link carries for it. */
static inline weft_ps weft_port_take(struct weft_port *port, weft_ps enter_ps, uint64_t wire_bytes)
{
    return weft_pipe_take(&port->link, enter_ps + port->latency_ps, wire_bytes * 8);
}

#endif
