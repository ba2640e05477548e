/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_NETWORK_LANE_H
#define WEFT_NETWORK_LANE_H

/* Packets on their way over one link into a switch: a FIFO that grows to the largest number ever on the way
 * and then costs no allocation. */

#include "weft/train.h"

/* A column per fact, as in a train, so that a run of packets moves as a few blocks. */
struct weft_lane {
    uint64_t *packet;
    weft_ps *tx_ps, *in_ps;
    uint32_t *stream, *number, *payload_bytes, *frame_bytes;
    uint64_t slots;      /* a power of two */
    uint64_t head, tail; /* run free; tail - head packets are in */
    weft_ps last_in_ps;
};

void weft_lane_init(struct weft_lane *lane);
void weft_lane_clear(struct weft_lane *lane);

/* Append a train that left the server; each packet's last bit is in the switch `delay_ps` after it left. */
void weft_lane_push(struct weft_lane *lane, const struct weft_train *train, weft_ps delay_ps);

/* Append one packet of a train that leaves a port: its last bit is in the switch at `in_ps`. */
void weft_lane_push_one(struct weft_lane *lane, const struct weft_train *train, uint32_t index,
                        weft_ps in_ps);

/* Move packets that are in at or before `limit_ps` to the end of `out`, as many as fit. */
void weft_lane_pop(struct weft_lane *lane, weft_ps limit_ps, struct weft_train *out);

/* Move the next packet, which there must be, to the end of `out`, which must have room. */
void weft_lane_pop_one(struct weft_lane *lane, struct weft_train *out);

/* The instant at which the next packet is in; WEFT_NEVER if there is none. */
static inline weft_ps weft_lane_next(const struct weft_lane *lane)
{
    return lane->head == lane->tail ? WEFT_NEVER : lane->in_ps[lane->head & (lane->slots - 1)];
}

#endif
