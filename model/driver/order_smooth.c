/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Order `smooth`: eligible first, then earliest finish (the rule of WF2Q+ and of pfair scheduling). An entry with w of
 * the W bytes of a call should have had w / W of whatever has gone. Its packet may go when S = s W / w bytes of the call
 * have gone, its start, where s of its bytes go before; and of those that may go, the one that should be over first does:
 * finish F = (s + l) W / w for l bytes. So no entry is ever a whole packet ahead, nor, with packets of one size, behind.
 * Entries of as many packets share a flow; two heaps make it O(log n) a packet: one by start for flows that may not go
 * yet, one by finish.
 * Source: Bennett, Zhang, "Hierarchical packet fair queueing algorithms", IEEE/ACM ToN 5(5), 1997; Baruah et al.,
 * "Proportionate progress", Algorithmica 15, 1996. */

#include "flows.h"

#include <assert.h>

/* Bytes of the call, exactly whole + part / (packets of each member), or for unequal packets part / bytes. */
struct owed {
    uint64_t whole, part;
};
struct timing {
    struct owed finish; /* of the flow's next packet; the start of the one after it */
    struct owed step;   /* from finish to finish; of unequal packets the last one's */
};
struct eligible {
    uint64_t finish; /* whole */
    uint32_t flow, entry;
};
struct waiting {
    uint64_t from; /* the first byte with which it may go */
    uint32_t flow;
};

/* The head; arrays of as many elements as the call may have entries follow. */
struct smooth {
    uint64_t total, gone; /* bytes */
    uint32_t eligible, waiting;
};
struct arrays {
    struct smooth *head;
    struct weft_flow *flow;
    struct timing *timing;
    struct eligible *eligible; /* a heap by finish, then entry */
    struct waiting *waiting;   /* a heap by start */
    struct weft_flow_member *member;
};

static size_t smooth_state_bytes(size_t entries)
{
    return sizeof(struct smooth) +
           entries * (sizeof(struct weft_flow) + sizeof(struct timing) + sizeof(struct eligible) +
                      sizeof(struct waiting) + sizeof(struct weft_flow_member));
}

static struct arrays arrays_of(void *state, size_t entries)
{
    struct arrays s = {.head = state};
    s.flow = (void *)(s.head + 1);
    s.timing = (void *)(s.flow + entries);
    s.eligible = (void *)(s.timing + entries);
    s.waiting = (void *)(s.eligible + entries);
    s.member = (void *)(s.waiting + entries);
    return s;
}

static uint64_t parts_of(const struct weft_flow *flow)
{
    return flow->bytes ? flow->bytes : flow->packets;
}

/* Entries of the same finish go as they stand in the vector. */
static bool finishes_before(const struct arrays *s, const struct eligible *x, const struct eligible *y)
{
    if (x->finish != y->finish)
        return x->finish < y->finish;
    weft_u128 left = (weft_u128)s->timing[x->flow].finish.part * parts_of(&s->flow[y->flow]),
              right = (weft_u128)s->timing[y->flow].finish.part * parts_of(&s->flow[x->flow]);
    return left != right ? left < right : x->entry < y->entry;
}

static void eligible_push(const struct arrays *s, struct eligible node)
{
    uint32_t at = s->head->eligible++;
    for (; at > 0 && finishes_before(s, &node, &s->eligible[(at - 1) / 2]); at = (at - 1) / 2)
        s->eligible[at] = s->eligible[(at - 1) / 2];
    s->eligible[at] = node;
}

/* `node` instead of the first one. */
static void eligible_replace(const struct arrays *s, struct eligible node)
{
    uint32_t n = s->head->eligible, at = 0;
    for (uint32_t child = 1; child < n; child = 2 * at + 1) {
        if (child + 1 < n && finishes_before(s, &s->eligible[child + 1], &s->eligible[child]))
            child++;
        if (!finishes_before(s, &s->eligible[child], &node))
            break;
        s->eligible[at] = s->eligible[child];
        at = child;
    }
    s->eligible[at] = node;
}

static void eligible_pop(const struct arrays *s)
{
    struct eligible last = s->eligible[--s->head->eligible];
    if (s->head->eligible > 0)
        eligible_replace(s, last);
}

static void waiting_push(const struct arrays *s, struct waiting node)
{
    uint32_t at = s->head->waiting++;
    for (; at > 0 && node.from < s->waiting[(at - 1) / 2].from; at = (at - 1) / 2)
        s->waiting[at] = s->waiting[(at - 1) / 2];
    s->waiting[at] = node;
}

