/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Translation of a write call and its pins. Without an address space only the counts are made, and a test holds them equal to
 * those of the walk itself. */

#include "pages.h"

#include <assert.h>
#include <string.h>

static void make_room(struct weft_driver *driver, uint64_t pages)
{
    if (pages <= driver->page_room - driver->page_count)
        return;
    driver->page_room = 2 * driver->page_room + pages;
    driver->page = weft_resize(driver->page, driver->page_room, sizeof(*driver->page));
}

static void add_pin(struct weft_driver *driver, uint64_t physical)
{
    if (driver->pin_count == driver->pin_room && driver->pin_first > driver->pin_count / 2) {
        driver->pin_count -= driver->pin_first;
        memmove(driver->pin, driver->pin + driver->pin_first, driver->pin_count * sizeof(*driver->pin));
        driver->pin_first = 0;
    } else if (driver->pin_count == driver->pin_room) {
        driver->pin_room = driver->pin_room ? 2 * driver->pin_room : 64;
        driver->pin = weft_resize(driver->pin, driver->pin_room, sizeof(*driver->pin));
    }
    weft_memory_pin(weft_space_memory(driver->space), physical);
    driver->pin[driver->pin_count++] = (struct weft_pin){physical, WEFT_NEVER};
}

static void count_translation(struct weft_driver *driver, uint64_t address, uint64_t pages)
{
    const struct weft_translation *translation = driver->params.translation;
    uint64_t references = translation->walks ? weft_walk_references(address, pages, driver->params.page_bytes,
                                                                    driver->params.walks_ranges)
                                             : 0;
    driver->work.count[WEFT_TRANSLATIONS] += translation->looks_up ? pages : 0;
    driver->work.count[WEFT_PAGE_WALK_REFERENCES] += references;
    driver->work.count[WEFT_PAGES_PINNED] += translation->pins ? pages : 0;
}

void weft_pages_expect(const struct weft_driver *driver, uint32_t index)
{
    const struct weft_entry *entry = &driver->vector[index];
    if (driver->region && driver->space)
        weft_region_expect(driver->region, entry->address, entry->bytes);
}

uint64_t weft_pages_translate(struct weft_driver *driver, uint32_t index)
{
    const struct weft_translation *translation = driver->params.translation;
    struct weft_entry *entry = &driver->vector[index];
    const uint64_t page_bytes = driver->params.page_bytes, in_page = entry->address & (page_bytes - 1);
    uint64_t pages = ((in_page + entry->bytes - 1) >> driver->page_shift) + 1;
    if (!driver->space) {
        count_translation(driver, entry->address - in_page, pages);
        return entry->address;
    }
    make_room(driver, pages);
    uint64_t *page = driver->page + driver->page_count, references = 0;
    uint64_t address = (driver->page_count << driver->page_shift) + in_page;
    uint64_t found = translation->translate(driver->space, driver->region, entry->address - in_page, pages,
                                            driver->params.walks_ranges, page, &references);
    driver->page_count += found;
    driver->work.count[WEFT_TRANSLATIONS] += translation->looks_up ? found + (found < pages) : 0;
    driver->work.count[WEFT_PAGE_WALK_REFERENCES] += references;
    if (found < pages)
        entry->status = WEFT_ENTRY_UNMAPPED;
    for (uint64_t i = 0; translation->pins && i < found; i++) {
        driver->work.count[WEFT_PAGES_PINNED] += 1;
        add_pin(driver, page[i]);
    }
    return address;
}

void weft_pages_check_readable(struct weft_driver *driver, uint32_t index)
{
    struct weft_entry *entry = &driver->vector[index];
    uint64_t page_bytes = driver->params.page_bytes;
    uint64_t address = entry->address - entry->address % page_bytes;
    for (; driver->space && address < entry->address + entry->bytes; address += page_bytes) {
        uint64_t physical, references = 0;
        if (weft_space_walk(driver->space, address, &physical, &references) != WEFT_OK)
            entry->status = WEFT_ENTRY_UNMAPPED;
    }
}

void weft_pages_copy(struct weft_driver *driver, uint32_t index)
{
    const struct weft_entry *entry = &driver->vector[index];
    struct weft_walks walks = {0};
    if (driver->params.mmu)
        weft_mmu_touch(driver->params.mmu, entry->address, entry->bytes, &walks);
    driver->work.count[WEFT_COPIES] += 1;
    driver->work.count[WEFT_TLB_MISSES] += walks.misses;
    driver->work.count[WEFT_TLB_REFERENCES] += walks.references;
}

void weft_pages_call_over(struct weft_driver *driver)
{
    for (uint64_t i = driver->pin_count;
         i > driver->pin_first && driver->pin[i - 1].until_completed == WEFT_NEVER; i--)
        driver->pin[i - 1].until_completed = weft_ring_rung(driver->ring);
}

void weft_pages_unpin(struct weft_driver *driver)
{
    uint64_t completed = weft_ring_completed(driver->ring);
    while (driver->pin_first < driver->pin_count &&
           driver->pin[driver->pin_first].until_completed <= completed)
        weft_memory_unpin(weft_space_memory(driver->space), driver->pin[driver->pin_first++].physical);
    if (driver->pin_first == driver->pin_count)
        driver->pin_first = driver->pin_count = 0;
}
