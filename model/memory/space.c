/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Address spaces: x86-64 style page tables. Four levels of 512 entries cover 48 bits; a 2 MiB page is an
 * entry of the third level with the large bit set, so that its walk is one reference shorter. */
#include "memory/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(WEFT_TABLE_BYTES == WEFT_TABLE_ENTRIES * sizeof(uint64_t),
               "a table is 512 entries of 8 bytes");

enum { LEVELS = 4, LEVEL_BITS = 9, TABLE_BITS = 12 };
#define ADDRESS_LIMIT (UINT64_C(1) << 47)
#define ENTRY_PRESENT UINT64_C(0x01)
#define ENTRY_LARGE   UINT64_C(0x80)
#define ENTRY_ADDRESS UINT64_C(0x000ffffffffff000)

struct weft_space {
    struct weft_memory *memory;
    uint64_t root;
    uint32_t leaf; /* level (0 is the root) of the entries that map pages */
};

struct weft_space *weft_space_new(struct weft_memory *memory)
{
    struct weft_space *space = weft_alloc(1, sizeof *space);
    space->memory = memory;
    space->root = weft_memory_table_take(memory);
    space->leaf = weft_memory_page_bytes(memory) == WEFT_PAGE_2M ? LEVELS - 2 : LEVELS - 1;
    return space;
}

static void free_tables(struct weft_space *space, uint64_t table, uint32_t level)
{
    for (uint32_t i = 0; level < space->leaf && i < WEFT_TABLE_ENTRIES; i++) {
        uint64_t entry = weft_memory_table_read(space->memory, table, i);
        if (entry & ENTRY_PRESENT)
            free_tables(space, entry & ENTRY_ADDRESS, level + 1);
    }
    weft_memory_table_release(space->memory, table);
}

void weft_space_free(struct weft_space *space)
{
    if (!space)
        return;
    free_tables(space, space->root, 0);
    free(space);
}

struct weft_memory *weft_space_memory(const struct weft_space *space)
{
    return space->memory;
}

/* An entry of that level stands for 2^shift_of(level) bytes of addresses. */
static uint32_t shift_of(uint32_t level)
{
    return TABLE_BITS + LEVEL_BITS * (LEVELS - 1 - level);
}

static uint32_t index_at(uint64_t address, uint32_t level)
{
    return (uint32_t)(address >> shift_of(level)) & (WEFT_TABLE_ENTRIES - 1);
}

static bool is_page(const struct weft_space *space, uint64_t address)
{
    return address < ADDRESS_LIMIT && address % weft_memory_page_bytes(space->memory) == 0;
}

int weft_space_map(struct weft_space *space, uint64_t address, uint64_t physical)
{
    assert(weft_memory_is_frame(space->memory, physical));
    if (!is_page(space, address))
        return WEFT_INVALID;
    uint64_t table = space->root;
    for (uint32_t level = 0; level < space->leaf; level++) {
        uint32_t index = index_at(address, level);
        uint64_t entry = weft_memory_table_read(space->memory, table, index);
        if (!(entry & ENTRY_PRESENT)) {
            entry = weft_memory_table_take(space->memory) | ENTRY_PRESENT;
            weft_memory_table_write(space->memory, table, index, entry);
        }
        table = entry & ENTRY_ADDRESS;
    }
    uint32_t index = index_at(address, space->leaf);
    if (weft_memory_table_read(space->memory, table, index) & ENTRY_PRESENT)
        return WEFT_INVALID;
    uint64_t large = space->leaf < LEVELS - 1 ? ENTRY_LARGE : 0;
    weft_memory_table_write(space->memory, table, index, physical | ENTRY_PRESENT | large);
    return WEFT_OK;
}

/* Where a walk ends: at an entry that maps a page or maps nothing, in which table and at which level it stands. */
struct walk {
    uint64_t table;
    const uint64_t *entry;
    uint32_t level;
};

/* The last entry is not read. */
static struct walk walk(const struct weft_space *space, uint64_t address)
{
    struct walk at = {.table = space->root};
    for (;; at.level++) {
        at.entry = weft_memory_table(space->memory, at.table) + index_at(address, at.level);
        if (at.level == space->leaf || !(*at.entry & ENTRY_PRESENT))
            return at;
        at.table = *at.entry & ENTRY_ADDRESS;
    }
}

int weft_space_unmap(struct weft_space *space, uint64_t address)
{
    if (!is_page(space, address))
        return WEFT_INVALID;
    struct walk at = walk(space, address);
    if (!(*at.entry & ENTRY_PRESENT))
        return WEFT_INVALID;
    weft_memory_table_write(space->memory, at.table, index_at(address, at.level), 0);
    return WEFT_OK;
}

int weft_space_walk(const struct weft_space *space, uint64_t address, uint64_t *physical,
                    uint64_t *references)
{
    if (address >= ADDRESS_LIMIT)
        return WEFT_INVALID;
    struct walk at = walk(space, address);
    *references += at.level + 1;
    if (!(*at.entry & ENTRY_PRESENT))
        return WEFT_INVALID;
    *physical = (*at.entry & ENTRY_ADDRESS) + (address & (weft_memory_page_bytes(space->memory) - 1));
    return WEFT_OK;
}

/* The first level whose entries for two addresses differ. */
static uint32_t first_other_level(uint64_t a, uint64_t b, uint32_t leaf)
{
    uint32_t level = 0;
    while (level < leaf && a >> shift_of(level) == b >> shift_of(level))
        level++;
    return level;
}

