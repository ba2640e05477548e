/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The memory-management unit of a core: a TLB in front of a page-walk cache in front of page tables. */
#include "memory/tlb.h"
#include "weft/memory.h"
#include "weft/memory_system.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    TABLE_BITS = 9,   /* a table maps 2^9 pages */
    SPACE_SHIFT = 36, /* page numbers are below 2^35 */
};
_Static_assert(WEFT_TABLE_BYTES / sizeof(uint64_t) == 1 << TABLE_BITS, "pages of a table");

struct weft_mmu {
    struct weft_tlb_shape tlb, walk_cache; /* walk_cache.ways 0: there is none */
    uint32_t page_shift, levels;
    bool tagged;
    uint64_t space; /* of keys: the address space in use */
    uint64_t last;  /* key touched last: it is in the TLB, first of its set */
    size_t entries;
    uint64_t entry[]; /* the TLB's, then the walk cache's */
};

const struct weft_page_caches *weft_memory_page_caches(const struct weft_memory_system *system,
                                                       uint64_t page_bytes)
{
    return page_bytes == WEFT_PAGE_2M ? &system->page_2m : &system->page_4k;
}

bool weft_cache_keeps(const struct weft_memory_system *system, uint64_t bytes)
{
    return bytes <= system->cache_bytes;
}

bool weft_cache_keeps_dma(const struct weft_memory_system *system, uint64_t bytes)
{
    return bytes <= system->dma_cache_bytes;
}

struct weft_mmu *weft_mmu_new(const struct weft_memory_system *system, uint64_t page_bytes)
{
    const struct weft_page_caches *caches = weft_memory_page_caches(system, page_bytes);
    if (caches->tlb_sets == 0)
        return NULL;
    size_t entries = (size_t)caches->tlb_sets * caches->tlb_ways + caches->walk_cache;
    struct weft_mmu *mmu = weft_alloc(1, sizeof(*mmu) + entries * sizeof(*mmu->entry));
    mmu->tlb = (struct weft_tlb_shape){caches->tlb_sets, caches->tlb_ways};
    mmu->walk_cache = (struct weft_tlb_shape){1, caches->walk_cache};
    mmu->page_shift = (uint32_t)__builtin_ctzll(page_bytes);
    mmu->levels = page_bytes == WEFT_PAGE_2M ? WEFT_PAGE_2M_REFERENCES : WEFT_PAGE_4K_REFERENCES;
    mmu->tagged = system->tagged;
    mmu->entries = entries;
    return mmu;
}

void weft_mmu_free(struct weft_mmu *mmu)
{
    free(mmu);
}

void weft_mmu_image(const struct weft_mmu *mmu, struct weft_image *image)
{
    weft_image_put(image, mmu->space);
    weft_image_put(image, mmu->last);
    for (size_t i = 0; i < mmu->entries && !image->differs; i++)
        weft_image_put(image, mmu->entry[i]);
}

void weft_mmu_run(struct weft_mmu *mmu, uint32_t space)
{
    assert(space < WEFT_SPACES_MOST);
    uint64_t key = (uint64_t)(space + 1) << SPACE_SHIFT;
    if (mmu->space == key)
        return;
    mmu->space = key;
    if (mmu->tagged)
        return;
    mmu->last = 0;
    memset(mmu->entry, 0, mmu->entries * sizeof(*mmu->entry));
}

/* References of a walk to the page, which the walk cache then knows the table of. */
static uint32_t walk(struct weft_mmu *mmu, uint64_t page)
{
    uint64_t *entry = mmu->entry + (size_t)mmu->tlb.sets * mmu->tlb.ways;
    uint64_t table = mmu->space | page >> TABLE_BITS;
    return mmu->walk_cache.ways > 0 && weft_tlb_touch(&mmu->walk_cache, entry, table) ? 1 : mmu->levels;
}

void weft_mmu_touch(struct weft_mmu *mmu, uint64_t address, uint64_t bytes, struct weft_walks *walks)
{
    assert(bytes >= 1 && mmu->space != 0);
    uint64_t last = (address + bytes - 1) >> mmu->page_shift;
    for (uint64_t page = address >> mmu->page_shift; page <= last; page++) {
        uint64_t key = mmu->space | page;
        if (key == mmu->last)
            continue;
        mmu->last = key;
        if (weft_tlb_touch(&mmu->tlb, mmu->entry, key))
            continue;
        walks->misses++;
        walks->references += walk(mmu, page);
    }
}
