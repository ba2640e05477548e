/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_FLOWS_H
#define WEFT_DRIVER_FLOWS_H

/* Entries of as many packets, for orders that weigh entries by their bytes. Where all packets of an entry have one size, packet
 * k of p should have its place from k / p to (k + 1) / p of the call, whatever that size is. So entries of as many packets
 * take turns, and an order need only choose between flows: of P packets there are at most sqrt(2 P), whatever the number
 * of entries. An entry of unequal packets is a flow of its own. */

#include "weft/driver.h"

struct weft_flow_member {
    uint32_t entry, packets;
    uint32_t packet_bytes; /* of each; 0: they differ */
};

struct weft_flow {
    uint64_t bytes;          /* of an entry of unequal packets; 0: packets of each member are alike */
    uint64_t sent_bytes;     /* of such an entry, for orders that keep it */
    uint32_t packets;        /* of each member */
    uint32_t sent;           /* of the member that is next */
    uint32_t first, members; /* in the list of members */
    uint32_t turn;           /* the member that is next */
};

typedef int weft_flow_compare(const void *member, const void *other);
/* Orders for the members of a flow, for qsort(): as in the vector; larger packets first, then as in the vector. */
weft_flow_compare weft_flow_in_vector, weft_flow_larger_first;

/* Makes flows of the call's entries that have packets, the members of each in order. Both arrays have room for as many as the
 * call has entries. Returns the number of flows; `*bytes`: of all packets together. */
uint32_t weft_flows_begin(const struct weft_order_call *call, weft_flow_compare *order,
                          struct weft_flow *flow, struct weft_flow_member *member, uint64_t *bytes);

/* The member whose turn it is, and the size of its next packet. */
static inline const struct weft_flow_member *weft_flow_next(const struct weft_flow *flow,
                                                            const struct weft_flow_member *member)
{
    return &member[flow->first + flow->turn];
}
static inline uint32_t weft_flow_next_bytes(const struct weft_flow *flow, const struct weft_flow_member *next,
                                            const struct weft_order_call *call)
{
    return flow->bytes ? call->packet_bytes(call->ctx, next->entry, flow->sent) : next->packet_bytes;
}

#endif
