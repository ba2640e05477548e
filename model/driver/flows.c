/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which entries have as many packets. */

#include "flows.h"

#include <stdlib.h>

static int compare(uint32_t x, uint32_t y)
{
    return (x > y) - (x < y);
}

/* Entries of unequal packets apart: they share no flow. */
static int by_packets(const struct weft_flow_member *x, const struct weft_flow_member *y)
{
    int order = compare(x->packet_bytes == 0, y->packet_bytes == 0);
    return order ? order : compare(x->packets, y->packets);
}

int weft_flow_in_vector(const void *member, const void *other)
{
    const struct weft_flow_member *x = member, *y = other;
    int order = by_packets(x, y);
    return order ? order : compare(x->entry, y->entry);
}

int weft_flow_larger_first(const void *member, const void *other)
{
    const struct weft_flow_member *x = member, *y = other;
    int order = by_packets(x, y);
    if (order == 0)
        order = compare(y->packet_bytes, x->packet_bytes);
    return order ? order : compare(x->entry, y->entry);
}

/* The members of all flows, flow after flow. */
static uint32_t list_members(const struct weft_order_call *call, weft_flow_compare *order,
                             struct weft_flow_member *member, uint64_t *bytes)
{
    bool in_order = true; /* as they stand: streams of one group are */
    uint32_t members = 0;
    *bytes = 0;
    for (uint32_t i = 0; i < call->entries; i++) {
        if (call->vector[i].packets == 0)
            continue;
        struct weft_order_sizes sizes = call->sizes(call->ctx, i);
        *bytes += sizes.bytes;
        member[members] = (struct weft_flow_member){i, call->vector[i].packets, sizes.packet_bytes};
        in_order = in_order && (members == 0 || order(&member[members - 1], &member[members]) < 0);
        members++;
    }
    if (!in_order)
        qsort(member, members, sizeof(*member), order);
    return members;
}

uint32_t weft_flows_begin(const struct weft_order_call *call, weft_flow_compare *order,
                          struct weft_flow *flow, struct weft_flow_member *member, uint64_t *bytes)
{
    uint32_t members = list_members(call, order, member, bytes), flows = 0;
    for (uint32_t i = 0; i < members; i++) {
        bool alike = member[i].packet_bytes > 0;
        if (flows > 0 && alike && flow[flows - 1].packets == member[i].packets) {
            flow[flows - 1].members++;
            continue;
        }
        flow[flows++] = (struct weft_flow){.bytes = alike ? 0 : call->sizes(call->ctx, member[i].entry).bytes,
                                           .packets = member[i].packets,
                                           .first = i,
                                           .members = 1};
    }
    return flows;
}
