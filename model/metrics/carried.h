/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_METRICS_CARRIED_H
#define WEFT_METRICS_CARRIED_H

/* What is known of the packets that are in the network, found by packet name. A server names its packets one after the
 * other, so each server has a ring of cells, as many as lie between the oldest and the newest of its packets on their
 * way, to the next power of two. */

#include "weft/train.h"

struct weft_carried_packet {
    uint64_t name_above; /* the packet's name + 1; 0: the cell is empty */
    uint32_t stream, number;
    uint32_t intact_bytes; /* payload that is right; 0: something of the packet is wrong */
};

struct weft_carried {
    uint32_t servers;
    struct weft_carried_ring {
        struct weft_carried_packet *cell;
        uint64_t mask;
    } * ring; /* by server */
};

void weft_carried_init(struct weft_carried *carried, uint32_t servers);
void weft_carried_clear(struct weft_carried *carried);

/* Twice as many cells. */
void weft_carried_grow(struct weft_carried_ring *ring);

static inline struct weft_carried_ring *weft_carried_ring_of(const struct weft_carried *carried,
                                                             uint64_t name)
{
    uint64_t server = name >> WEFT_PACKET_SERVER_SHIFT;
    assert(server < carried->servers);
    return &carried->ring[server];
}

/* A cell for packet `name`, which must not be in; all but the name is the caller's to fill, before the next call. Inline, as
 * the next: every packet asks. */
static inline struct weft_carried_packet *weft_carried_add(struct weft_carried *carried, uint64_t name)
{
    struct weft_carried_ring *ring = weft_carried_ring_of(carried, name);
    struct weft_carried_packet *packet = &ring->cell[name & ring->mask];
    while (packet->name_above) {
        assert(packet->name_above != name + 1);
        weft_carried_grow(ring);
        packet = &ring->cell[name & ring->mask];
    }
    packet->name_above = name + 1;
    return packet;
}

/* The cell of packet `name`, or NULL. */
static inline struct weft_carried_packet *weft_carried_find(const struct weft_carried *carried, uint64_t name)
{
    const struct weft_carried_ring *ring = weft_carried_ring_of(carried, name);
    struct weft_carried_packet *packet = &ring->cell[name & ring->mask];
    return packet->name_above == name + 1 ? packet : NULL;
}

static inline void weft_carried_remove(struct weft_carried_packet *packet)
{
    packet->name_above = 0;
}

#endif
