/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What it takes of the processor to put data into the applications' buffers, and whether a cache still has it when it is
 * read. */

#include "server.h"

#include <stdlib.h>

static const struct weft_touch before = {
    .name = "before", .help = "all pages of the buffers were touched, or registered, before the run"};
static const struct weft_touch first = {
    .name = "first",
    .help = "a page that is filled for the first time in the run is a page fault, unless it is registered",
    .faults = true};
const struct weft_touch *const weft_touches[] = {&before, &first, NULL};

static const struct weft_memory_system *system_of(const struct weft_server *server)
{
    const struct weft_memory_system *of_profile = server->profile->memory;
    return server->memory ? server->memory : of_profile ? of_profile : &weft_memory_none;
}

/* Of all streams of the server: what devices put into memory for one interval. */
static uint64_t interval_bytes(const struct weft_host *host)
{
    uint64_t bytes = 0;
    for (uint32_t a = 0; a < host->applications; a++)
        for (uint32_t i = 0; i < host->application[a].sources; i++)
            bytes += host->application[a].source[i].interval_bytes;
    return bytes;
}

enum { PAGES_PER_WORD = 64 };

/* Room to remember which pages of an application were touched. */
static void expect_faults(const struct weft_host *host, struct weft_application *application)
{
    uint64_t pages = (application->buffers_end - WEFT_BUFFERS_BEGIN) / host->server->page_bytes;
    application->touched = weft_alloc(pages / PAGES_PER_WORD + 1, sizeof(*application->touched));
}

void weft_touch_init(struct weft_host *host)
{
    const struct weft_write *write = &host->setup->write;
    const struct weft_server *server = host->server;
    host->system = system_of(server);
    host->fills = write->fill && write->fill->by_cpu;
    host->dma_is_cold = !weft_cache_keeps_dma(host->system, interval_bytes(host));
    if (write->axes.copy->copies || host->fills)
        for (uint32_t c = 0; c < server->cores; c++)
            host->core[c].mmu = weft_mmu_new(host->system, server->page_bytes);
    if (server->touch && server->touch->faults && !weft_buffers_register(host))
        for (uint32_t a = 0; a < host->applications; a++)
            expect_faults(host, &host->application[a]);
}

uint64_t weft_touch_pages(uint64_t *touched, uint64_t first_page, uint64_t last_page)
{
    uint64_t fresh = 0;
    for (uint64_t page = first_page; page <= last_page; page++) {
        uint64_t *word = &touched[page / PAGES_PER_WORD], bit = UINT64_C(1) << page % PAGES_PER_WORD;
        fresh += !(*word & bit);
        *word |= bit;
    }
    return fresh;
}

void weft_touch_filled(struct weft_host *host, struct weft_application *application,
                       const struct weft_entry *entry, struct weft_ledger *work)
{
    const uint64_t page_bytes = host->server->page_bytes, from = entry->address - WEFT_BUFFERS_BEGIN;
    struct weft_mmu *mmu = host->core[application->core].mmu;
    struct weft_walks walks = {0};
    if (application->touched) {
        uint64_t fresh =
            weft_touch_pages(application->touched, from / page_bytes, (from + entry->bytes - 1) / page_bytes);
        application->touched_pages += fresh;
        work->count[WEFT_PAGE_FAULTS] += fresh;
    }
    if (!host->fills)
        return;
    if (mmu)
        weft_mmu_touch(mmu, entry->address, entry->bytes, &walks);
    work->count[WEFT_COPIES] += 1;
    work->count[WEFT_FILLED_BYTES] += entry->bytes;
    work->count[WEFT_COLD_BYTES] += host->dma_is_cold ? entry->bytes : 0;
    work->count[WEFT_DRAM_BYTES] += 2 * entry->bytes; /* read and written once more than by DMA */
    work->count[WEFT_TLB_MISSES] += walks.misses;
    work->count[WEFT_TLB_REFERENCES] += walks.references;
}

bool weft_touch_is_cold(const struct weft_host *host, uint64_t call_bytes)
{
    return host->fills ? !weft_cache_keeps(host->system, call_bytes) : host->dma_is_cold;
}
