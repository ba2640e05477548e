/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Blocks of columns, and links as chains of blocks. Blocks double when none is free. */
#include "network/inbound.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void resize(struct weft_inbound *inbound, uint32_t blocks)
{
    assert(blocks <= UINT32_MAX / WEFT_INBOUND_BLOCK);
    size_t places = (size_t)blocks * WEFT_INBOUND_BLOCK;
    inbound->packet = weft_resize(inbound->packet, places, sizeof *inbound->packet);
    inbound->tx_ps = weft_resize(inbound->tx_ps, places, sizeof *inbound->tx_ps);
    inbound->in_ps = weft_resize(inbound->in_ps, places, sizeof *inbound->in_ps);
    inbound->stream = weft_resize(inbound->stream, places, sizeof *inbound->stream);
    inbound->number = weft_resize(inbound->number, places, sizeof *inbound->number);
    inbound->payload_bytes = weft_resize(inbound->payload_bytes, places, sizeof *inbound->payload_bytes);
    inbound->frame_bytes = weft_resize(inbound->frame_bytes, places, sizeof *inbound->frame_bytes);
    inbound->next = weft_resize(inbound->next, blocks, sizeof *inbound->next);
    for (uint32_t block = blocks; block-- > inbound->blocks;) {
        inbound->next[block] = inbound->free;
        inbound->free = block;
    }
    inbound->blocks = blocks;
}

static uint32_t take_block(struct weft_inbound *inbound)
{
    if (inbound->free == WEFT_INBOUND_NONE)
        resize(inbound, 2 * inbound->blocks);
    uint32_t block = inbound->free;
    inbound->free = inbound->next[block];
    return block;
}

/* Here nobody is, and will not be until the next push. */
static void end_lane(struct weft_inbound *inbound, uint32_t lane, uint32_t tail)
{
    inbound->tail[lane] = tail;
    inbound->in_ps[tail] = WEFT_NEVER;
}

void weft_inbound_init(struct weft_inbound *inbound, uint32_t lanes)
{
    *inbound = (struct weft_inbound){.lanes = lanes, .free = WEFT_INBOUND_NONE};
    inbound->head = weft_alloc(lanes, sizeof *inbound->head);
    inbound->tail = weft_alloc(lanes, sizeof *inbound->tail);
    resize(inbound, lanes);
    for (uint32_t i = 0; i < lanes; i++) {
        inbound->head[i] = take_block(inbound) * WEFT_INBOUND_BLOCK;
        end_lane(inbound, i, inbound->head[i]);
    }
}

void weft_inbound_clear(struct weft_inbound *inbound)
{
    free(inbound->head);
    free(inbound->tail);
    free(inbound->next);
    free(inbound->packet);
    free(inbound->tx_ps);
    free(inbound->in_ps);
    free(inbound->stream);
    free(inbound->number);
    free(inbound->payload_bytes);
    free(inbound->frame_bytes);
}

#define COPY(column) memcpy(inbound->column + at, train->column + first, n * sizeof *train->column)

/* `n` packets of a train, from its `first` on, to the place `at` and those behind it. */
static void copy(struct weft_inbound *inbound, uint32_t at, const struct weft_train *train, uint32_t first,
                 uint32_t n, weft_ps delay_ps)
{
    COPY(packet);
    COPY(tx_ps);
    COPY(stream);
    COPY(number);
    COPY(payload_bytes);
    COPY(frame_bytes);
    weft_ps *in_ps = inbound->in_ps + at;
    const weft_ps *done_ps = train->done_ps + first;
#pragma GCC unroll 8
    for (uint32_t i = 0; i < n; i++)
        in_ps[i] = done_ps[i] + delay_ps;
}

void weft_inbound_push(struct weft_inbound *inbound, uint32_t lane, const struct weft_train *train,
                       weft_ps delay_ps)
{
    uint32_t at = inbound->tail[lane];
    for (uint32_t first = 0; first < train->n;) {
        uint32_t room = WEFT_INBOUND_BLOCK - at % WEFT_INBOUND_BLOCK, left = train->n - first,
                 n = left < room ? left : room;
        copy(inbound, at, train, first, n, delay_ps);
        first += n;
        at += n;
        if (n == room) {
            uint32_t block = take_block(inbound);
            inbound->next[(at - 1) / WEFT_INBOUND_BLOCK] = block;
            at = block * WEFT_INBOUND_BLOCK;
        }
    }
    end_lane(inbound, lane, at);
}

uint32_t weft_inbound_packets(const struct weft_inbound *inbound, uint32_t lane)
{
    uint32_t packets = 0;
    for (uint32_t at = inbound->head[lane]; at != inbound->tail[lane]; at = weft_inbound_after(inbound, at))
        packets++;
    return packets;
}
