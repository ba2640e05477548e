/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames, page tables and translation buffers. */
#include "weft/memory.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#define PAGE WEFT_PAGE_4K

static uint64_t take(struct weft_memory *memory)
{
    uint64_t physical = 0;
    g_assert_cmpint(weft_memory_take(memory, &physical), ==, WEFT_OK);
    return physical;
}

/* Map `pages` pages from `address` on, each to a frame of its own. */
static void map_fresh(struct weft_space *space, uint64_t address, uint64_t pages)
{
    struct weft_memory *memory = weft_space_memory(space);
    uint64_t page_bytes = weft_memory_page_bytes(memory);
    for (uint64_t i = 0; i < pages; i++)
        g_assert_cmpint(weft_space_map(space, address + i * page_bytes, take(memory)), ==, WEFT_OK);
}

static uint64_t walk(const struct weft_space *space, uint64_t address)
{
    uint64_t physical = 0, references = 0;
    g_assert_cmpint(weft_space_walk(space, address, &physical, &references), ==, WEFT_OK);
    return physical;
}

static void frames_are_scattered_and_each_is_handed_out_once(void)
{
    enum { FRAMES = 4096 };
    struct weft_memory *memory = weft_memory_new(FRAMES, PAGE, 1);
    struct weft_memory *same = weft_memory_new(FRAMES, PAGE, 1), *other = weft_memory_new(FRAMES, PAGE, 2);
    uint8_t seen[FRAMES + 1] = {0};
    uint64_t previous = 0, physical;
    uint32_t neighbours = 0, equal = 0;
    for (uint32_t i = 0; i < FRAMES; i++) {
        g_assert_cmpuint(weft_memory_free_frames(memory), ==, FRAMES - i);
        uint64_t frame = take(memory);
        g_assert_cmpuint(frame % PAGE, ==, 0);
        g_assert_cmpuint(frame, >, 0);
        g_assert_cmpuint(frame / PAGE, <=, FRAMES);
        g_assert_cmpuint(seen[frame / PAGE]++, ==, 0);
        g_assert_cmpuint(take(same), ==, frame);
        equal += take(other) == frame;
        neighbours += frame == previous + PAGE || frame + PAGE == previous;
        previous = frame;
    }
    /* In a random order 2 pairs are neighbours and 1 frame keeps its place, on average, whatever the number.
     */
    g_assert_cmpuint(neighbours, <, 12);
    g_assert_cmpuint(equal, <, 12);
    g_assert_cmpint(weft_memory_take(memory, &physical), ==, WEFT_FAILED);
    weft_memory_release(memory, previous);
    g_assert_cmpuint(take(memory), ==, previous);
    weft_memory_free(memory);
    weft_memory_free(same);
    weft_memory_free(other);
    weft_memory_free(NULL);
}

/* Whatever their number, frames are one place each, in at most twice as much of physical memory. */
static void any_number_of_frames_is_scattered(void)
{
    for (uint32_t frames = 1; frames <= 300; frames++) {
        struct weft_memory *memory = weft_memory_new(frames, PAGE, frames);
        GHashTable *seen = g_hash_table_new(g_direct_hash, g_direct_equal);
        uint64_t physical;
        for (uint32_t i = 0; i < frames; i++) {
            uint64_t frame = take(memory);
            g_assert_cmpuint(frame % PAGE, ==, 0);
            g_assert_cmpuint(frame, >, 0);
            g_assert_cmpuint(frame / PAGE, <=, 2 * (uint64_t)frames);
            g_assert_true(g_hash_table_add(seen, GUINT_TO_POINTER(frame / PAGE)));
            *weft_memory_write_at(memory, frame, 1) = (uint8_t)i; /* a frame of its own */
        }
        g_assert_cmpint(weft_memory_take(memory, &physical), ==, WEFT_FAILED);
        GHashTableIter iter;
        gpointer page;
        uint64_t sum = 0, expected = 0;
        g_hash_table_iter_init(&iter, seen);
        while (g_hash_table_iter_next(&iter, &page, NULL))
            sum += *weft_memory_at(memory, GPOINTER_TO_UINT(page) * PAGE, 1);
        for (uint32_t i = 0; i < frames; i++)
            expected += (uint8_t)i;
        g_assert_cmpuint(sum, ==, expected);
        g_hash_table_destroy(seen);
        weft_memory_free(memory);
    }
}

