/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rings of cells that double when a packet comes whose cell is still in use. */
#include "metrics/carried.h"

#include <assert.h>
#include <stdlib.h>

enum { FIRST_CELLS = 64 };
#define MAX_CELLS (UINT64_C(1) << 32)

void weft_carried_init(struct weft_carried *carried, uint32_t servers)
{
    *carried = (struct weft_carried){.servers = servers};
    carried->ring = weft_alloc(servers, sizeof *carried->ring);
    for (uint32_t i = 0; i < servers; i++) {
        carried->ring[i].cell = weft_alloc(FIRST_CELLS, sizeof *carried->ring[i].cell);
        carried->ring[i].mask = FIRST_CELLS - 1;
    }
}

void weft_carried_clear(struct weft_carried *carried)
{
    for (uint32_t i = 0; i < carried->servers; i++)
        free(carried->ring[i].cell);
    free(carried->ring);
}

/* Packets that had cells of their own have them in a larger ring. */
void weft_carried_grow(struct weft_carried_ring *ring)
{
    uint64_t cells = 2 * (ring->mask + 1);
    assert(cells <= MAX_CELLS);
    struct weft_carried_packet *cell = weft_alloc(cells, sizeof *cell);
    for (uint64_t i = 0; i <= ring->mask; i++)
        if (ring->cell[i].name_above)
            cell[(ring->cell[i].name_above - 1) & (cells - 1)] = ring->cell[i];
    free(ring->cell);
    ring->cell = cell;
    ring->mask = cells - 1;
}
