/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_MEMORY_TLB_H
#define WEFT_MEMORY_TLB_H

/* A cache of keys: sets of ways, the key of a set that was used longest ago is replaced. */

#include "weft/base.h"

struct weft_tlb_shape {
    uint32_t sets, ways; /* sets: a power of two; both at least 1 */
};

/* Use `key` (not 0); true if it was there. `entry` has sets * ways keys, a set's one after the other, the one that was used
 * last first; 0: none. */
bool weft_tlb_touch(const struct weft_tlb_shape *shape, uint64_t *entry, uint64_t key);

#endif
