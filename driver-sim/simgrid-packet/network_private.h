/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_SIMGRID_PACKET_NETWORK_PRIVATE_H
#define WEFT_SIMGRID_PACKET_NETWORK_PRIVATE_H

/* What a network consists of: made in network_new.c; ways over links in network.c, ports in port.c. */

#include "line.h"
#include "network.h"
#include "packets.h"
#include "rules.h"
#include "weft/background.h"
#include "weft/routes.h"

struct hop_switch {
    struct hop_rules rules;
    uint32_t ports, *port;    /* of it */
    uint64_t held_pool_bytes; /* that its ports have of the pool, frames counted whole */
};

struct hop_port {
    struct hop_switch *switch_;
    struct hop_line line;
    weft_ps delay_ps;
    weft_ps off_ps;                         /* of the device behind it; WEFT_NEVER: none is, or never */
    struct hop_queue waiting[WEFT_CLASSES]; /* class 0 only, unless the switch looks at them */
    uint32_t sends;          /* packet, from when it is decided on until its last bit has left */
    uint64_t packets, bytes; /* held, frames whole */
};

/* A link from a server or of a trunk. */
struct hop_link {
    const struct hop_rules *rules; /* of the switch that it leads to */
    uint64_t bps;
    weft_ps delay_ps, down_ps, up_ps;
    struct hop_queue way; /* packets on it that are not in their ports */
};

/* A background source, with its link. */
struct hop_source {
    struct weft_background_params params;
    struct weft_background_state state;
    struct hop_line line;
    struct weft_hop next; /* packet; enter_ps WEFT_NEVER: none */
    uint32_t bits;
};

struct hop_network {
    const struct weft_setup *setup;
    struct weft_reports *reports;
    hop_awaits *awaits;
    void *ctx;
    uint32_t ports, links, gap_bytes;
    struct weft_routes routes;
    struct hop_packets packets;
    struct hop_switch *switch_;
    struct hop_port *port;
    struct hop_link *link; /* servers', then trunks' */
    struct hop_source *source;
};

/* The next packet of a source is known; the event awaited. */
void hop_source_find_next(struct hop_network *network, uint32_t source);

/* A packet whose hop is all set, with its leg, comes into its port. */
void hop_port_arrive(struct hop_network *network, uint32_t packet, bool lost_on_link);
/* The last bit of what port `index` sends has left. */
void hop_port_depart(struct hop_network *network, uint32_t index, weft_ps now_ps);
/* A copy of a packet that leaves over trunk `trunk` at its done_ps, onto the trunk's link. */
void hop_network_pass_on(struct hop_network *network, uint32_t trunk, const struct hop_packet *packet);

static inline bool hop_is_last_leg(const struct hop_network *network, const struct hop_packet *packet)
{
    return packet->leg + 1 == network->routes.first[packet->hop.stream + 1];
}

#endif
