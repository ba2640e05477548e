/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Order `swrr`: smooth weighted round robin, as nginx has it, in bytes. With packets of one size: every entry's credit grows by
 * its packets, the largest credit goes next and pays the packets of all; {5, 1, 1} gives a a b a c a a. So the credit is how
 * many packets an entry is behind its share, as if one packet more had gone. With unequal packets that one is the entry's
 * own next one: (w (t + l) - W s) / (W l), where t of the call's W bytes have gone, s of the entry's w, and l bytes are to
 * be sent. For p packets of one size, k sent, that is a W-th of p t + w - W k: entries of as many packets have their turns
 * by size, and a packet costs a look at every flow of them, of which P packets have at most sqrt(2 P). There is no test of
 * eligibility: no bound is proved.
 * Source: nginx 1.3.1, "Upstream: smooth weighted round-robin balancing", 2012. */

#include "flows.h"

/* The head; arrays of as many elements as the call may have entries follow. */
struct swrr {
    uint64_t total, gone; /* bytes */
    uint32_t flows;
};
struct arrays {
    struct swrr *head;
    struct weft_flow *flow;
    struct weft_flow_member *member;
};

static size_t swrr_state_bytes(size_t entries)
{
    return sizeof(struct swrr) + entries * (sizeof(struct weft_flow) + sizeof(struct weft_flow_member));
}

static struct arrays arrays_of(void *state, size_t entries)
{
    struct arrays s = {.head = state};
    s.flow = (void *)(s.head + 1);
    s.member = (void *)(s.flow + entries);
    return s;
}

static void swrr_begin(void *state, const struct weft_order_call *call)
{
    const struct arrays s = arrays_of(state, call->entries);
    *s.head = (struct swrr){0};
    s.head->flows = weft_flows_begin(call, weft_flow_larger_first, s.flow, s.member, &s.head->total);
}

/* A flow's next packet. Its credit is credit / (W bytes), |credit| below 2^99. */
struct candidate {
    weft_i128 credit;
    uint32_t bytes, entry, flow;
};

static struct candidate candidate_of(const struct arrays *s, const struct weft_order_call *call,
                                     uint32_t flow)
{
    const struct weft_flow *of = &s->flow[flow];
    const struct weft_flow_member *next = weft_flow_next(of, s->member);
    const weft_i128 total = s->head->total, gone = s->head->gone;
    if (!of->bytes) {
        weft_i128 all = (uint64_t)of->packets * next->packet_bytes;
        return (struct candidate){of->packets * gone + all - total * of->sent, 1, next->entry, flow};
    }
    uint32_t bytes = weft_flow_next_bytes(of, next, call);
    weft_i128 credit = of->bytes * (gone + bytes) - total * of->sent_bytes;
    return (struct candidate){credit, bytes, next->entry, flow};
}

/* Of equal credits the one that stands first in the vector. */
static bool goes_before(const struct candidate *x, const struct candidate *y)
{
    if (x->bytes == y->bytes)
        return x->credit != y->credit ? x->credit > y->credit : x->entry < y->entry;
    weft_i128 left = x->credit * y->bytes, right = y->credit * x->bytes;
    return left != right ? left > right : x->entry < y->entry;
}

/* The packet of a flow has gone: the next member's turn, or the next round, or it is over. */
static void serve(const struct arrays *s, const struct weft_order_call *call, uint32_t flow)
{
    struct weft_flow *of = &s->flow[flow];
    uint32_t bytes = weft_flow_next_bytes(of, weft_flow_next(of, s->member), call);
    s->head->gone += bytes;
    if (++of->turn < of->members)
        return;
    of->turn = 0;
    of->sent_bytes += bytes;
    if (++of->sent == of->packets)
        *of = s->flow[--s->head->flows];
}

static size_t swrr_emit(void *state, const struct weft_order_call *call, uint32_t *entry_index, size_t max)
{
    const struct arrays s = arrays_of(state, call->entries);
    size_t n = 0;
    while (n < max && s.head->flows > 0) {
        struct candidate best = candidate_of(&s, call, 0);
        for (uint32_t i = 1; i < s.head->flows; i++) {
            struct candidate other = candidate_of(&s, call, i);
            if (goes_before(&other, &best))
                best = other;
        }
        entry_index[n++] = best.entry;
        serve(&s, call, best.flow);
    }
    return n;
}

const struct weft_order weft_order_swrr = {
    .name = "swrr",
    .help = "smooth weighted round robin as nginx has it, in bytes: the destination that is furthest behind "
            "its share, with "
            "a packet more on the link; a packet costs a look at every different quantity",
    .regular = true,
    .state_bytes = swrr_state_bytes,
    .begin = swrr_begin,
    .emit = swrr_emit,
};
