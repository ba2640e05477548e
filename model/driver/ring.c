/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The descriptor ring of one NIC: what is done once, and what needs memory. */

#include "ring.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static uint32_t power_of_two_at_least(uint32_t n)
{
    uint32_t power = 1;
    while (power < n)
        power *= 2;
    return power;
}

struct weft_ring *weft_ring_new(uint32_t slots, bool carries_bytes)
{
    assert(slots >= 1 && slots <= WEFT_RING_MAX_SLOTS);
    struct weft_ring *ring = weft_alloc(1, sizeof(*ring));
    uint32_t room = power_of_two_at_least(slots);
    ring->slots = slots;
    ring->mask = room - 1;
    ring->rung_place = weft_alloc(room, sizeof(*ring->rung_place));
    ring->free_place = weft_alloc(slots, sizeof(*ring->free_place));
    for (uint32_t i = 0; i < slots; i++)
        ring->free_place[i] = i;
    ring->slot = weft_alloc(slots, sizeof(*ring->slot));
    if (carries_bytes)
        ring->desc = weft_alloc(slots, sizeof(*ring->desc));
    return ring;
}

void weft_ring_free(struct weft_ring *ring)
{
    if (!ring)
        return;
    free(ring->buffer_frame);
    free(ring->desc);
    free(ring->slot);
    free(ring->free_place);
    free(ring->rung_place);
    free(ring);
}

/* Small buffers share a page, none straddles two; a large one starts on a page of its own. */
static uint64_t buffers_per_page(uint32_t bytes_per_slot, uint64_t page_bytes)
{
    return bytes_per_slot <= page_bytes ? page_bytes / bytes_per_slot : 0;
}

static uint64_t buffer_address(uint32_t slot, uint32_t bytes_per_slot, uint64_t page_bytes)
{
    uint64_t per_page = buffers_per_page(bytes_per_slot, page_bytes);
    if (per_page > 0)
        return slot / per_page * page_bytes + slot % per_page * bytes_per_slot;
    return slot * weft_pages_touched(0, bytes_per_slot, page_bytes) * page_bytes;
}

uint64_t weft_ring_buffer_frames(uint32_t slots, uint32_t bytes_per_slot, uint64_t page_bytes)
{
    uint64_t end = buffer_address(slots - 1, bytes_per_slot, page_bytes) + bytes_per_slot;
    return weft_pages_touched(0, end, page_bytes);
}

int weft_ring_add_buffers(struct weft_ring *ring, struct weft_memory *memory, uint32_t bytes_per_slot)
{
    uint64_t page_bytes = weft_memory_page_bytes(memory);
    uint64_t frames = weft_ring_buffer_frames(ring->slots, bytes_per_slot, page_bytes);
    ring->memory = memory;
    ring->buffer_bytes = bytes_per_slot;
    ring->buffer_frame = weft_alloc(frames, sizeof(*ring->buffer_frame));
    for (uint64_t i = 0; i < frames; i++)
        if (weft_memory_take(memory, &ring->buffer_frame[i]) != WEFT_OK)
            return WEFT_FAILED;
    return WEFT_OK;
}

void weft_ring_reserve(struct weft_ring *ring, uint32_t *place, uint32_t n)
{
    const uint32_t slots = ring->slots, to_end = slots - ring->free_first, first = n < to_end ? n : to_end;
    assert(n <= weft_ring_free_slots(ring));
    memcpy(place, ring->free_place + ring->free_first, first * sizeof(*place));
    memcpy(place + first, ring->free_place, (n - first) * sizeof(*place));
    ring->free_first = n < to_end ? ring->free_first + n : n - to_end;
    ring->reserved += n;
}

void weft_ring_put(struct weft_ring *ring, const uint32_t *place, uint32_t n)
{
    const uint32_t at = (uint32_t)ring->rung & ring->mask, to_end = ring->mask + 1 - at;
    const uint32_t first = n < to_end ? n : to_end;
    assert(n <= ring->reserved - ring->rung);
    memcpy(ring->rung_place + at, place, first * sizeof(*place));
    memcpy(ring->rung_place, place + first, (n - first) * sizeof(*place));
    ring->rung += n;
}

void weft_ring_complete(struct weft_ring *ring, const uint32_t *place, uint32_t n)
{
    const uint32_t slots = ring->slots;
    assert(n <= ring->rung - ring->completed);
    /* weft_ring_free_slots() places are free, from free_first on */
    uint32_t at = ring->free_first + weft_ring_free_slots(ring);
    at = at < slots ? at : at - slots;
    for (uint32_t i = 0; i < n; i++) {
        assert(place[i] < slots);
        ring->free_place[at] = place[i];
        at = at + 1 < slots ? at + 1 : 0;
    }
    ring->completed += n;
}

void weft_ring_buffer_fragments(const struct weft_ring *ring, uint32_t place, uint32_t bytes,
                                struct weft_desc *desc)
{
    uint64_t page_bytes = weft_memory_page_bytes(ring->memory);
    uint64_t address = buffer_address(place, ring->buffer_bytes, page_bytes);
    assert(bytes <= ring->buffer_bytes);
    desc->fragments = 0;
    while (bytes > 0) {
        uint64_t in_page = address % page_bytes;
        uint32_t piece = page_bytes - in_page < bytes ? (uint32_t)(page_bytes - in_page) : bytes;
        desc->fragment[desc->fragments++] =
            (struct weft_fragment){ring->buffer_frame[address / page_bytes] + in_page, piece};
        address += piece;
        bytes -= piece;
    }
}
