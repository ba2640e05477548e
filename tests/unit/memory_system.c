/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* TLB and page-walk cache against a plain LRU of the test's own, and against what must come out of simple patterns; page
 * walks of the driver; what stays in a cache. */

#include "weft/memory_system.h"
#include "memory/tlb.h"
#include "weft/memory.h"

#include <glib.h>
#include <string.h>

/* --- a cache that notes when each key was used last --- */

struct plain {
    uint64_t sets, ways, now;
    GHashTable **set; /* key -> when it was used last */
};

static struct plain *plain_new(uint64_t sets, uint64_t ways)
{
    struct plain *plain = g_new0(struct plain, 1);
    plain->sets = sets;
    plain->ways = ways;
    plain->set = g_new0(GHashTable *, sets);
    for (uint64_t i = 0; i < sets; i++)
        plain->set[i] = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    return plain;
}

static void plain_free(struct plain *plain)
{
    for (uint64_t i = 0; i < plain->sets; i++)
        g_hash_table_unref(plain->set[i]);
    g_free(plain->set);
    g_free(plain);
}

static void plain_empty(struct plain *plain)
{
    for (uint64_t i = 0; i < plain->sets; i++)
        g_hash_table_remove_all(plain->set[i]);
}

/* `page` says which set, `key` who it is. */
static bool plain_touch(struct plain *plain, uint64_t page, uint64_t key)
{
    GHashTable *set = plain->set[(page % plain->sets) ^ (page / plain->sets % plain->sets)];
    bool found = g_hash_table_contains(set, &key);
    if (!found && g_hash_table_size(set) == plain->ways) {
        uint64_t *oldest = NULL, *at, *when, least = UINT64_MAX;
        GHashTableIter iter;
        g_hash_table_iter_init(&iter, set);
        while (g_hash_table_iter_next(&iter, (gpointer *)&at, (gpointer *)&when))
            if (*when < least) {
                least = *when;
                oldest = at;
            }
        g_hash_table_remove(set, oldest);
    }
    plain->now++;
    g_hash_table_replace(set, g_memdup2(&key, sizeof(key)), g_memdup2(&plain->now, sizeof(plain->now)));
    return found;
}

static uint64_t random_below(uint64_t n)
{
    return ((uint64_t)g_test_rand_int() << 32 | (uint64_t)g_test_rand_int()) % n;
}

/* --- the TLB --- */

static void tlb_is_lru_in_each_set(void)
{
    for (int round = 0; round < 60; round++) {
        struct weft_tlb_shape shape = {1U << random_below(8), (uint32_t)random_below(16) + 1};
        uint64_t *entry = g_new0(uint64_t, (gsize)shape.sets * shape.ways), held = shape.sets * shape.ways;
        struct plain *plain = plain_new(shape.sets, shape.ways);
        uint64_t pages = held / 2 + random_below(2 * held) + 1, hits = 0;
        for (int i = 0; i < 3000; i++) {
            uint64_t page = random_below(4) ? random_below(pages) : random_below(pages * pages);
            uint64_t key = UINT64_C(1) << 40 | page; /* not 0, and the set is the page's */
            bool hit = weft_tlb_touch(&shape, entry, key);
            g_assert_cmpint(hit, ==, plain_touch(plain, page, key));
            hits += hit;
        }
        g_assert_cmpuint(hits, >, 0);
        plain_free(plain);
        g_free(entry);
    }
}

/* --- TLB and walk cache together --- */

static struct weft_memory_system random_system(void)
{
    const struct weft_page_caches caches = {.tlb_sets = 1U << random_below(6),
                                            .tlb_ways = (uint32_t)random_below(8) + 1,
                                            .walk_cache = (uint32_t)random_below(6)};
    return (struct weft_memory_system){.page_4k = caches, .page_2m = caches, .tagged = random_below(2)};
}

/* What touching takes, page by page, as weft/memory_system.h states it. */
static void expect_touch(struct plain *tlb, struct plain *tables, uint64_t space, uint64_t address,
                         uint64_t bytes, uint64_t page_bytes, struct weft_walks *walks)
{
    const uint64_t levels = page_bytes == WEFT_PAGE_4K ? 4 : 3, table_bytes = 512 * page_bytes;
    for (uint64_t at = address - address % page_bytes; at < address + bytes; at += page_bytes) {
        if (plain_touch(tlb, at / page_bytes, space << 48 | at / page_bytes))
            continue;
        walks->misses++;
        bool known = tables->ways > 0 && plain_touch(tables, 0, space << 48 | at / table_bytes);
        walks->references += known ? 1 : levels;
    }
}