static void mapping_refuses_what_it_cannot_do(void)
{
    struct weft_memory *memory = weft_memory_new(8, PAGE, 1);
    struct weft_space *space = weft_space_new(memory);
    uint64_t frame = take(memory), physical = 7, references = 0;
    const uint64_t last = (UINT64_C(1) << 47) - PAGE;
    g_assert_cmpint(weft_space_map(space, last + PAGE, frame), ==, WEFT_INVALID);
    g_assert_cmpint(weft_space_map(space, 12, frame), ==, WEFT_INVALID);
    g_assert_cmpint(weft_space_map(space, last, frame), ==, WEFT_OK);
    g_assert_cmpint(weft_space_map(space, last, take(memory)), ==, WEFT_INVALID);
    g_assert_cmpuint(walk(space, last + 4095), ==, frame + 4095);
    g_assert_cmpint(weft_space_walk(space, last + PAGE, &physical, &references), ==, WEFT_INVALID);
    g_assert_cmpuint(references, ==, 0);
    g_assert_cmpuint(physical, ==, 7);
    g_assert_cmpint(weft_space_unmap(space, last - PAGE), ==, WEFT_INVALID);
    g_assert_cmpint(weft_space_unmap(space, last + 1), ==, WEFT_INVALID);
    g_assert_cmpint(weft_space_unmap(space, last), ==, WEFT_OK);
    g_assert_cmpint(weft_space_unmap(space, last), ==, WEFT_INVALID);
    g_assert_cmpint(weft_space_walk(space, last, &physical, &references), ==, WEFT_INVALID);
    g_assert_cmpint(weft_space_map(space, last, frame), ==, WEFT_OK);
    weft_space_free(space);
    weft_space_free(NULL);
    weft_memory_free(memory);
}

static uint64_t references_of(const struct weft_space *space, uint64_t address, int result)
{
    uint64_t physical, references = 100;
    g_assert_cmpint(weft_space_walk(space, address, &physical, &references), ==, result);
    return references - 100;
}

static void a_walk_counts_the_entries_it_reads(void)
{
    static const struct {
        uint64_t page_bytes, references;
    } kinds[] = {{WEFT_PAGE_4K, 4}, {WEFT_PAGE_2M, 3}};
    for (size_t k = 0; k < G_N_ELEMENTS(kinds); k++) {
        struct weft_memory *memory = weft_memory_new(4, kinds[k].page_bytes, 3);
        struct weft_space *space = weft_space_new(memory);
        g_assert_cmpuint(references_of(space, 0, WEFT_INVALID), ==, 1);
        map_fresh(space, 0, 1);
        g_assert_cmpuint(references_of(space, 0, WEFT_OK), ==, kinds[k].references);
        /* One entry per level covers 512 times the page: the walk ends where the path to page 0 is left. */
        uint64_t covered = kinds[k].page_bytes;
        for (uint64_t left = kinds[k].references; left >= 1; left--) {
            g_assert_cmpuint(references_of(space, covered, WEFT_INVALID), ==, left);
            covered *= 512;
        }
        weft_space_free(space);
        weft_memory_free(memory);
    }
}

/* 64 random addresses over the whole range share no table but the root; a freed space leaves nothing behind.
 */
static void spaces_do_not_see_each_other(void)
{
    struct weft_memory *memory = weft_memory_new(64, PAGE, 5);
    for (int round = 0; round < 4; round++) {
        struct weft_space *space = weft_space_new(memory), *empty = weft_space_new(memory);
        uint64_t address[64], frame[64];
        for (uint64_t i = 0; i < 64; i++) {
            address[i] = weft_draw(9, 0, WEFT_DRAW_TEST, i) % (UINT64_C(1) << 35) * PAGE;
            frame[i] = take(memory);
            g_assert_cmpint(weft_space_map(space, address[i], frame[i]), ==, WEFT_OK);
        }
        for (uint64_t i = 0; i < 64; i++) {
            g_assert_cmpuint(walk(space, address[i] + i), ==, frame[i] + i);
            g_assert_cmpuint(references_of(empty, address[i], WEFT_INVALID), ==, 1);
            weft_memory_release(memory, frame[i]);
        }
        weft_space_free(round % 2 ? space : empty);
        weft_space_free(round % 2 ? empty : space);
    }
    weft_memory_free(memory);
}

