/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pages of a size that is known. */

#include "primitive_memory.h"

#include "failure.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum { SOMETHING = 0x5a };

/* Of all memory of this process, so many bytes are on transparent huge pages. */
static uint64_t huge_bytes(void)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents("/proc/self/smaps_rollup", &text, NULL, NULL))
        return 0;
    const char *line = strstr(text, "AnonHugePages:");
    return line ? g_ascii_strtoull(line + strlen("AnonHugePages:"), NULL, 10) << 10 : 0;
}

static uint8_t *map_advised(uint64_t bytes, int advice)
{
    /* a mapping with room to begin at a multiple of the large size; what is too much is given back */
    uint64_t room = bytes + HUGE_PAGE_BYTES;
    uint8_t *all = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED)
        return NULL;
    uint64_t before = (HUGE_PAGE_BYTES - (uintptr_t)all % HUGE_PAGE_BYTES) % HUGE_PAGE_BYTES;
    if (before > 0)
        munmap(all, before);
    munmap(all + before + bytes, room - before - bytes);
    (void)madvise(all + before, bytes, advice);
    return all + before;
}

uint8_t *map_pages(uint64_t bytes, bool huge)
{
    const uint64_t huge_before = huge_bytes();
    uint8_t *pages = map_advised(bytes, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
    if (!pages)
        return NULL;
    memset(pages, SOMETHING, bytes); /* pages that were never written are all one page */
    if (!huge || huge_bytes() - huge_before >= bytes)
        return pages;
    unmap_pages(pages, bytes);
    return NULL;
}

void unmap_pages(uint8_t *pages, uint64_t bytes)
{
    if (pages)
        munmap(pages, bytes);
}

gboolean primitive_memory_init(struct primitive_memory *memory, GError **error)
{
    *memory = (struct primitive_memory){.small = map_pages(COLD_BYTES, false),
                                        .large = map_pages(COLD_BYTES, true),
                                        .hot = map_pages(HOT_BYTES, false),
                                        .destination = map_pages(PIECE_MOST, false),
                                        .filled = map_pages(FILLED_BYTES, true)};
    if (!memory->filled)
        memory->filled = map_pages(FILLED_BYTES, false);
    if (!memory->small || !memory->hot || !memory->destination || !memory->filled)
        return failure(error, STATUS_INPUT, "no memory for %d MiB of data: %s", COLD_BYTES >> 20,
                       g_strerror(errno));
    make_chains(memory);
    return TRUE;
}

void primitive_memory_clear(struct primitive_memory *memory)
{
    unmap_pages(memory->small, COLD_BYTES);
    unmap_pages(memory->large, COLD_BYTES);
    unmap_pages(memory->hot, HOT_BYTES);
    unmap_pages(memory->destination, PIECE_MOST);
    unmap_pages(memory->filled, FILLED_BYTES);
}
