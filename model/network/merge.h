/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_NETWORK_MERGE_H
#define WEFT_NETWORK_MERGE_H

/* Who of some links is next: a list in order, of which the first is taken and to whose end it mostly comes back, since
 * links that are busy at once take turns. That is one comparison, which turns out like the one before it: no branch is
 * mispredicted and nothing waits for what was stored last. Who comes back further to the front is put there by a search.
 *
 * An entry is one number, the instant after the merge's first and below it the link, so that the order is total: of equal
 * instants the lower link is first. */

#include "weft/base.h"

enum { WEFT_MERGE_STEPS = 8, WEFT_MERGE_TURNS = 1024 };

struct weft_merge {
    uint64_t *entry, *end;
    uint64_t *head, *tail; /* [head, tail) in order; the one before them is less than any that can come */
    uint32_t link_bits;
    uint64_t link_mask;
    weft_ps base_ps, limit_ps; /* instants that can be told apart; the last of them that is wanted */
};

/* Of `links` links, 1 .. 2^20. weft_merge_clear() frees what it holds. */
void weft_merge_init(struct weft_merge *merge, uint32_t links);
void weft_merge_clear(struct weft_merge *merge);

/* Begin with no link, for instants from `first_ps` on up to `until_ps`, or as many of them as can be told apart. Each link
 * may come then. */
void weft_merge_begin(struct weft_merge *merge, weft_ps first_ps, weft_ps until_ps);
/* Make room for as many as WEFT_MERGE_TURNS to come back. */
void weft_merge_reserve(struct weft_merge *merge);
/* Put an entry among those from `head` to before `tail`, where there is room for one more. */
void weft_merge_put_far(uint64_t *head, uint64_t *tail, uint64_t entry);

static inline bool weft_merge_is_empty(const struct weft_merge *merge)
{
    return merge->head == merge->tail;
}

/* The link that is next, which there must be. It is no longer among them. */
static inline uint32_t weft_merge_take(struct weft_merge *merge)
{
    return (uint32_t)(*merge->head++ & merge->link_mask);
}

/* The next packet of `link`, which is not among them, is in at `in_ps`: not before those taken. Past the limit it stays
 * away. */
static inline void weft_merge_put(struct weft_merge *merge, uint32_t link, weft_ps in_ps)
{
    if (in_ps > merge->limit_ps)
        return;
    uint64_t entry = (in_ps - merge->base_ps) << merge->link_bits | link;
    uint64_t *last = merge->tail++, *at = last;
    for (; at[-1] > entry; at--) {
        if (last - at == WEFT_MERGE_STEPS) {
            weft_merge_put_far(merge->head, at, entry);
            return;
        }
        *at = at[-1];
    }
    *at = entry;
}

#endif
