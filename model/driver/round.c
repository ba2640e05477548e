/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a round begins. */

#include "round.h"

#include <stdlib.h>

size_t weft_round_state_bytes(size_t entries)
{
    return sizeof(struct weft_round) + entries * sizeof(struct weft_turn);
}

static int more_packets_first(const void *left, const void *right)
{
    const struct weft_turn *x = left, *y = right;
    if (x->left != y->left)
        return x->left > y->left ? -1 : 1;
    return x->entry < y->entry ? -1 : 1;
}

void weft_round_begin(struct weft_round *round, const struct weft_order_call *call)
{
    bool in_order = true;
    *round = (struct weft_round){0};
    for (size_t i = 0; i < call->entries; i++) {
        uint32_t packets = call->vector[i].packets;
        if (packets == 0)
            continue;
        in_order = in_order && (round->active == 0 || round->turn[round->active - 1].left >= packets);
        round->turn[round->active++] = (struct weft_turn){(uint32_t)i, packets};
    }
    if (!in_order)
        qsort(round->turn, round->active, sizeof(round->turn[0]), more_packets_first);
}
