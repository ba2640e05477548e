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
    bool cuts;
    weft_ps *enter_ps; /* NULL unless it cuts: packets are in their ports when their last bits are in */
    uint32_t *stream, *number, *payload_bytes, *frame_bytes;
    uint64_t slots;      /* a power of two */
    uint64_t head, tail; /* run free; tail - head packets are in */
    weft_ps last_in_ps, last_enter_ps;
};

/* `cuts`: packets may be in their ports before their last bits are in. */
void weft_lane_init(struct weft_lane *lane, bool cuts);
void weft_lane_clear(struct weft_lane *lane);

/* Append a train that left the server; each packet's last bit is in the switch `delay_ps` after it left. Not on a lane that
 * cuts. */
void weft_lane_push(struct weft_lane *lane, const struct weft_train *train, weft_ps delay_ps);

/* Append one packet of a train: its last bit is in the switch at `in_ps`, and it is in its port from `enter_ps` on, which
 * is `in_ps` on a lane that does not cut. */
void weft_lane_push_one(struct weft_lane *lane, const struct weft_train *train, uint32_t index, weft_ps in_ps,
                        weft_ps enter_ps);

/* Move the next packet, which there must be, to the end of `out`, which must have room. */
void weft_lane_pop_one(struct weft_lane *lane, struct weft_train *out);

/* When packets are in their ports, by place. */
static inline const weft_ps *weft_lane_enter(const struct weft_lane *lane)
{
    return lane->enter_ps ? lane->enter_ps : lane->in_ps;
}

/* The instant from which the next packet is in its port; WEFT_NEVER if there is none. */
static inline weft_ps weft_lane_next(const struct weft_lane *lane)
{
    return lane->head == lane->tail ? WEFT_NEVER : weft_lane_enter(lane)[lane->head & (lane->slots - 1)];
}

#endif
