/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_RING_H
#define WEFT_DRIVER_RING_H

/* The driver's side of descriptors. */

#include "weft/driver.h"

/* The descriptor at `place`; the ring carries bytes (asserted). */
static inline struct weft_desc *weft_ring_write_desc(struct weft_ring *ring, uint32_t place)
{
    assert(place < ring->slots && ring->desc);
    return &ring->desc[place];
}
/* The kernel memory of the slot at `place`, as fragments into `desc`. */
void weft_ring_buffer_fragments(const struct weft_ring *ring, uint32_t place, uint32_t bytes,
                                struct weft_desc *desc);

#endif
