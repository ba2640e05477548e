/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Order `smooth`: eligible first, then earliest finish (the rule of WF2Q+ and of pfair scheduling). An entry with w of
 * the W packets of a call should have sent w t / W of them after t packets. Its packet k (from 0) may go when
 * k W <= t w, its share so far, and should be over by (k + 1) W / w; of those that may go, the one that should be over
 * first goes. So no entry is ever a whole packet ahead or behind, and a port of its share of the link holds less than
 * two packets. Two heaps make it O(log n) a packet: one by start for those not yet eligible, one by finish.
 * Source: Bennett, Zhang, "Hierarchical packet fair queueing algorithms", IEEE/ACM ToN 5(5), 1997; Baruah et al.,
 * "Proportionate progress", Algorithmica 15, 1996. */

#include "weft/driver.h"

/* An entry waits in one of the heaps. Products stay below 2^64: packets of a call are below 2^32. */
struct smooth_entry {
    uint32_t entry, packets, sent;
};
/* The first `room` places are the heap by finish of `eligible` entries, the others that by start of `waiting` ones. */
struct smooth {
    uint64_t total, t;
    uint32_t room, eligible, waiting;
    struct smooth_entry place[];
};

static size_t smooth_state_bytes(size_t entries)
{
    return sizeof(struct smooth) + 2 * entries * sizeof(struct smooth_entry);
}

typedef bool before(const struct smooth_entry *x, const struct smooth_entry *y);

/* (sent + 1) / packets, compared without dividing; equal finishes go by entry. */
static bool finishes_before(const struct smooth_entry *x, const struct smooth_entry *y)
{
    uint64_t left = (uint64_t)(x->sent + 1) * y->packets, right = (uint64_t)(y->sent + 1) * x->packets;
    return left != right ? left < right : x->entry < y->entry;
}

static bool starts_before(const struct smooth_entry *x, const struct smooth_entry *y)
{
    uint64_t left = (uint64_t)x->sent * y->packets, right = (uint64_t)y->sent * x->packets;
    return left != right ? left < right : x->entry < y->entry;
}

static void push(struct smooth_entry *heap, uint32_t *n, struct smooth_entry entry, before *first)
{
    uint32_t at = (*n)++;
    while (at > 0 && first(&entry, &heap[(at - 1) / 2])) {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap[at] = entry;
}

static struct smooth_entry pop(struct smooth_entry *heap, uint32_t *n, before *first)
{
    struct smooth_entry top = heap[0], last = heap[--*n];
    uint32_t at = 0;
    for (uint32_t child = 1; child < *n; child = 2 * at + 1) {
        if (child + 1 < *n && first(&heap[child + 1], &heap[child]))
            child++;
        if (!first(&heap[child], &last))
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = last;
    return top;
}

static void smooth_begin(void *state, const struct weft_order_call *call)
{
    const struct weft_entry *vector = call->vector;
    struct smooth *s = state;
    s->total = s->t = 0;
    s->room = (uint32_t)call->entries;
    s->eligible = s->waiting = 0;
    for (size_t i = 0; i < call->entries; i++) {
        s->total += vector[i].packets;
        if (vector[i].packets > 0)
            push(s->place, &s->eligible, (struct smooth_entry){(uint32_t)i, vector[i].packets, 0},
                 finishes_before);
    }
}

static size_t smooth_emit(void *state, const struct weft_order_call *call, uint32_t *entry_index, size_t max)
{
    (void)call;
    struct smooth *s = state;
    struct smooth_entry *waiting = s->place + s->room;
    size_t n = 0;
    while (n < max && s->t < s->total) {
        while (s->waiting > 0 &&
               (weft_u128)waiting[0].sent * s->total <= (weft_u128)s->t * waiting[0].packets)
            push(s->place, &s->eligible, pop(waiting, &s->waiting, starts_before), finishes_before);
        struct smooth_entry next = pop(s->place, &s->eligible, finishes_before);
        entry_index[n++] = next.entry;
        s->t++;
        if (++next.sent < next.packets)
            push(waiting, &s->waiting, next, starts_before);
    }
    return n;
}

const struct weft_order weft_order_smooth = {
    .name = "smooth",
    .help = "each destination spread evenly over the call: eligible first, then earliest finish",
    .state_bytes = smooth_state_bytes,
    .begin = smooth_begin,
    .emit = smooth_emit,
};
