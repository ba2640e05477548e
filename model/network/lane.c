/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The link from a server to the switch, as a ring that doubles when it is full. */
#include "network/lane.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 2 * WEFT_TRAIN };

void weft_lane_init(struct weft_lane *lane)
{
    *lane = (struct weft_lane){.mask = FIRST_SLOTS - 1};
    lane->slot = weft_resize(NULL, FIRST_SLOTS, sizeof *lane->slot);
}

void weft_lane_clear(struct weft_lane *lane)
{
    free(lane->slot);
}

static void grow(struct weft_lane *lane)
{
    uint64_t slots = lane->mask + 1;
    lane->slot = weft_resize(lane->slot, 2 * slots, sizeof *lane->slot);
    /* Each packet's place is its number modulo the slots. Modulo twice as many it is the same place or the
     * one `slots` higher: a copy of the old half into the new one serves both. */
    memcpy(lane->slot + slots, lane->slot, slots * sizeof *lane->slot);
    lane->mask = 2 * slots - 1;
}

void weft_lane_push(struct weft_lane *lane, const struct weft_train *train, weft_ps delay_ps)
{
    assert(train->n <= WEFT_TRAIN);
    while (lane->tail - lane->head + train->n > lane->mask + 1)
        grow(lane);
    weft_ps last_ps = lane->last_in_ps;
    for (uint32_t i = 0; i < train->n; i++) {
        struct weft_lane_packet *to = &lane->slot[(lane->tail + i) & lane->mask];
        *to = (struct weft_lane_packet){
            .packet = train->packet[i],
            .tx_ps = train->tx_ps[i],
            .in_ps = train->done_ps[i] + delay_ps,
            .stream = train->stream[i],
            .number = train->number[i],
            .payload_bytes = train->payload_bytes[i],
            .frame_bytes = train->frame_bytes[i],
        };
        assert(to->in_ps >= last_ps && to->in_ps < WEFT_NEVER);
        last_ps = to->in_ps;
    }
    lane->last_in_ps = last_ps;
    lane->tail += train->n;
}

void weft_lane_pop(struct weft_lane *lane, weft_ps limit_ps, struct weft_train *out)
{
    uint64_t head = lane->head;
    uint32_t n = out->n;
    for (; head != lane->tail && n < WEFT_TRAIN; head++, n++) {
        const struct weft_lane_packet *from = &lane->slot[head & lane->mask];
        if (from->in_ps > limit_ps)
            break;
        out->packet[n] = from->packet;
        out->tx_ps[n] = from->tx_ps;
        out->at_ps[n] = from->in_ps;
        out->stream[n] = from->stream;
        out->number[n] = from->number;
        out->payload_bytes[n] = from->payload_bytes;
        out->frame_bytes[n] = from->frame_bytes;
    }
    lane->head = head;
    out->n = n;
}