/* Pages whose numbers differ in one bit are different pages, for every bit. */
static void every_bit_of_an_address_counts(void)
{
    enum { LOW = 12, HIGH = 47, PAGES = HIGH - LOW };
    struct weft_memory *memory = weft_memory_new(PAGES, PAGE, 8);
    struct weft_space *space = weft_space_new(memory);
    uint64_t frame[PAGES];
    for (uint32_t i = 0; i < PAGES; i++) {
        frame[i] = take(memory);
        g_assert_cmpint(weft_space_map(space, PAGE << i, frame[i]), ==, WEFT_OK);
    }
    for (uint32_t i = 0; i < PAGES; i++)
        g_assert_cmpuint(walk(space, PAGE << i), ==, frame[i]);
    g_assert_cmpuint(references_of(space, 0, WEFT_INVALID), ==, 4);
    weft_space_free(space);
    weft_memory_free(memory);
}

static void bytes_that_straddle_pages_lie_in_several_frames(void)
{
    struct weft_memory *memory = weft_memory_new(8, PAGE, 4);
    struct weft_space *space = weft_space_new(memory);
    const uint64_t base = UINT64_C(0x7f0000000000);
    map_fresh(space, base, 3);
    uint8_t data[9000], back[sizeof data];
    for (uint32_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)weft_draw(1, 0, WEFT_DRAW_TEST, i);
    g_assert_cmpint(weft_space_write(space, base + 1000, data, sizeof data), ==, WEFT_OK);
    g_assert_cmpint(weft_space_read(space, base + 1000, back, sizeof back), ==, WEFT_OK);
    g_assert_true(memcmp(data, back, sizeof data) == 0);
    /* The same bytes, as the NIC finds them: by frame. */
    g_assert_true(memcmp(weft_memory_at(memory, walk(space, base + 1000), 3096), data, 3096) == 0);
    g_assert_true(memcmp(weft_memory_at(memory, walk(space, base + 4096), 4096), data + 3096, 4096) == 0);
    g_assert_true(memcmp(weft_memory_at(memory, walk(space, base + 8192), 1808), data + 7192, 1808) == 0);
    /* Past the mapping nothing is written; before it everything is. */
    memset(data, 0xaa, sizeof data);
    g_assert_cmpint(weft_space_write(space, base + 2 * PAGE + 4000, data, 200), ==, WEFT_INVALID);
    g_assert_cmpint(weft_space_read(space, base + 2 * PAGE + 4000, back, 96), ==, WEFT_OK);
    g_assert_true(memcmp(back, data, 96) == 0);
    g_assert_cmpint(weft_space_read(space, base - 1, back, 2), ==, WEFT_INVALID);
    g_assert_cmpint(weft_space_read(space, UINT64_MAX - 1, back, 2), ==, WEFT_INVALID);
    weft_space_free(space);
    weft_memory_free(memory);
}

/* What is lent is where it was, and what is written over it leaves it as it is. */
static void lent_bytes_are_not_copied(void)
{
    struct weft_memory *memory = weft_memory_new(1, PAGE, 4);
    uint8_t data[WEFT_PAGE_4K], before[sizeof data];
    uint64_t frame = take(memory);
    for (uint32_t i = 0; i < sizeof data; i++)
        data[i] = before[i] = (uint8_t)weft_draw(1, 0, WEFT_DRAW_TEST, i);
    weft_memory_lend(memory, frame + 96, data, 1000);
    weft_memory_lend(memory, frame + 1096, data + 1000, 3000);
    g_assert_true(weft_memory_at(memory, frame + 96, 4000) == data);
    g_assert_true(weft_memory_at(memory, frame + 4000, 96) == data + 3904);
    *weft_memory_write_at(memory, frame + 96, 1) ^= 1;
    g_assert_true(memcmp(data, before, sizeof data) == 0);
    g_assert_cmpuint(*weft_memory_at(memory, frame + 96, 1), ==, data[0] ^ 1);
    g_assert_true(memcmp(weft_memory_at(memory, frame + 97, 3999), data + 1, 3999) == 0);
    weft_memory_free(memory);
}

