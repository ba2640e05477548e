/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_NETWORK_INBOUND_H
#define WEFT_NETWORK_INBOUND_H

/* Packets on their way over many links into switches, each link a FIFO: columns as in a train, over blocks that all links
 * share. So a place is one number for all links and columns, a train comes in as a few copies, and memory follows what is
 * on the way. Behind the last packet of a link is one that is never in: who goes along a link needs no other end. */

#include "weft/train.h"

enum { WEFT_INBOUND_BLOCK = 128 };

struct weft_inbound {
    uint32_t lanes;
    uint32_t *head,
        *tail; /* by lane: places of the next packet and of the one to come; equal: there is none */
    uint32_t blocks;
    uint32_t *next; /* by block: the one behind it on its link, or among those that are free */
    uint32_t free;  /* the first of those; WEFT_INBOUND_NONE */
    uint64_t *packet;
    weft_ps *tx_ps, *in_ps;
    uint32_t *stream, *number, *payload_bytes, *frame_bytes;
};
#define WEFT_INBOUND_NONE UINT32_MAX

void weft_inbound_init(struct weft_inbound *inbound, uint32_t lanes);
void weft_inbound_clear(struct weft_inbound *inbound);

/* Append a train that left its server; each packet's last bit is in the switch `delay_ps` after it left. */
void weft_inbound_push(struct weft_inbound *inbound, uint32_t lane, const struct weft_train *train,
                       weft_ps delay_ps);

/* The instant at which the next packet of a lane is in; WEFT_NEVER if there is none. */
static inline weft_ps weft_inbound_next(const struct weft_inbound *inbound, uint32_t lane)
{
    return inbound->in_ps[inbound->head[lane]];
}

/* The place behind one on its lane. */
static inline uint32_t weft_inbound_after(const struct weft_inbound *inbound, uint32_t place)
{
    uint32_t next = place + 1;
    return next % WEFT_INBOUND_BLOCK ? next : inbound->next[place / WEFT_INBOUND_BLOCK] * WEFT_INBOUND_BLOCK;
}

/* How many packets are on a lane: they are counted. */
uint32_t weft_inbound_packets(const struct weft_inbound *inbound, uint32_t lane);

/* Take the next packet of a lane, which there must be. Its place keeps it until somebody pushes. */
static inline uint32_t weft_inbound_take(struct weft_inbound *inbound, uint32_t lane)
{
    uint32_t place = inbound->head[lane], next = place + 1;
    if (next % WEFT_INBOUND_BLOCK == 0) {
        uint32_t block = place / WEFT_INBOUND_BLOCK;
        next = inbound->next[block] * WEFT_INBOUND_BLOCK;
        inbound->next[block] = inbound->free;
        inbound->free = block;
    }
    inbound->head[lane] = next;
    return place;
}

#endif
