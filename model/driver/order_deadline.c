/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Order `deadline`: the packet whose device needs it first goes first (earliest deadline first), of equals the one that
 * stands first in the vector. A heap by deadline makes it O(log n) a packet. Source: Liu, Layland, "Scheduling algorithms for
 * multiprogramming in a hard-real-time environment", JACM 20(1), 1973. */

#include "weft/driver.h"

/* An entry's next packet. */
struct need {
    weft_ps deadline_ps;
    uint32_t entry, k;
};
struct deadline {
    uint32_t needs;
    struct need need[]; /* a heap */
};

static size_t deadline_state_bytes(size_t entries)
{
    return sizeof(struct deadline) + entries * sizeof(struct need);
}

static bool before(const struct need *x, const struct need *y)
{
    return x->deadline_ps != y->deadline_ps ? x->deadline_ps < y->deadline_ps : x->entry < y->entry;
}

/* `need` at place `at`, whose children are heaps. */
static void put(struct deadline *s, uint32_t at, struct need need)
{
    for (uint32_t child = 2 * at + 1; child < s->needs; child = 2 * at + 1) {
        if (child + 1 < s->needs && before(&s->need[child + 1], &s->need[child]))
            child++;
        if (!before(&s->need[child], &need))
            break;
        s->need[at] = s->need[child];
        at = child;
    }
    s->need[at] = need;
}

static void deadline_begin(void *state, const struct weft_order_call *call)
{
    struct deadline *s = state;
    s->needs = 0;
    for (uint32_t i = 0; i < call->entries; i++)
        if (call->vector[i].packets > 0)
            s->need[s->needs++] = (struct need){call->deadline_ps(call->ctx, i, 0), i, 0};
    for (uint32_t at = s->needs / 2; at-- > 0;)
        put(s, at, s->need[at]);
}

static size_t deadline_emit(void *state, const struct weft_order_call *call, uint32_t *entry_index,
                            size_t max)
{
    struct deadline *s = state;
    size_t n = 0;
    while (n < max && s->needs > 0) {
        struct need next = s->need[0];
        entry_index[n++] = next.entry;
        if (++next.k < call->vector[next.entry].packets)
            next.deadline_ps = call->deadline_ps(call->ctx, next.entry, next.k);
        else
            next = s->need[--s->needs];
        if (s->needs > 0)
            put(s, 0, next);
    }
    return n;
}

const struct weft_order weft_order_deadline = {
    .name = "deadline",
    .help = "the packet that its device needs first, of equals the first destination in the vector",
    .regular = true,
    .state_bytes = deadline_state_bytes,
    .begin = deadline_begin,
    .emit = deadline_emit,
};