/* A gather list over a frame with bytes of its own, one with lent bytes, and one with both. */
static void a_gather_list_is_compared_to_the_last_byte(void)
{
    struct weft_memory *memory = weft_memory_new(3, PAGE, 4);
    uint8_t data[2 * WEFT_PAGE_4K], same[sizeof data];
    uint64_t own = take(memory), lent = take(memory), both = take(memory);
    for (uint32_t i = 0; i < sizeof data; i++)
        data[i] = same[i] = (uint8_t)weft_draw(1, 0, WEFT_DRAW_TEST, i);
    memcpy(weft_memory_write_at(memory, own + 4000, 96), data, 96);
    weft_memory_lend(memory, lent, data + 96, PAGE);
    memcpy(weft_memory_write_at(memory, both, PAGE), data + 96 + PAGE, 2000);
    weft_memory_lend(memory, both + 1000, data + 96 + PAGE + 1000, 1000);
    const struct weft_fragment list[] = {{own + 4000, 96}, {lent, WEFT_PAGE_4K}, {both, 2000}};
    const uint64_t bytes = 96 + PAGE + 2000;
    g_assert_true(weft_memory_equals(memory, list, 3, data, bytes)); /* `data` itself where it is lent */
    g_assert_true(weft_memory_equals(memory, list, 3, same, bytes));
    g_assert_true(weft_memory_equals(memory, list + 1, 1, data + 96, PAGE));
    g_assert_false(weft_memory_equals(memory, list, 3, data, bytes - 1)); /* no more and no less */
    g_assert_false(weft_memory_equals(memory, list, 3, data, bytes + 1));
    g_assert_false(weft_memory_equals(memory, list, 2, data, bytes));
    g_assert_false(weft_memory_equals(memory, list + 1, 1, data + 97, PAGE)); /* lent, but not this */
    g_assert_false(weft_memory_equals(memory, list + 1, 1, same + 97, PAGE));
    const struct weft_fragment swapped[] = {list[0], {both, 2000}, {lent, WEFT_PAGE_4K}};
    g_assert_false(weft_memory_equals(memory, swapped, 3, data, bytes));
    /* Beyond what is lent on either side the frame has bytes of its own. (To look at both makes all of them its own.) */
    const uint8_t *page = data + 96 + PAGE;
    const struct weft_fragment before = {both + 900, 200}, behind = {both + 1900, 200};
    weft_memory_lend(memory, both + 1000, page + 1000, 1000);
    g_assert_true(weft_memory_equals(memory, &before, 1, page + 900, 200));
    *weft_memory_write_at(memory, both + 950, 1) ^= 0x80;
    weft_memory_lend(memory, both + 1000, page + 1000, 1000);
    g_assert_false(weft_memory_equals(memory, &before, 1, page + 900, 200));
    *weft_memory_write_at(memory, both + 950, 1) ^= 0x80;
    weft_memory_lend(memory, both + 1000, page + 1000, 1000);
    g_assert_false(weft_memory_equals(memory, &behind, 1, page + 1900, 200));
    for (uint64_t i = 0; i < bytes; i++) {
        same[i] ^= 0x04;
        g_assert_false(weft_memory_equals(memory, list, 3, same, bytes));
        same[i] ^= 0x04;
    }
    *weft_memory_write_at(memory, lent + 77, 1) ^= 0x80; /* what was lent is the frame's own now */
    g_assert_false(weft_memory_equals(memory, list, 3, data, bytes));
    weft_memory_free(memory);
}

