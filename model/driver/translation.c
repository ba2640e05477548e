/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How the driver finds the physical location of a page of a zero-copy write. */

#include "weft/driver.h"

static uint64_t by_page_walk(const struct weft_space *space, const struct weft_region *region,
                             uint64_t address, uint64_t pages, bool range, uint64_t *physical,
                             uint64_t *references)
{
    (void)region;
    return weft_space_walk_pages(space, address, pages, range, physical, references);
}

static uint64_t by_buffer(const struct weft_space *space, const struct weft_region *region, uint64_t address,
                          uint64_t pages, bool range, uint64_t *physical, uint64_t *references)
{
    (void)space;
    (void)range;
    (void)references;
    return weft_region_pages(region, address, pages, physical);
}

const struct weft_translation weft_translation_page_walk = {
    .name = "page-walk",
    .help = "the driver walks the application's page tables and pins the pages, call by call",
    .looks_up = true,
    .walks = true,
    .pins = true,
    .translate = by_page_walk,
};

const struct weft_translation weft_translation_buffer = {
    .name = "buffer",
    .help = "the data lies in a registered region whose mapping the driver holds",
    .looks_up = true,
    .translate = by_buffer,
};

/* The application obtained the mapping of its buffers once and passes physical locations: nothing is left to look up. */
const struct weft_translation weft_translation_application = {
    .name = "application",
    .help = "the application passes physical locations that it obtained when it set up its buffers",
    .looks_up = false,
    .translate = by_buffer,
};

const struct weft_translation *const weft_translations[] = {
    &weft_translation_page_walk, &weft_translation_buffer, &weft_translation_application, NULL};
