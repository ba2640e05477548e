/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of memory systems. Of page-walk caches little is published; where a number is an estimate its source says so. */
#include "weft/memory_system.h"

#include <stddef.h>

#define KIB UINT64_C(1024)
#define MIB (UINT64_C(1024) * KIB)

const struct weft_memory_system weft_memory_none = {
    .name = "none",
    .help = "nothing of it: no page is ever missed, all data is in a cache",
    .source = "by definition",
    .tagged = true,
    .cache_bytes = UINT64_MAX,
    .dma_cache_bytes = UINT64_MAX,
};

const struct weft_memory_system weft_memory_xeon_2003 = {
    .name = "xeon-2003",
    .help = "NetBurst Xeon of 2003 under Linux 2.4: a small TLB without tags, DMA past the cache",
    .source = "Intel SDM 2A, CPUID, example of a Pentium 4: descriptor 5BH, 64 entries for 4 KiB and 4 MiB "
              "pages, taken "
              "as fully associative; no paging-structure cache is documented for it (Intel 317080 describes "
              "them from 2007 on); 512 KiB second level of the Xeon 2.4 to 3.06 "
              "GHz; a write to CR3 empties the TLB; get_user_pages() of Linux 2.4 calls follow_page() for "
              "every page",
    .page_4k = {.tlb_sets = 1, .tlb_ways = 64},
    .page_2m = {.tlb_sets = 1, .tlb_ways = 64},
    .cache_bytes = 512 * KIB,
};

const struct weft_memory_system weft_memory_skylake_sp = {
    .name = "skylake-sp",
    .help = "Xeon Scalable of 2017, 18 cores: second-level TLB with tags (PCID), DMA into two ways of the "
            "last cache (DDIO)",
    .source = "Intel Optimization Manual 248966, TLB parameters of Skylake: second level 1,536 entries, 12 "
              "ways, shared by 4 "
              "KiB and 2 MiB pages; its paging-structure caches are not published: 32 and 4 entries are an "
              "estimate; "
              "Xeon Gold 6140: 24.75 "
              "MiB last level, of whose 11 ways DDIO fills 2 (A. Farshin et al., USENIX ATC 2020); Linux "
              "tags address "
              "spaces since 4.14, get_user_pages_fast() reads upper tables once for a range",
    .page_4k = {.tlb_sets = 128, .tlb_ways = 12, .walk_cache = 32},
    .page_2m = {.tlb_sets = 128, .tlb_ways = 12, .walk_cache = 4},
    .tagged = true,
    .walks_ranges = true,
    .cache_bytes = 24 * MIB + 768 * KIB,
    .dma_cache_bytes = 4 * MIB + 512 * KIB,
};

const struct weft_memory_system weft_memory_zen_3 = {
    .name = "zen-3",
    .help =
        "EPYC of 2021, 8 cores a last-level cache: a larger second-level TLB with tags, DMA past the cache",
    .source = "second-level data TLB of 2,048 entries for 4 KiB and 2 MiB pages, which holds page-directory "
              "entries too, and "
              "a page-directory cache of 64 entries for the levels above (chipsandcheese.com on Zen 1 to 5); "
              "16 ways and "
              "64 pointers to tables of 4 KiB pages are estimates, as both share the TLB; 32 MiB of last "
              "level for 8 cores; "
              "EPYC has no DMA into the cache before its fifth generation; Linux as with skylake-sp",
    .page_4k = {.tlb_sets = 128, .tlb_ways = 16, .walk_cache = 64},
    .page_2m = {.tlb_sets = 128, .tlb_ways = 16, .walk_cache = 64},
    .tagged = true,
    .walks_ranges = true,
    .cache_bytes = 32 * MIB,
};

const struct weft_memory_system *const weft_memory_systems[] = {
    &weft_memory_none, &weft_memory_xeon_2003, &weft_memory_skylake_sp, &weft_memory_zen_3, NULL};