static uint32_t waiting_pop(const struct arrays *s)
{
    uint32_t first = s->waiting[0].flow, n = --s->head->waiting, at = 0;
    struct waiting last = s->waiting[n];
    for (uint32_t child = 1; child < n; child = 2 * at + 1) {
        if (child + 1 < n && s->waiting[child + 1].from < s->waiting[child].from)
            child++;
        if (s->waiting[child].from >= last.from)
            break;
        s->waiting[at] = s->waiting[child];
        at = child;
    }
    s->waiting[at] = last;
    return first;
}

/* W / p of a packet where all are alike, whatever its size; else l W / w of its l bytes. Bytes are below 2^49. */
static struct owed step_of(const struct arrays *s, const struct weft_order_call *call, uint32_t flow)
{
    const struct weft_flow *of = &s->flow[flow];
    uint64_t total = s->head->total;
    if (!of->bytes)
        return (struct owed){total / of->packets, total % of->packets};
    uint32_t bytes = weft_flow_next_bytes(of, weft_flow_next(of, s->member), call);
    weft_u128 scaled = (weft_u128)bytes * total;
    return (struct owed){(uint64_t)(scaled / of->bytes), (uint64_t)(scaled % of->bytes)};
}

/* From the finish of one packet of a flow to that of the next. */
static void next_finish(const struct arrays *s, const struct weft_order_call *call, uint32_t flow)
{
    struct timing *timing = &s->timing[flow];
    uint64_t parts = parts_of(&s->flow[flow]);
    if (s->flow[flow].bytes)
        timing->step = step_of(s, call, flow);
    timing->finish.whole += timing->step.whole;
    timing->finish.part += timing->step.part;
    if (timing->finish.part >= parts) {
        timing->finish.part -= parts;
        timing->finish.whole++;
    }
}

static struct eligible as_eligible(const struct arrays *s, uint32_t flow)
{
    return (struct eligible){s->timing[flow].finish.whole, flow,
                             weft_flow_next(&s->flow[flow], s->member)->entry};
}

static void smooth_begin(void *state, const struct weft_order_call *call)
{
    const struct arrays s = arrays_of(state, call->entries);
    *s.head = (struct smooth){0};
    uint32_t flows = weft_flows_begin(call, weft_flow_in_vector, s.flow, s.member, &s.head->total);
    for (uint32_t i = 0; i < flows; i++) {
        s.timing[i] = (struct timing){.step = step_of(&s, call, i)};
        next_finish(&s, call, i);
        eligible_push(&s, as_eligible(&s, i));
    }
}

/* Every member of the first flow has had its turn: what it is owed next begins where that ended. */
static void round_over(const struct arrays *s, const struct weft_order_call *call, uint32_t flow)
{
    struct weft_flow *of = &s->flow[flow];
    of->turn = 0;
    if (++of->sent == of->packets) {
        eligible_pop(s);
        return;
    }
    uint64_t from = s->timing[flow].finish.whole + (s->timing[flow].finish.part > 0);
    next_finish(s, call, flow);
    if (from <= s->head->gone) {
        eligible_replace(s, as_eligible(s, flow));
        return;
    }
    waiting_push(s, (struct waiting){from, flow});
    eligible_pop(s);
}

static size_t smooth_emit(void *state, const struct weft_order_call *call, uint32_t *entry_index, size_t max)
{
    const struct arrays s = arrays_of(state, call->entries);
    struct smooth *head = s.head;
    size_t n = 0;
    while (n < max && head->gone < head->total) {
        while (head->waiting > 0 && s.waiting[0].from <= head->gone)
            eligible_push(&s, as_eligible(&s, waiting_pop(&s)));
        assert(head->eligible > 0); /* not all can be ahead of their shares */
        uint32_t first = s.eligible[0].flow;
        struct weft_flow *flow = &s.flow[first];
        entry_index[n++] = s.eligible[0].entry;
        head->gone += weft_flow_next_bytes(flow, weft_flow_next(flow, s.member), call);
        if (++flow->turn == flow->members)
            round_over(&s, call, first);
        else
            eligible_replace(&s, as_eligible(&s, first));
    }
    return n;
}

const struct weft_order weft_order_smooth = {
    .name = "smooth",
    .help = "each destination spread evenly over the call's bytes: eligible first, then earliest finish",
    .regular = true,
    .state_bytes = smooth_state_bytes,
    .begin = smooth_begin,
    .emit = smooth_emit,
};
