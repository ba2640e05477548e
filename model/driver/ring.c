/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The descriptor ring of one NIC: what is done once, and what needs memory. */

#include "ring.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

struct weft_ring *weft_ring_new(uint32_t slots, bool carries_bytes)
{
    assert(slots >= 1 && slots <= WEFT_RING_MAX_SLOTS);
    struct weft_ring *ring = weft_alloc(1, sizeof(*ring));
    ring->slots = slots;
    ring->in_turn = true;
    ring->place = weft_alloc(slots, sizeof(*ring->place));
    for (uint32_t i = 0; i < slots; i++)
        ring->place[i] = i;
    ring->stream = weft_alloc(slots, sizeof(*ring->stream));
    ring->number = weft_alloc(slots, sizeof(*ring->number));
    ring->payload_bytes = weft_alloc(slots, sizeof(*ring->payload_bytes));
    ring->frame_bytes = weft_alloc(slots, sizeof(*ring->frame_bytes));
    ring->marks = weft_alloc(slots, sizeof(*ring->marks));
    ring->launch_ps = weft_alloc(slots, sizeof(*ring->launch_ps));
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
    free(ring->launch_ps);
    free(ring->marks);
    free(ring->frame_bytes);
    free(ring->payload_bytes);
    free(ring->number);
    free(ring->stream);
    free(ring->place);
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

/* How many of `n` there are from `at` on up to where the ring wraps around. */
static uint32_t to_wrap(const struct weft_ring *ring, uint32_t at, uint32_t n)
{
    return n < ring->slots - at ? n : ring->slots - at;
}

static uint32_t moved(const struct weft_ring *ring, uint32_t at, uint32_t n)
{
    return n < ring->slots - at ? at + n : at + n - ring->slots;
}

void weft_ring_reserve(struct weft_ring *ring, uint32_t *place, uint32_t n)
{
    const uint32_t at = ring->reserved_at, first = to_wrap(ring, at, n);
    assert(n <= weft_ring_free_slots(ring));
    memcpy(place, ring->place + at, first * sizeof(*place));
    memcpy(place + first, ring->place, (n - first) * sizeof(*place));
    ring->reserved_at = moved(ring, at, n);
    ring->reserved += n;
}

/* These places stand in the list from `at` on, which need not be written where they do already. */
static void list(struct weft_ring *ring, uint32_t at, const uint32_t *place, uint32_t n)
{
    const uint32_t first = to_wrap(ring, at, n);
    const size_t bytes = first * sizeof(*place), more_bytes = (n - first) * sizeof(*place);
    ring->in_turn = ring->in_turn && memcmp(ring->place + at, place, bytes) == 0 &&
                    memcmp(ring->place, place + first, more_bytes) == 0;
    if (ring->in_turn)
        return;
    memcpy(ring->place + at, place, bytes);
    memcpy(ring->place, place + first, more_bytes);
}

void weft_ring_put(struct weft_ring *ring, const uint32_t *place, uint32_t n)
{
    assert(n <= ring->reserved - ring->rung);
    list(ring, ring->rung_at, place, n);
    ring->rung_at = moved(ring, ring->rung_at, n);
    ring->rung += n;
}

void weft_ring_complete_first(struct weft_ring *ring, uint32_t n)
{
    assert(n <= ring->rung - ring->completed);
    ring->completed_at = moved(ring, ring->completed_at, n);
    ring->completed += n;
}

void weft_ring_complete(struct weft_ring *ring, const uint32_t *place, uint32_t n)
{
    list(ring, ring->completed_at, place, n);
    weft_ring_complete_first(ring, n);
}

static void fill(uint32_t *column, uint32_t value, uint32_t n)
{
    static_assert(sizeof(wchar_t) == sizeof(*column), "wide characters are 32 bits");
    wmemset((wchar_t *)column, (wchar_t)value, n);
}

/* While places go round, those reserved together lie in one stretch, or in two around the end. */
void weft_ring_fill(const struct weft_ring *ring, const uint32_t *place, uint32_t n,
                    const struct weft_sizes *sizes, uint8_t marks)
{
    for (uint32_t i = 0, beside; i < n; i += beside) {
        const uint32_t at = place[i];
        beside = weft_ring_beside(ring, at, n - i);
        memset(ring->marks + at, marks, beside);
        if (!sizes)
            continue;
        fill(ring->payload_bytes + at, sizes->payload_bytes, beside);
        fill(ring->frame_bytes + at, sizes->frame_bytes, beside);
    }
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
