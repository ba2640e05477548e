/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Quantities and bytes that look like nothing in particular, but are the same in every process. */

#include "delivery_plan.h"

#include "sender.h"

/* Bits that depend on all bits of both numbers: the finaliser of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom
 * number generators, 2014). */
static uint64_t mix(uint64_t a, uint64_t b)
{
    uint64_t x = a * UINT64_C(0x9e3779b97f4a7c15) + b;
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

uint64_t plan_bytes(const struct delivery_plan *plan, uint32_t call, uint32_t stream)
{
    enum { ONE_IN = 7 };
    uint64_t draw = mix(call + 1, stream);
    if (draw % ONE_IN == 0 && stream > 0)
        return 0;
    uint64_t packets = 1 + (draw >> 8) % plan->most_packets;
    return packets * SENDER_PAYLOAD_BYTES - (draw >> 40) % SENDER_PAYLOAD_BYTES;
}

uint32_t plan_packets(const struct delivery_plan *plan, uint32_t call, uint32_t stream)
{
    return (uint32_t)((plan_bytes(plan, call, stream) + SENDER_PAYLOAD_BYTES - 1) / SENDER_PAYLOAD_BYTES);
}

uint64_t plan_call_packets(const struct delivery_plan *plan, uint32_t call)
{
    uint64_t packets = 0;
    for (uint32_t stream = 0; stream < plan->streams; stream++)
        packets += plan_packets(plan, call, stream);
    return packets;
}

void plan_data(uint32_t stream, uint64_t offset, uint8_t *out, uint64_t bytes)
{
    for (uint64_t i = 0; i < bytes; i++)
        out[i] = (uint8_t)(mix(stream, (offset + i) / 8) >> (offset + i) % 8 * 8);
}