static void mmu_is_both_in_a_row(void)
{
    uint64_t all_misses = 0, all_known = 0;
    for (int round = 0; round < 60; round++) {
        struct weft_memory_system system = random_system();
        uint64_t page_bytes = random_below(2) ? WEFT_PAGE_4K : WEFT_PAGE_2M, spaces = random_below(3) + 1;
        uint64_t far = page_bytes << random_below(14), space = 0;
        struct weft_mmu *mmu = weft_mmu_new(&system, page_bytes);
        struct plain *tlb = plain_new(system.page_4k.tlb_sets, system.page_4k.tlb_ways),
                     *tables = plain_new(1, system.page_4k.walk_cache);
        struct weft_walks walks = {0}, expected = {0};
        weft_mmu_run(mmu, 0);
        for (int i = 0; i < 1000; i++) {
            uint64_t next = random_below(20) ? space : random_below(spaces);
            uint64_t address = UINT64_C(0x10000000) + random_below(far),
                     bytes = random_below(3 * page_bytes) + 1;
            if (next != space && !system.tagged) {
                plain_empty(tlb);
                plain_empty(tables);
            }
            space = next;
            weft_mmu_run(mmu, (uint32_t)space);
            weft_mmu_touch(mmu, address, bytes, &walks);
            expect_touch(tlb, tables, space + 1, address, bytes, page_bytes, &expected);
            g_assert_cmpuint(walks.misses, ==, expected.misses);
            g_assert_cmpuint(walks.references, ==, expected.references);
        }
        all_misses += walks.misses;
        all_known += walks.references < walks.misses * 3;
        plain_free(tlb);
        plain_free(tables);
        weft_mmu_free(mmu);
    }
    g_assert_cmpuint(all_misses, >, 1000);
    g_assert_cmpuint(all_known, >, 5); /* walk caches knew many tables */
}

/* Page after page through `pages` of them, `laps` times over. */
static struct weft_walks cycle(const struct weft_memory_system *system, uint64_t page_bytes, uint64_t pages,
                               int laps)
{
    struct weft_mmu *mmu = weft_mmu_new(system, page_bytes);
    struct weft_walks walks = {0};
    weft_mmu_run(mmu, 0);
    for (int lap = 0; lap < laps; lap++)
        for (uint64_t i = 0; i < pages; i++)
            weft_mmu_touch(mmu, i * page_bytes, 1, &walks);
    weft_mmu_free(mmu);
    return walks;
}

/* LRU and going round: all of what fits stays, and of one set more than fits nothing does. */
static void going_round_misses_all_or_nothing(void)
{
    const struct weft_memory_system *xeon = &weft_memory_xeon_2003, *skylake = &weft_memory_skylake_sp;
    g_assert_cmpuint(cycle(xeon, WEFT_PAGE_4K, 64, 10).misses, ==, 64);
    g_assert_cmpuint(cycle(xeon, WEFT_PAGE_4K, 65, 10).misses, ==, 650);
    g_assert_cmpuint(cycle(xeon, WEFT_PAGE_4K, 65, 10).references, ==, 4 * 650); /* no walk cache */
    g_assert_cmpuint(cycle(xeon, WEFT_PAGE_2M, 65, 10).references, ==, 3 * 650);
    g_assert_cmpuint(cycle(skylake, WEFT_PAGE_4K, 1536, 10).misses, ==, 1536);
    g_assert_cmpuint(cycle(skylake, WEFT_PAGE_4K, 1536 + 128, 10).misses, ==, 10 * (1536 + 128));
    /* one page more: its set of 12 has 13, which all miss; the others stay */
    g_assert_cmpuint(cycle(skylake, WEFT_PAGE_4K, 1537, 10).misses, ==, 1536 - 12 + 13 * 10);
}

/* 64 MiB in a row: 16,384 pages of 4 KiB in 32 tables, or 32 of 2 MiB in one. Each table costs one whole walk. */
static void large_pages_miss_a_512th(void)
{
    struct weft_walks small = cycle(&weft_memory_skylake_sp, WEFT_PAGE_4K, 16384, 1),
                      large = cycle(&weft_memory_skylake_sp, WEFT_PAGE_2M, 32, 1);
    g_assert_cmpuint(small.misses, ==, 512 * large.misses);
    g_assert_cmpuint(small.references, ==, 16384 - 32 + 32 * 4);
    g_assert_cmpuint(large.references, ==, 32 - 1 + 3);
}

/* Buffers of one size lie a power of two apart: they do not meet in a few sets. */
static void strides_spread_over_the_sets(void)
{
    for (uint64_t stride = 1; stride <= 128; stride *= 2) {
        struct weft_mmu *mmu = weft_mmu_new(&weft_memory_skylake_sp, WEFT_PAGE_4K);
        struct weft_walks walks = {0};
        weft_mmu_run(mmu, 0);
        for (int lap = 0; lap < 2; lap++)
            for (uint64_t i = 0; i < 128; i++)
                weft_mmu_touch(mmu, i * stride * WEFT_PAGE_4K, 1, &walks);
        g_assert_cmpuint(walks.misses, ==, 128);
        weft_mmu_free(mmu);
    }
}

