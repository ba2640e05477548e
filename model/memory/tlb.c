/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A cache of keys with sets, ways and LRU. Most touches find their key among the first of its set. */
#include "memory/tlb.h"

#include <string.h>

/* Neighbours lie in different sets, and so do pages that are `sets` apart, as buffers of one size are. */
static inline uint32_t set_of(const struct weft_tlb_shape *shape, uint64_t key)
{
    return (uint32_t)(key ^ key >> __builtin_ctz(shape->sets)) & (shape->sets - 1);
}

bool weft_tlb_touch(const struct weft_tlb_shape *shape, uint64_t *entry, uint64_t key)
{
    uint64_t *way = entry + (size_t)set_of(shape, key) * shape->ways;
    uint32_t at = 0;
    while (at < shape->ways && way[at] != key)
        at++;
    bool found = at < shape->ways;
    memmove(way + 1, way, (found ? at : shape->ways - 1) * sizeof(*way));
    way[0] = key;
    return found;
}
