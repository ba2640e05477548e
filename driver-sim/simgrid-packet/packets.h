/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_SIMGRID_PACKET_PACKETS_H
#define WEFT_SIMGRID_PACKET_PACKETS_H

/* Packets on their way, as numbers of slots in a pool that grows to the most that were ever on the way, and queues of
 * them. */

#include "common/reports.h"

enum { HOP_NOBODY = UINT32_MAX };

struct hop_packet {
    struct weft_hop hop; /* at the switch that it comes to or is at */
    uint32_t leg;        /* of its way: place of hop.port in the routes */
    uint32_t next;       /* behind it in its queue */
    uint64_t place;      /* name of its report */
    uint64_t stored_bytes;
    weft_ps start_ps, done_ps; /* first and last bit onto the link behind its port, once it is sent */
};

struct hop_packets {
    struct hop_packet *slot;
    uint32_t slots, unused; /* first of those that are not used, by `next` */
};

struct hop_queue {
    uint32_t first, last; /* `first` HOP_NOBODY: empty */
};
static const struct hop_queue hop_queue_empty = {HOP_NOBODY, HOP_NOBODY};

void hop_packets_init(struct hop_packets *packets);
void hop_packets_clear(struct hop_packets *packets);
/* A slot that is not used; what is in it is not set. Addresses of packets hold until the next call. */
uint32_t hop_packets_new(struct hop_packets *packets);
void hop_packets_free(struct hop_packets *packets, uint32_t packet);

static inline struct hop_packet *hop_packet_at(const struct hop_packets *packets, uint32_t packet)
{
    return &packets->slot[packet];
}

void hop_queue_append(struct hop_queue *queue, const struct hop_packets *packets, uint32_t packet);
/* The first, which there must be. */
uint32_t hop_queue_take(struct hop_queue *queue, const struct hop_packets *packets);

#endif