/* A switch between applications empties what has no tags. */
static void switches_empty_what_is_not_tagged(void)
{
    static const struct {
        const struct weft_memory_system *system;
        uint64_t misses;
    } cases[] = {{&weft_memory_skylake_sp, 2 * 5}, {&weft_memory_xeon_2003, 4 * 5}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct weft_mmu *mmu = weft_mmu_new(cases[i].system, WEFT_PAGE_4K);
        struct weft_walks walks = {0};
        for (uint32_t turn = 0; turn < 4; turn++) {
            weft_mmu_run(mmu, turn % 2);
            weft_mmu_run(mmu, turn % 2); /* the same again is no switch */
            for (int again = 0; again < 2; again++)
                weft_mmu_touch(mmu, 4095, 4 * 4096, &walks); /* five pages */
        }
        g_assert_cmpuint(walks.misses, ==, cases[i].misses);
        weft_mmu_free(mmu);
    }
}

/* --- what caches keep --- */

static void caches_keep_what_fits(void)
{
    static const struct weft_memory_system system = {.cache_bytes = 1000, .dma_cache_bytes = 100};
    static const struct {
        const struct weft_memory_system *system;
        uint64_t bytes;
        bool keeps, keeps_dma;
    } cases[] = {
        {&system, 100, true, true},
        {&system, 101, true, false},
        {&system, 1000, true, false},
        {&system, 1001, false, false},
        {&weft_memory_xeon_2003, 1, true, false}, /* DMA goes past the cache */
        {&weft_memory_none, UINT64_MAX, true, true},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_cmpint(weft_cache_keeps(cases[i].system, cases[i].bytes), ==, cases[i].keeps);
        g_assert_cmpint(weft_cache_keeps_dma(cases[i].system, cases[i].bytes), ==, cases[i].keeps_dma);
    }
}

static void check_caches(const struct weft_page_caches *caches, bool misses)
{
    g_assert_cmpuint(caches->tlb_sets & (caches->tlb_sets - 1), ==, 0);
    g_assert_cmpuint(caches->tlb_sets, <=, WEFT_TLB_SETS_MOST);
    g_assert_cmpuint(caches->tlb_ways, <=, WEFT_TLB_WAYS_MOST);
    g_assert_cmpint(caches->tlb_sets > 0, ==, misses);
}

static void rows_are_sound(void)
{
    size_t rows = 0;
    for (const struct weft_memory_system *row; (row = weft_memory_systems[rows]); rows++) {
        g_assert_true(weft_memory_page_caches(row, WEFT_PAGE_4K) == &row->page_4k);
        g_assert_true(weft_memory_page_caches(row, WEFT_PAGE_2M) == &row->page_2m);
        g_assert_true(strlen(row->help) > 10 && strlen(row->source) > 5);
        check_caches(&row->page_4k, row != &weft_memory_none);
        check_caches(&row->page_2m, row != &weft_memory_none);
        g_assert_cmpuint(row->dma_cache_bytes, <=, row->cache_bytes);
    }
    g_assert_cmpuint(rows, ==, 4);
    g_assert_null(weft_mmu_new(&weft_memory_none, WEFT_PAGE_4K)); /* nothing is ever missed */
    weft_mmu_free(NULL);
}

/* --- the driver's own walk --- */

/* Page-table entries on the way to `pages` pages: each of a level once. */
static uint64_t entries_on_the_way(uint64_t address, uint64_t pages, uint64_t page_bytes)
{
    GHashTable *seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    for (uint64_t i = 0; i < pages; i++)
        for (uint64_t reach = page_bytes, level = 0; level < (page_bytes == WEFT_PAGE_4K ? 4 : 3);
             level++, reach *= 512) {
            uint64_t entry = level << 48 | (address + i * page_bytes) / reach;
            g_hash_table_add(seen, g_memdup2(&entry, sizeof(entry)));
        }
    uint64_t n = g_hash_table_size(seen);
    g_hash_table_unref(seen);
    return n;
}

static void map_pages(struct weft_space *space, uint64_t address, uint64_t pages)
{
    uint64_t page_bytes = weft_memory_page_bytes(weft_space_memory(space)), physical;
    for (uint64_t i = 0; i < pages; i++) {
        g_assert_cmpint(weft_memory_take(weft_space_memory(space), &physical), ==, WEFT_OK);
        g_assert_cmpint(weft_space_map(space, address + i * page_bytes, physical), ==, WEFT_OK);
    }
}

