/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_METRICS_CARRIED_H
#define WEFT_METRICS_CARRIED_H

/* The bytes of the packets that are in the network, found by packet name. Memory is bounded by the largest
 * number of packets that ever were in the network at once. */

#include "weft/base.h"

struct weft_carried {
    uint32_t room_bytes; /* of each slot */
    uint8_t *bytes;      /* slots of room_bytes */
    uint64_t *name;      /* per slot: the packet */
    uint32_t *length;    /* per slot: bytes used */
    uint32_t *free;      /* stack of free slots */
    uint32_t slots, free_n;
    uint32_t *table; /* open addressing, by name: slot + 1, 0 is empty; four times as many cells as slots */
    uint32_t table_mask;
};

void weft_carried_init(struct weft_carried *carried, uint32_t room_bytes);
void weft_carried_clear(struct weft_carried *carried);

/* A slot for packet `name`, which must not be in; its bytes are the caller's to fill, before the next call.
 */
uint32_t weft_carried_add(struct weft_carried *carried, uint64_t name);

/* The slot of packet `name`, or WEFT_NOT_CARRIED. */
#define WEFT_NOT_CARRIED UINT32_MAX
uint32_t weft_carried_find(const struct weft_carried *carried, uint64_t name);

void weft_carried_remove(struct weft_carried *carried, uint32_t slot);

static inline uint8_t *weft_carried_bytes(const struct weft_carried *carried, uint32_t slot)
{
    return carried->bytes + (size_t)slot * carried->room_bytes;
}

#endif
