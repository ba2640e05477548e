/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_SIM_NS3_INFLIGHT_H
#define WEFT_DRIVER_SIM_NS3_INFLIGHT_H

/* The bytes of packets that are on their way, as digests of 64 bits: a change of up to eight bytes that lie together is always
 * seen, any other one but for 1 in 2^64. */

#include <stdbool.h>
#include <stdint.h>

struct weft_ns3_inflight;
/* Packets have names as in trains; those of each of `servers` come in order of their number, from 0, without a gap. */
struct weft_ns3_inflight *weft_ns3_inflight_new(uint32_t servers);
void weft_ns3_inflight_free(struct weft_ns3_inflight *inflight);

/* A packet sets out, with these bytes. */
void weft_ns3_inflight_add(struct weft_ns3_inflight *inflight, uint64_t packet, const void *bytes,
                           uint32_t length);
/* Whether these are its bytes. */
bool weft_ns3_inflight_is(const struct weft_ns3_inflight *inflight, uint64_t packet, const void *bytes,
                          uint32_t length);
/* It is at its end, and forgotten. */
void weft_ns3_inflight_remove(struct weft_ns3_inflight *inflight, uint64_t packet);

#endif