/* Hints may be given for anything; what is mapped and lent stays as it is. */
static void hints_change_nothing(void)
{
    struct weft_memory *memory = weft_memory_new(4, PAGE, 4);
    struct weft_space *space = weft_space_new(memory);
    const uint64_t base = UINT64_C(0x7f0000000000),
                   at[] = {
                       0,         base - 1, base, base + PAGE + 7, base + 4 * PAGE, (UINT64_C(1) << 47) - 1,
                       UINT64_MAX};
    static const uint8_t data[2 * WEFT_PAGE_4K];
    map_fresh(space, base, 4);
    struct weft_region *region = weft_region_new(space, base + 5, 3 * PAGE);
    g_assert_cmpint(weft_space_lend(space, base + 9, data, sizeof data), ==, WEFT_OK);
    for (size_t i = 0; i < G_N_ELEMENTS(at); i++)
        for (uint64_t bytes = 0; bytes < UINT64_C(1) << 40; bytes = 16 * bytes + 1) {
            weft_space_expect_walk(space, at[i], bytes);
            weft_space_expect_lend(space, at[i], bytes);
            weft_region_expect(region, at[i], bytes);
            weft_memory_expect(memory, at[i], bytes);
        }
    g_assert_true(weft_memory_at(memory, walk(space, base + PAGE), PAGE) == data + PAGE - 9);
    weft_region_free(region);
    weft_space_free(space);
    weft_memory_free(memory);
}

/* A ring buffer mapped twice in a row: what wraps around can be written and read as one piece. */
static void two_pages_may_share_a_frame(void)
{
    struct weft_memory *memory = weft_memory_new(4, PAGE, 6);
    struct weft_space *space = weft_space_new(memory);
    map_fresh(space, 0x10000, 2);
    for (uint64_t i = 0; i < 2; i++)
        g_assert_cmpint(weft_space_map(space, 0x10000 + (2 + i) * PAGE, walk(space, 0x10000 + i * PAGE)), ==,
                        WEFT_OK);
    uint8_t data[6000], back[sizeof data];
    memset(data, 0x5c, sizeof data);
    g_assert_cmpint(weft_space_write(space, 0x10000 + 5000, data, sizeof data), ==, WEFT_OK);
    g_assert_cmpint(weft_space_read(space, 0x10000, back, 5000 + 6000 - 2 * PAGE), ==, WEFT_OK);
    g_assert_true(memcmp(back, data, 5000 + 6000 - 2 * PAGE) == 0);
    weft_space_free(space);
    weft_memory_free(memory);
}

static void a_pinned_frame_is_free_after_the_last_unpin(void)
{
    struct weft_memory *memory = weft_memory_new(2, PAGE, 1);
    uint64_t frame = take(memory), other = take(memory), physical;
    weft_memory_pin(memory, frame + 17);
    weft_memory_pin(memory, frame);
    weft_memory_release(memory, frame + 4095);
    g_assert_cmpint(weft_memory_take(memory, &physical), ==, WEFT_FAILED);
    weft_memory_unpin(memory, frame);
    g_assert_cmpint(weft_memory_take(memory, &physical), ==, WEFT_FAILED);
    weft_memory_unpin(memory, frame + 1);
    g_assert_cmpuint(take(memory), ==, frame);
    /* A frame handed out again has no memory of its pins. */
    weft_memory_release(memory, frame);
    g_assert_cmpuint(weft_memory_free_frames(memory), ==, 1);
    /* Pinned and unpinned without a release it stays taken. */
    weft_memory_pin(memory, other);
    weft_memory_unpin(memory, other);
    g_assert_cmpuint(weft_memory_free_frames(memory), ==, 1);
    weft_memory_free(memory);
}

/* A release while pinned can be undone as long as the pin lasts; not when the frame has gone. */
static void a_pinned_frame_can_be_taken_back(void)
{
    struct weft_memory *memory = weft_memory_new(1, PAGE, 1);
    uint64_t frame = take(memory), physical;
    g_assert_cmpint(weft_memory_retake(memory, frame), ==, WEFT_INVALID); /* never released */
    weft_memory_pin(memory, frame);
    weft_memory_release(memory, frame);
    g_assert_cmpint(weft_memory_retake(memory, frame), ==, WEFT_OK);
    g_assert_cmpint(weft_memory_retake(memory, frame), ==, WEFT_INVALID);
    weft_memory_unpin(memory, frame);
    g_assert_cmpint(weft_memory_take(memory, &physical), ==, WEFT_FAILED);
    weft_memory_release(memory, frame);
    g_assert_cmpint(weft_memory_retake(memory, frame), ==, WEFT_INVALID); /* free */
    g_assert_cmpuint(take(memory), ==, frame);
    g_assert_cmpint(weft_memory_retake(memory, frame), ==, WEFT_INVALID); /* another's */
    weft_memory_free(memory);
}

