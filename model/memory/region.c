/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Translation buffers: the driver's own copy of a mapping. It is read from the page tables once; its frames
 * are pinned as long as it lives, because nobody would tell the driver that one was given to somebody else.
 */
#include "memory/memory.h"

#include <stdlib.h>
#include <string.h>

struct weft_region {
    struct weft_memory *memory;
    uint64_t address, bytes;
    uint32_t page_shift; /* a page is 2^page_shift bytes */
    uint64_t pages;
    uint64_t frame[]; /* physical address of each page touched */
};

struct weft_region *weft_region_new(const struct weft_space *space, uint64_t address, uint64_t bytes)
{
    /* The first test keeps the sum below from overflowing; addresses this high are never mapped. */
    if (bytes == 0 || bytes > UINT64_MAX - address)
        return NULL;
    struct weft_memory *memory = weft_space_memory(space);
    uint64_t page_bytes = weft_memory_page_bytes(memory);
    uint64_t first = address - address % page_bytes, references = 0, physical;
    uint64_t pages = weft_pages_touched(address, bytes, page_bytes);
    for (uint64_t i = 0; i < pages; i++)
        if (weft_space_walk(space, first + i * page_bytes, &physical, &references) != WEFT_OK)
            return NULL;

    struct weft_region *region = weft_alloc(1, sizeof *region + pages * sizeof region->frame[0]);
    *region = (struct weft_region){memory, address, bytes, (uint32_t)__builtin_ctzll(page_bytes), pages};
    for (uint64_t i = 0; i < pages; i++) {
        weft_space_walk(space, first + i * page_bytes, &region->frame[i], &references);
        weft_memory_pin(memory, region->frame[i]);
    }
    return region;
}

void weft_region_free(struct weft_region *region)
{
    if (!region)
        return;
    for (uint64_t i = 0; i < region->pages; i++)
        weft_memory_unpin(region->memory, region->frame[i]);
    free(region);
}

int weft_region_translate(const struct weft_region *region, uint64_t address, uint64_t *physical)
{
    if (address < region->address || address - region->address >= region->bytes)
        return WEFT_INVALID;
    uint64_t page = (address >> region->page_shift) - (region->address >> region->page_shift);
    *physical = region->frame[page] + (address & ((UINT64_C(1) << region->page_shift) - 1));
    return WEFT_OK;
}

uint64_t weft_region_pages(const struct weft_region *region, uint64_t address, uint64_t pages,
                           uint64_t *physical)
{
    uint64_t first = region->address >> region->page_shift, page = address >> region->page_shift;
    if (page < first || page - first >= region->pages)
        return 0;
    uint64_t left = region->pages - (page - first), n = pages < left ? pages : left;
    memcpy(physical, &region->frame[page - first], n * sizeof(*physical));
    return n;
}

void weft_region_expect(const struct weft_region *region, uint64_t address, uint64_t bytes)
{
    enum { MOST = 32 };
    if (address < region->address || address - region->address >= region->bytes)
        return;
    uint64_t page = (address >> region->page_shift) - (region->address >> region->page_shift);
    uint64_t pages = (bytes >> region->page_shift) + 1, left = region->pages - page;
    left = left < MOST ? left : MOST;
    weft_prefetch(&region->frame[page], (pages < left ? pages : left) * sizeof region->frame[0]);
}
