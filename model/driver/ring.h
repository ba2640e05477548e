/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_RING_H
#define WEFT_DRIVER_RING_H

/* The driver's side of descriptors. */

#include "weft/driver.h"

/* How many of `n` packets that were reserved together, the first one at `place`, surely lie beside each other. */
static inline uint32_t weft_ring_beside(const struct weft_ring *ring, uint32_t place, uint32_t n)
{
    const uint32_t room = ring->in_turn ? ring->slots - place : 1;
    return n < room ? n : room;
}

/* Sizes of a packet. */
struct weft_sizes {
    uint32_t payload_bytes, frame_bytes;
};
/* Give `n` packets at places that were reserved together the same marks, and the same sizes unless NULL. */
void weft_ring_fill(const struct weft_ring *ring, const uint32_t *place, uint32_t n,
                    const struct weft_sizes *sizes, uint8_t marks);
/* The descriptor at a place that is reserved, where the ring carries bytes. */
static inline struct weft_desc *weft_ring_write_desc(struct weft_ring *ring, uint32_t place)
{
    return &ring->desc[place];
}
/* The kernel memory of the slot at `place`, as fragments into `desc`. */
void weft_ring_buffer_fragments(const struct weft_ring *ring, uint32_t place, uint32_t bytes,
                                struct weft_desc *desc);

#endif