static void a_region_translates_as_the_walk_did(void)
{
    static const uint64_t page_bytes[] = {WEFT_PAGE_4K, WEFT_PAGE_2M};
    for (size_t k = 0; k < G_N_ELEMENTS(page_bytes); k++) {
        const uint64_t page = page_bytes[k], base = UINT64_C(1) << 40, address = base + page / 2 + 3,
                       bytes = 4 * page;
        struct weft_memory *memory = weft_memory_new(6, page, 7);
        struct weft_space *space = weft_space_new(memory);
        map_fresh(space, base, 5);
        struct weft_region *region = weft_region_new(space, address, bytes);
        g_assert_nonnull(region);
        uint64_t physical, held[5];
        for (uint64_t at = 0; at < bytes; at += page / 64 - 1) {
            g_assert_cmpint(weft_region_translate(region, address + at, &physical), ==, WEFT_OK);
            g_assert_cmpuint(physical, ==, walk(space, address + at));
        }
        g_assert_cmpint(weft_region_translate(region, address + bytes - 1, &physical), ==, WEFT_OK);
        g_assert_cmpint(weft_region_translate(region, address + bytes, &physical), ==, WEFT_INVALID);
        g_assert_cmpint(weft_region_translate(region, address - 1, &physical), ==, WEFT_INVALID);
        uint64_t some[7];
        g_assert_cmpuint(weft_region_pages(region, base - page, 7, some), ==, 0);
        g_assert_cmpuint(weft_region_pages(region, base + 5 * page, 1, some), ==, 0);
        for (uint64_t first = 0; first < 5; first++)
            for (uint64_t pages = 1; pages <= 7; pages++) {
                uint64_t found = weft_region_pages(region, base + first * page, pages, some);
                g_assert_cmpuint(found, ==, MIN(pages, 5 - first));
                for (uint64_t i = 0; i < found; i++)
                    g_assert_cmpuint(some[i], ==, walk(space, base + (first + i) * page));
            }
        /* The driver holds the mapping: no page table is read, and no frame goes to somebody else. */
        for (uint64_t i = 0; i < 5; i++) {
            held[i] = walk(space, base + i * page);
            g_assert_cmpint(weft_space_unmap(space, base + i * page), ==, WEFT_OK);
            weft_memory_release(memory, held[i]);
        }
        g_assert_cmpuint(weft_memory_free_frames(memory), ==, 1);
        g_assert_cmpint(weft_region_translate(region, base + page, &physical), ==, WEFT_OK);
        g_assert_cmpuint(physical, ==, held[1]);
        weft_region_free(region);
        g_assert_cmpuint(weft_memory_free_frames(memory), ==, 6);
        weft_region_free(NULL);
        weft_space_free(space);
        weft_memory_free(memory);
    }
}

static void a_region_needs_every_page(void)
{
    struct weft_memory *memory = weft_memory_new(4, PAGE, 7);
    struct weft_space *space = weft_space_new(memory);
    map_fresh(space, 0, 2);
    map_fresh(space, 3 * PAGE, 1);
    g_assert_null(weft_region_new(space, 0, 0));
    g_assert_null(weft_region_new(space, 0, 4 * PAGE));
    g_assert_null(weft_region_new(space, 0, 2 * PAGE + 1));
    g_assert_null(weft_region_new(space, PAGE, UINT64_MAX - PAGE + 1));
    g_assert_null(weft_region_new(space, UINT64_MAX, 1));
    struct weft_region *region = weft_region_new(space, 0, 2 * PAGE);
    g_assert_nonnull(region);
    weft_region_free(region);
    /* What was refused has pinned nothing. */
    weft_memory_release(memory, walk(space, 0));
    g_assert_cmpuint(weft_memory_free_frames(memory), ==, 2);
    weft_space_free(space);
    weft_memory_free(memory);
}

