/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_RING_H
#define WEFT_DRIVER_RING_H

/* The driver's side of descriptors. */

#include "weft/driver.h"

/* The descriptor of the slot that weft_ring_put() writes next; the ring carries bytes. */
struct weft_desc *weft_ring_next_desc(struct weft_ring *ring);
/* The kernel memory of that slot, as fragments into `desc`. */
void weft_ring_buffer_fragments(const struct weft_ring *ring, uint32_t bytes, struct weft_desc *desc);

#endif
