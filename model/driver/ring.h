/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_RING_H
#define WEFT_DRIVER_RING_H

/* The driver's side of descriptors. */

#include "weft/driver.h"

/* What lies at a place that is reserved: its packet, and its descriptor where the ring carries bytes. */
static inline struct weft_slot *weft_ring_write_slot(struct weft_ring *ring, uint32_t place)
{
    return &ring->slot[place];
}
static inline struct weft_desc *weft_ring_write_desc(struct weft_ring *ring, uint32_t place)
{
    return &ring->desc[place];
}
/* The kernel memory of the slot at `place`, as fragments into `desc`. */
void weft_ring_buffer_fragments(const struct weft_ring *ring, uint32_t place, uint32_t bytes,
                                struct weft_desc *desc);

#endif