uint64_t weft_space_walk_pages(const struct weft_space *space, uint64_t address, uint64_t pages, bool range,
                               uint64_t *physical, uint64_t *references)
{
    const uint64_t page_bytes = weft_memory_page_bytes(space->memory);
    for (uint64_t n = 0; n < pages; n++, address += page_bytes) {
        if (address >= ADDRESS_LIMIT)
            return n;
        struct walk at = walk(space, address);
        uint32_t known = range && n > 0 ? first_other_level(address - page_bytes, address, space->leaf) : 0;
        *references += at.level + 1 - known;
        if (!(*at.entry & ENTRY_PRESENT))
            return n;
        physical[n] = *at.entry & ENTRY_ADDRESS;
    }
    return pages;
}

uint64_t weft_walk_references(uint64_t address, uint64_t pages, uint64_t page_bytes, bool range)
{
    const uint32_t levels = page_bytes == WEFT_PAGE_2M ? LEVELS - 1 : LEVELS;
    uint64_t last = address + (pages - 1) * page_bytes, references = 0;
    if (!range)
        return pages * levels;
    for (uint32_t level = 0; level < levels; level++)
        references += (last >> shift_of(level)) - (address >> shift_of(level)) + 1;
    return references;
}

/* How many of `bytes` at `address` lie in its page. */
static uint64_t within_page(const struct weft_space *space, uint64_t address, uint64_t bytes)
{
    uint64_t page_bytes = weft_memory_page_bytes(space->memory);
    uint64_t left = page_bytes - address % page_bytes;
    return bytes < left ? bytes : left;
}

int weft_space_write(struct weft_space *space, uint64_t address, const void *data, uint64_t bytes)
{
    const uint8_t *from = data;
    while (bytes > 0) {
        uint64_t physical, references = 0;
        if (weft_space_walk(space, address, &physical, &references) != WEFT_OK)
            return WEFT_INVALID;
        uint64_t piece = within_page(space, address, bytes);
        memcpy(weft_memory_write_at(space->memory, physical, piece), from, piece);
        from += piece;
        address += piece;
        bytes -= piece;
    }
    return WEFT_OK;
}

int weft_space_read(const struct weft_space *space, uint64_t address, void *data, uint64_t bytes)
{
    uint8_t *to = data;
    while (bytes > 0) {
        uint64_t physical, references = 0;
        if (weft_space_walk(space, address, &physical, &references) != WEFT_OK)
            return WEFT_INVALID;
        uint64_t piece = within_page(space, address, bytes);
        memcpy(to, weft_memory_at(space->memory, physical, piece), piece);
        to += piece;
        address += piece;
        bytes -= piece;
    }
    return WEFT_OK;
}

/* Where up to `most` pages from that of `address` on lie: a walk for the first of them, then entry after entry of the same
 * table. Returns how many are mapped. */
static uint32_t walk_on(const struct weft_space *space, uint64_t address, uint64_t *physical, uint32_t most)
{
    if (address >= ADDRESS_LIMIT)
        return 0;
    struct walk at = walk(space, address);
    uint32_t end = at.level == space->leaf ? WEFT_TABLE_ENTRIES - index_at(address, at.level) : 0, n = 0;
    end = most < end ? most : end;
    for (; n < end && (at.entry[n] & ENTRY_PRESENT); n++)
        physical[n] = at.entry[n] & ENTRY_ADDRESS;
    return n;
}

int weft_space_lend(struct weft_space *space, uint64_t address, const void *data, uint64_t bytes)
{
    enum { PAGES = 32 };
    const uint8_t *from = data;
    uint64_t physical[PAGES], page_bytes = weft_memory_page_bytes(space->memory);
    while (bytes > 0) {
        uint64_t in_page = address & (page_bytes - 1), left = (in_page + bytes - 1) / page_bytes + 1;
        uint32_t pages = walk_on(space, address, physical, left < PAGES ? (uint32_t)left : PAGES);
        if (pages == 0)
            return WEFT_INVALID;
        uint64_t room = pages * page_bytes - in_page, piece = room < bytes ? room : bytes;
        weft_memory_lend_frames(space->memory, physical, in_page, from, piece);
        from += piece;
        address += piece;
        bytes -= piece;
    }
    return WEFT_OK;
}

/* Pages that a hint is worth for; the rest are found in time by the machine itself. */
static uint64_t hinted_pages(const struct weft_space *space, uint64_t bytes)
{
    enum { MOST = 32 };
    uint64_t pages = bytes / weft_memory_page_bytes(space->memory) + 1;
    return pages < MOST ? pages : MOST;
}

void weft_space_expect_walk(const struct weft_space *space, uint64_t address, uint64_t bytes)
{
    struct walk at = walk(space, address);
    uint64_t entries = WEFT_TABLE_ENTRIES - index_at(address, at.level), pages = hinted_pages(space, bytes);
    weft_prefetch(at.entry, (pages < entries ? pages : entries) * sizeof(*at.entry));
}

void weft_space_expect_lend(const struct weft_space *space, uint64_t address, uint64_t bytes)
{
    uint64_t physical;
    if (walk_on(space, address, &physical, 1) == 1)
        weft_memory_expect(space->memory, physical, hinted_pages(space, bytes));
}

uint64_t weft_pages_touched(uint64_t address, uint64_t bytes, uint64_t page_bytes)
{
    assert(bytes >= 1 && bytes - 1 <= UINT64_MAX - address);
    return (address + (bytes - 1)) / page_bytes - address / page_bytes + 1;
}
