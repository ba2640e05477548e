/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_MEMORY_SYSTEM_H
#define WEFT_MEMORY_SYSTEM_H

/* What stands between a processor and its memory: the translation cache (TLB) and the page-walk cache of each core, and how
 * much data stays in a cache until it is read. What is counted is what the processor does in an application's address
 * space; kernel buffers and the driver's own tables lie in the kernel's mapping of all memory and are not. */

#include "weft/image.h"

WEFT_BEGIN_DECLS

/* What a core keeps of translations to pages of one size. The TLB is the last level, whose miss is a walk; it replaces
 * the entry of a set that was used longest ago (LRU), and page number p is in the set of the low bits of p ^ p / sets, as in
 * the second level of Skylake (B. Gras et al., Translation Leak-aside Buffer, USENIX Security 2018). */
struct weft_page_caches {
    uint32_t tlb_sets,
        tlb_ways; /* sets: a power of two, at most WEFT_TLB_SETS_MOST; 0: no page is ever missed */
    uint32_t
        walk_cache; /* pointers to last-level page tables, fully associative, LRU; 0: every walk is whole */
};
enum { WEFT_TLB_SETS_MOST = 4096, WEFT_TLB_WAYS_MOST = 256, WEFT_WALK_CACHE_MOST = 4096 };

struct weft_memory_system {
    const char *name, *help;
    const char *source;                       /* of the numbers */
    struct weft_page_caches page_4k, page_2m; /* by page size */
    bool
        tagged; /* translations of several applications lie side by side; else a switch between them empties both caches */
    /* The driver's own walk (translation = page-walk) reads the upper tables once for pages that follow each other; else
     * from the root for every page. */
    bool walks_ranges;
    uint64_t
        cache_bytes; /* what the CPU wrote stays in a cache while at most so much is written; UINT64_MAX: always */
    uint64_t dma_cache_bytes; /* the same of what devices' DMA wrote; 0: it goes to memory */
};
extern const struct weft_memory_system weft_memory_none, weft_memory_xeon_2003, weft_memory_skylake_sp,
    weft_memory_zen_3;
extern const struct weft_memory_system *const weft_memory_systems[]; /* ends with NULL */

/* What holds for pages of this size (WEFT_PAGE_4K or WEFT_PAGE_2M). */
const struct weft_page_caches *weft_memory_page_caches(const struct weft_memory_system *system,
                                                       uint64_t page_bytes);

/* Hot or cold: whether data is still in a cache when it is read, if `bytes`, itself among them, were written by the CPU
 * (by DMA) from its own writing on. */
bool weft_cache_keeps(const struct weft_memory_system *system, uint64_t bytes);
bool weft_cache_keeps_dma(const struct weft_memory_system *system, uint64_t bytes);

/* What touching pages took. */
struct weft_walks {
    uint64_t misses;     /* pages that the TLB did not hold */
    uint64_t references; /* memory references of the walks for them */
};

/* TLB and page-walk cache of one core, empty at first. The caller frees with weft_mmu_free() (NULL is legal). NULL where no
 * page is ever missed. */
struct weft_mmu;
struct weft_mmu *weft_mmu_new(const struct weft_memory_system *system, uint64_t page_bytes);
void weft_mmu_free(struct weft_mmu *mmu);
/* All of its state, into the image (weft/image.h). */
void weft_mmu_image(const struct weft_mmu *mmu, struct weft_image *image);
/* The address space in use from now on, below WEFT_SPACES_MOST. */
enum { WEFT_SPACES_MOST = 1 << 27 };
void weft_mmu_run(struct weft_mmu *mmu, uint32_t space);
/* The CPU touches `bytes` (>= 1) at a virtual address below 2^47, page after page; what that takes is added to `*walks`. A
 * page that the TLB lacks is walked to: 1 reference with the walk cache, else as many as the tables have levels
 * (WEFT_PAGE_4K_REFERENCES, WEFT_PAGE_2M_REFERENCES). */
void weft_mmu_touch(struct weft_mmu *mmu, uint64_t address, uint64_t bytes, struct weft_walks *walks);

WEFT_END_DECLS

#endif
