/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_DELIVERY_PLAN_H
#define BENCH_DELIVERY_PLAN_H

/* What is sent in a delivery: known to sender and receiver alike, so that the receiver can tell what it should have got without
 * asking anybody. */

#include <stdint.h>

struct delivery_plan {
    uint32_t streams, calls;
    uint32_t most_packets; /* of a stream in a call */
};

/* Bytes of a stream in a call: 1 .. most_packets packets, the last one of which need not be full; some streams have none in some
 * calls. */
uint64_t plan_bytes(const struct delivery_plan *plan, uint32_t call, uint32_t stream);
uint32_t plan_packets(const struct delivery_plan *plan, uint32_t call, uint32_t stream);
uint64_t plan_call_packets(const struct delivery_plan *plan, uint32_t call);

/* The data of a stream, from byte `offset` of all that it sends. */
void plan_data(uint32_t stream, uint64_t offset, uint8_t *out, uint64_t bytes);

#endif
