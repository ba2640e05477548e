/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Order `sequential`: all packets of the first entry, then all of the second, and so on. */

#include "weft/driver.h"

/* State: the cursor, then how many packets each entry has left. */
struct sequential {
    uint32_t entries, at;
    uint32_t left[];
};

static size_t sequential_state_bytes(size_t entries)
{
    return sizeof(struct sequential) + entries * sizeof(uint32_t);
}

static void sequential_begin(void *state, const struct weft_order_call *call)
{
    const struct weft_entry *vector = call->vector;
    struct sequential *s = state;
    s->entries = (uint32_t)call->entries;
    s->at = 0;
    for (size_t i = 0; i < call->entries; i++)
        s->left[i] = vector[i].packets;
}

static size_t sequential_emit(void *state, const struct weft_order_call *call, uint32_t *entry_index,
                              size_t max)
{
    (void)call;
    struct sequential *s = state;
    size_t n = 0;
    while (n < max && s->at < s->entries) {
        if (s->left[s->at] == 0) {
            s->at++;
            continue;
        }
        s->left[s->at]--;
        entry_index[n++] = s->at;
    }
    return n;
}

const struct weft_order weft_order_sequential = {
    .name = "sequential",
    .help = "all packets of a destination, then all of the next",
    .regular = true,
    .state_bytes = sequential_state_bytes,
    .begin = sequential_begin,
    .emit = sequential_emit,
};
