/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a list in order begins and ends, and who has a long way in it. */
#include "network/merge.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void weft_merge_init(struct weft_merge *merge, uint32_t links)
{
    assert(links >= 1 && links <= UINT32_C(1) << 20);
    size_t room = 1 + (size_t)links + WEFT_MERGE_TURNS;
    *merge = (struct weft_merge){.entry = weft_alloc(room, sizeof *merge->entry)};
    merge->end = merge->entry + room;
    while (UINT32_C(1) << merge->link_bits < links)
        merge->link_bits++;
    merge->link_mask = (UINT64_C(1) << merge->link_bits) - 1;
}

void weft_merge_clear(struct weft_merge *merge)
{
    free(merge->entry);
}

void weft_merge_begin(struct weft_merge *merge, weft_ps first_ps, weft_ps until_ps)
{
    weft_ps most_ps = UINT64_MAX >> merge->link_bits;
    assert(first_ps != WEFT_NEVER && first_ps <= until_ps);
    merge->entry[0] = 0; /* is less than none, and so ends every search */
    merge->head = merge->tail = merge->entry + 1;
    merge->base_ps = first_ps;
    merge->limit_ps = until_ps - first_ps <= most_ps ? until_ps : first_ps + most_ps;
    if (merge->limit_ps == WEFT_NEVER) /* which is no instant */
        merge->limit_ps--;
}

void weft_merge_reserve(struct weft_merge *merge)
{
    ptrdiff_t gone = merge->head - 1 - merge->entry;
    if (merge->end - merge->tail >= WEFT_MERGE_TURNS)
        return;
    memmove(merge->entry, merge->head - 1, (size_t)(merge->tail - merge->head + 1) * sizeof *merge->entry);
    merge->head -= gone;
    merge->tail -= gone;
}

void weft_merge_put_far(uint64_t *head, uint64_t *tail, uint64_t entry)
{
    uint64_t *low = head, *high = tail;
    while (low < high) {
        uint64_t *middle = low + (high - low) / 2;
        if (*middle < entry)
            low = middle + 1;
        else
            high = middle;
    }
    memmove(low + 1, low, (size_t)(tail - low) * sizeof *low);
    *low = entry;
}