static void pages_touched_are_counted_by_hand(void)
{
    g_assert_cmpuint(weft_pages_touched(0, 1, PAGE), ==, 1);
    g_assert_cmpuint(weft_pages_touched(0, 4096, PAGE), ==, 1);
    g_assert_cmpuint(weft_pages_touched(0, 4097, PAGE), ==, 2);
    g_assert_cmpuint(weft_pages_touched(4095, 2, PAGE), ==, 2);
    g_assert_cmpuint(weft_pages_touched(4095, 1, PAGE), ==, 1);
    g_assert_cmpuint(weft_pages_touched(1, 65535, PAGE), ==, 16);
    g_assert_cmpuint(weft_pages_touched(2, 65535, PAGE), ==, 17);
    g_assert_cmpuint(weft_pages_touched(WEFT_PAGE_2M - 1, WEFT_PAGE_2M + 2, WEFT_PAGE_2M), ==, 3);
    g_assert_cmpuint(weft_pages_touched(UINT64_MAX, 1, PAGE), ==, 1);
}

static void leaving_a_frame_is_asserted(void)
{
    if (g_test_subprocess()) {
        struct weft_memory *memory = weft_memory_new(4, PAGE, 1);
        weft_memory_at(memory, take(memory) + 4000, 97);
        weft_memory_free(memory);
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*physical.c*Assertion*");
}

/* A shadow of one space: which frame each page shows, and what every frame holds. */
enum { SHADOW_PAGES = 24, SHADOW_FRAMES = 16, STEPS = 3000 };
struct shadow {
    int frame_of_page[SHADOW_PAGES]; /* -1: not mapped */
    uint64_t physical[SHADOW_FRAMES];
    uint8_t bytes[SHADOW_FRAMES][WEFT_PAGE_4K];
};

static void shadow_map(struct shadow *shadow, struct weft_space *space, uint64_t base, uint32_t page)
{
    uint64_t address = base + page * PAGE;
    int frame = g_test_rand_int_range(0, SHADOW_FRAMES);
    bool mapped = shadow->frame_of_page[page] >= 0;
    if (g_test_rand_int_range(0, 3) == 0) {
        g_assert_cmpint(weft_space_unmap(space, address), ==, mapped ? WEFT_OK : WEFT_INVALID);
        shadow->frame_of_page[page] = -1;
        return;
    }
    g_assert_cmpint(weft_space_map(space, address, shadow->physical[frame]), ==,
                    mapped ? WEFT_INVALID : WEFT_OK);
    if (!mapped)
        shadow->frame_of_page[page] = frame;
}

/* Byte by byte, up to the first page that is not mapped; true if there is none. */
static bool shadow_copy(struct shadow *shadow, uint64_t offset, uint8_t *data, uint64_t bytes, bool write)
{
    for (uint64_t i = 0; i < bytes; i++) {
        uint64_t page = (offset + i) / PAGE;
        if (page >= SHADOW_PAGES || shadow->frame_of_page[page] < 0)
            return false;
        uint8_t *at = &shadow->bytes[shadow->frame_of_page[page]][(offset + i) % PAGE];
        if (write)
            *at = data[i];
        else
            data[i] = *at;
    }
    return true;
}

/* What is lent: often where the stretches of other steps go on, so that they grow together. */
static const uint8_t *some_lent(const uint8_t *pool, uint64_t pool_bytes, uint64_t offset, uint64_t bytes)
{
    if (g_test_rand_bit())
        return pool + offset % (pool_bytes - bytes);
    return pool + (uint64_t)g_test_rand_int_range(0, (gint32)(pool_bytes - bytes));
}

/* One stretch within a frame, as the NIC reads it. */
static void shadow_look(const struct shadow *shadow, const struct weft_memory *memory)
{
    uint32_t frame = (uint32_t)g_test_rand_int_range(0, SHADOW_FRAMES);
    uint32_t from = (uint32_t)g_test_rand_int_range(0, WEFT_PAGE_4K);
    uint32_t bytes = (uint32_t)g_test_rand_int_range(0, (gint32)(PAGE - from + 1));
    g_assert_true(memcmp(weft_memory_at(memory, shadow->physical[frame] + from, bytes),
                         shadow->bytes[frame] + from, bytes) == 0);
}

static void random_reads_and_writes_match_a_shadow(void)
{
    static uint8_t pool[(SHADOW_PAGES + 4) * WEFT_PAGE_4K];
    for (uint32_t i = 0; i < sizeof pool; i++)
        pool[i] = (uint8_t)g_test_rand_int();
    struct weft_memory *memory = weft_memory_new(SHADOW_FRAMES, PAGE, (uint32_t)g_test_rand_int());
    struct weft_space *space = weft_space_new(memory);
    struct shadow *shadow = weft_alloc(1, sizeof *shadow);
    const uint64_t base = UINT64_C(0x8000000000) - 7 * PAGE; /* across a root entry */
    for (uint32_t i = 0; i < SHADOW_PAGES; i++)
        shadow->frame_of_page[i] = -1;
    for (uint32_t i = 0; i < SHADOW_FRAMES; i++)
        shadow->physical[i] = take(memory);
    for (uint32_t step = 0; step < STEPS; step++) {
        uint8_t data[3 * WEFT_PAGE_4K] = {0}, expected[sizeof data] = {0};
        uint64_t offset = (uint64_t)g_test_rand_int_range(0, SHADOW_PAGES * WEFT_PAGE_4K);
        uint64_t bytes = (uint64_t)g_test_rand_int_range(0, sizeof data);
        switch (g_test_rand_int_range(0, 6)) {
        case 0:
            shadow_map(shadow, space, base, (uint32_t)(offset / PAGE));
            break;
        case 1:
            memset(data, g_test_rand_int_range(1, 256), bytes);
            g_assert_cmpint(shadow_copy(shadow, offset, data, bytes, true) ? WEFT_OK : WEFT_INVALID, ==,
                            weft_space_write(space, base + offset, data, bytes));
            break;
        case 2:
        case 3: {
            const uint8_t *lent = some_lent(pool, sizeof pool, offset, bytes);
            memcpy(data, lent, bytes);
            g_assert_cmpint(shadow_copy(shadow, offset, data, bytes, true) ? WEFT_OK : WEFT_INVALID, ==,
                            weft_space_lend(space, base + offset, lent, bytes));
            break;
        }
        case 4:
            shadow_look(shadow, memory);
            break;
        default:
            g_assert_cmpint(shadow_copy(shadow, offset, expected, bytes, false) ? WEFT_OK : WEFT_INVALID, ==,
                            weft_space_read(space, base + offset, data, bytes));
            g_assert_true(memcmp(data, expected, bytes) == 0);
        }
    }
    for (uint32_t i = 0; i < SHADOW_FRAMES; i++)
        g_assert_true(memcmp(weft_memory_at(memory, shadow->physical[i], PAGE), shadow->bytes[i], PAGE) == 0);
    free(shadow);
    weft_space_free(space);
    weft_memory_free(memory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/memory/frames", frames_are_scattered_and_each_is_handed_out_once);
    g_test_add_func("/memory/numbers", any_number_of_frames_is_scattered);
    g_test_add_func("/memory/equals", a_gather_list_is_compared_to_the_last_byte);
    g_test_add_func("/memory/hints", hints_change_nothing);
    g_test_add_func("/memory/pin", a_pinned_frame_is_free_after_the_last_unpin);
    g_test_add_func("/memory/retake", a_pinned_frame_can_be_taken_back);
    g_test_add_func("/memory/leave", leaving_a_frame_is_asserted);
    g_test_add_func("/space/refuse", mapping_refuses_what_it_cannot_do);
    g_test_add_func("/space/references", a_walk_counts_the_entries_it_reads);
    g_test_add_func("/space/apart", spaces_do_not_see_each_other);
    g_test_add_func("/space/bits", every_bit_of_an_address_counts);
    g_test_add_func("/space/straddle", bytes_that_straddle_pages_lie_in_several_frames);
    g_test_add_func("/memory/lend", lent_bytes_are_not_copied);
    g_test_add_func("/space/mirror", two_pages_may_share_a_frame);
    g_test_add_func("/space/shadow", random_reads_and_writes_match_a_shadow);
    g_test_add_func("/space/pages", pages_touched_are_counted_by_hand);
    g_test_add_func("/region/walk", a_region_translates_as_the_walk_did);
    g_test_add_func("/region/whole", a_region_needs_every_page);
    return g_test_run();
}