/* A walk for a range, across ends of tables at each level, reads each entry once; page by page, all levels. */
static void ranges_are_walked_once(void)
{
    enum { PAGES = 24 };
    static const uint64_t sizes[] = {WEFT_PAGE_4K, WEFT_PAGE_2M};
    for (int round = 0; round < 60; round++) {
        uint64_t page_bytes = sizes[round % 2], n = random_below(PAGES) + 1, physical[PAGES], one = 0;
        uint64_t table = page_bytes * 512 * (random_below(3) ? 1 : 512); /* ends of last and upper tables */
        uint64_t first = (1 + random_below(4)) * table - random_below(PAGES) * page_bytes, references = 0;
        struct weft_memory *memory = weft_memory_new(PAGES, page_bytes, (uint64_t)round);
        struct weft_space *space = weft_space_new(memory);
        map_pages(space, first, n);
        g_assert_cmpuint(weft_space_walk_pages(space, first, n, true, physical, &references), ==, n);
        g_assert_cmpuint(references, ==, entries_on_the_way(first, n, page_bytes));
        g_assert_cmpuint(references, ==, weft_walk_references(first, n, page_bytes, true));
        for (uint64_t i = 0; i < n; i++) {
            uint64_t walked;
            g_assert_cmpint(weft_space_walk(space, first + i * page_bytes, &walked, &one), ==, WEFT_OK);
            g_assert_cmphex(walked, ==, physical[i]);
        }
        references = 0;
        g_assert_cmpuint(weft_space_walk_pages(space, first, n, false, physical, &references), ==, n);
        g_assert_cmpuint(references, ==, one);
        g_assert_cmpuint(one, ==, weft_walk_references(first, n, page_bytes, false));
        weft_space_free(space);
        weft_memory_free(memory);
    }
}

/* Ten pages in one table: 3 + 10 references, or 2 + 10; with an end of a table among them one more. */
static void ranges_have_their_closed_form(void)
{
    g_assert_cmpuint(weft_walk_references(0x10000000, 10, WEFT_PAGE_4K, true), ==, 3 + 10);
    g_assert_cmpuint(weft_walk_references(0x40000000, 10, WEFT_PAGE_2M, true), ==, 2 + 10);
    g_assert_cmpuint(weft_walk_references(0x10000000 - 5 * 4096, 10, WEFT_PAGE_4K, true), ==, 3 + 10 + 1);
    g_assert_cmpuint(weft_walk_references(0x10000000, 10, WEFT_PAGE_4K, false), ==, 4 * 10);
    g_assert_cmpuint(weft_walk_references(0x40000000, 10, WEFT_PAGE_2M, false), ==, 3 * 10);
}

/* A walk ends at the page that is not mapped, whose entry was read; and so does an upper one. */
static void ranges_end_at_a_hole(void)
{
    struct weft_memory *memory = weft_memory_new(8, WEFT_PAGE_4K, 1);
    struct weft_space *space = weft_space_new(memory);
    uint64_t physical[8], references = 0, table = 512 * WEFT_PAGE_4K;
    map_pages(space, 2 * table - 3 * WEFT_PAGE_4K,
              2); /* the third is a hole, and the next table is not there */
    g_assert_cmpuint(
        weft_space_walk_pages(space, 2 * table - 3 * WEFT_PAGE_4K, 8, true, physical, &references), ==, 2);
    g_assert_cmpuint(references, ==, 3 + 3);
    map_pages(space, 2 * table - WEFT_PAGE_4K, 1);
    references = 0;
    g_assert_cmpuint(
        weft_space_walk_pages(space, 2 * table - 3 * WEFT_PAGE_4K, 8, true, physical, &references), ==, 3);
    g_assert_cmpuint(references, ==, 3 + 3 + 1); /* the entry of the table that is missing */
    weft_space_free(space);
    weft_memory_free(memory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tlb/lru", tlb_is_lru_in_each_set);
    g_test_add_func("/mmu/random", mmu_is_both_in_a_row);
    g_test_add_func("/mmu/cycle", going_round_misses_all_or_nothing);
    g_test_add_func("/mmu/large-pages", large_pages_miss_a_512th);
    g_test_add_func("/mmu/strides", strides_spread_over_the_sets);
    g_test_add_func("/mmu/switches", switches_empty_what_is_not_tagged);
    g_test_add_func("/cache/keeps", caches_keep_what_fits);
    g_test_add_func("/systems/rows", rows_are_sound);
    g_test_add_func("/walk/ranges", ranges_are_walked_once);
    g_test_add_func("/walk/closed-form", ranges_have_their_closed_form);
    g_test_add_func("/walk/hole", ranges_end_at_a_hole);
    return g_test_run();
}
