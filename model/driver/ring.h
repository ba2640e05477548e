/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_RING_H
#define WEFT_DRIVER_RING_H

/* The driver's side of the descriptor ring. */

#include "weft/driver.h"

struct weft_ring {
    uint32_t slots, mask;
    uint64_t reserved, rung, completed;
    uint32_t *rung_place;             /* by number rung, masked */
    uint32_t *free_place, free_first; /* places in the order in which they became free, a ring of `slots` */
    struct weft_slot *slot;           /* by place */
    struct weft_desc *desc;           /* by place; NULL: sizes only */
    struct weft_memory *memory;
    uint64_t *buffer_frame; /* kernel memory for copied payload, by page; NULL: none */
    uint32_t buffer_bytes;  /* per slot */
};

/* Keep `n` free slots (asserted) for a piece of work. */
void weft_ring_reserve(struct weft_ring *ring, uint32_t n);
/* Write a reserved slot and let the NIC have it (the doorbell); `*desc` is NULL for sizes only. */
void weft_ring_put(struct weft_ring *ring, const struct weft_slot *slot, struct weft_desc **desc);
/* The kernel memory of the slot that weft_ring_put() writes next, as fragments into `desc`. */
void weft_ring_buffer_fragments(const struct weft_ring *ring, uint32_t bytes, struct weft_desc *desc);

#endif
