/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A slab of packets with a free list, and a table with linear probing over it. Removal shifts cells back
 * instead of leaving marks, so that a long run probes no further than a short one. */
#include "metrics/carried.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 64, CELLS_PER_SLOT = 4, MAX_SLOTS = 1 << 28 };

static uint32_t home(const struct weft_carried *carried, uint64_t name)
{
    /* Names are consecutive: multiplied by 2^64 over the golden ratio their high bits lie far apart. */
    return (uint32_t)(name * UINT64_C(0x9e3779b97f4a7c15) >> 32) & carried->table_mask;
}

static void enter(struct weft_carried *carried, uint32_t slot)
{
    uint32_t cell = home(carried, carried->name[slot]);
    while (carried->table[cell])
        cell = (cell + 1) & carried->table_mask;
    carried->table[cell] = slot + 1;
}

/* More slots, all of the old ones in use. */
static void grow(struct weft_carried *carried)
{
    uint32_t before = carried->slots, slots = before ? 2 * before : FIRST_SLOTS;
    assert(slots <= MAX_SLOTS);
    carried->bytes = weft_resize(carried->bytes, slots, carried->room_bytes);
    carried->name = weft_resize(carried->name, slots, sizeof *carried->name);
    carried->length = weft_resize(carried->length, slots, sizeof *carried->length);
    carried->free = weft_resize(carried->free, slots, sizeof *carried->free);
    free(carried->table);
    carried->table = weft_alloc((size_t)slots * CELLS_PER_SLOT, sizeof *carried->table);
    carried->table_mask = slots * CELLS_PER_SLOT - 1;
    carried->slots = slots;
    for (uint32_t slot = 0; slot < before; slot++)
        enter(carried, slot);
    for (uint32_t slot = slots; slot > before; slot--)
        carried->free[carried->free_n++] = slot - 1;
}

void weft_carried_init(struct weft_carried *carried, uint32_t room_bytes)
{
    *carried = (struct weft_carried){.room_bytes = room_bytes};
    grow(carried);
}

void weft_carried_clear(struct weft_carried *carried)
{
    free(carried->bytes);
    free(carried->name);
    free(carried->length);
    free(carried->free);
    free(carried->table);
}

uint32_t weft_carried_add(struct weft_carried *carried, uint64_t name)
{
    if (carried->free_n == 0)
        grow(carried);
    uint32_t slot = carried->free[--carried->free_n];
    carried->name[slot] = name;
    carried->length[slot] = 0;
    enter(carried, slot);
    return slot;
}

static uint32_t find_cell(const struct weft_carried *carried, uint64_t name)
{
    uint32_t cell = home(carried, name);
    while (carried->table[cell] && carried->name[carried->table[cell] - 1] != name)
        cell = (cell + 1) & carried->table_mask;
    return cell;
}

uint32_t weft_carried_find(const struct weft_carried *carried, uint64_t name)
{
    uint32_t slot_above = carried->table[find_cell(carried, name)];
    return slot_above ? slot_above - 1 : WEFT_NOT_CARRIED;
}

void weft_carried_remove(struct weft_carried *carried, uint32_t slot)
{
    uint32_t mask = carried->table_mask, hole = find_cell(carried, carried->name[slot]);
    assert(carried->table[hole] == slot + 1);
    for (uint32_t cell = (hole + 1) & mask; carried->table[cell]; cell = (cell + 1) & mask) {
        uint32_t from_home = (cell - home(carried, carried->name[carried->table[cell] - 1])) & mask;
        /* An entry may move back to the hole unless that lies before the cell where its probing begins. */
        if (from_home >= ((cell - hole) & mask)) {
            carried->table[hole] = carried->table[cell];
            hole = cell;
        }
    }
    carried->table[hole] = 0;
    carried->free[carried->free_n++] = slot;
}
