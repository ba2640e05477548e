/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A link into a switch, as a ring of columns that doubles when it is full. */
#include "network/lane.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 2 * WEFT_TRAIN };

static void *resize_column(void *column, size_t size, uint64_t before, uint64_t slots)
{
    unsigned char *resized = weft_resize(column, slots, size);
    /* Each packet's place is its number modulo the slots. Modulo twice as many it is the same place or the
     * one `before` higher: a copy of the old half into the new one serves both. */
    memcpy(resized + before * size, resized, before * size);
    return resized;
}

static void resize(struct weft_lane *lane, uint64_t slots)
{
    uint64_t before = lane->slots;
    if (lane->cuts)
        lane->enter_ps = resize_column(lane->enter_ps, sizeof *lane->enter_ps, before, slots);
    lane->packet = resize_column(lane->packet, sizeof *lane->packet, before, slots);
    lane->tx_ps = resize_column(lane->tx_ps, sizeof *lane->tx_ps, before, slots);
    lane->in_ps = resize_column(lane->in_ps, sizeof *lane->in_ps, before, slots);
    lane->stream = resize_column(lane->stream, sizeof *lane->stream, before, slots);
    lane->number = resize_column(lane->number, sizeof *lane->number, before, slots);
    lane->payload_bytes = resize_column(lane->payload_bytes, sizeof *lane->payload_bytes, before, slots);
    lane->frame_bytes = resize_column(lane->frame_bytes, sizeof *lane->frame_bytes, before, slots);
    lane->slots = slots;
}

void weft_lane_init(struct weft_lane *lane, bool cuts)
{
    *lane = (struct weft_lane){.cuts = cuts};
    resize(lane, FIRST_SLOTS);
}

void weft_lane_clear(struct weft_lane *lane)
{
    free(lane->packet);
    free(lane->tx_ps);
    free(lane->in_ps);
    free(lane->enter_ps);
    free(lane->stream);
    free(lane->number);
    free(lane->payload_bytes);
    free(lane->frame_bytes);
}

#define COPY(to, from, n) memcpy((to), (from), (n) * sizeof *(to))

/* `n` packets that do not wrap around the ring's end. */
static void push_run(struct weft_lane *lane, const struct weft_train *train, uint32_t first, uint32_t n,
                     weft_ps delay_ps)
{
    uint64_t at = lane->tail & (lane->slots - 1);
    COPY(lane->packet + at, train->packet + first, n);
    COPY(lane->tx_ps + at, train->tx_ps + first, n);
    COPY(lane->stream + at, train->stream + first, n);
    COPY(lane->number + at, train->number + first, n);
    COPY(lane->payload_bytes + at, train->payload_bytes + first, n);
    COPY(lane->frame_bytes + at, train->frame_bytes + first, n);
    weft_ps last_ps = lane->last_in_ps;
    for (uint32_t i = 0; i < n; i++) {
        weft_ps in_ps = train->done_ps[first + i] + delay_ps;
        assert(in_ps >= last_ps && in_ps < WEFT_NEVER);
        lane->in_ps[at + i] = last_ps = in_ps;
    }
    lane->last_in_ps = last_ps;
    lane->tail += n;
}

/* How many places there are from `at` to the ring's end. */
static uint64_t unbroken(const struct weft_lane *lane, uint64_t at)
{
    return lane->slots - (at & (lane->slots - 1));
}

void weft_lane_push(struct weft_lane *lane, const struct weft_train *train, weft_ps delay_ps)
{
    assert(train->n <= WEFT_TRAIN && !lane->cuts);
    while (lane->tail - lane->head + train->n > lane->slots)
        resize(lane, 2 * lane->slots);
    uint64_t room = unbroken(lane, lane->tail);
    uint32_t n = train->n < room ? train->n : (uint32_t)room;
    push_run(lane, train, 0, n, delay_ps);
    if (n < train->n)
        push_run(lane, train, n, train->n - n, delay_ps);
}

void weft_lane_push_one(struct weft_lane *lane, const struct weft_train *train, uint32_t index, weft_ps in_ps,
                        weft_ps enter_ps)
{
    if (lane->tail - lane->head == lane->slots)
        resize(lane, 2 * lane->slots);
    uint64_t at = lane->tail++ & (lane->slots - 1);
    assert(in_ps >= lane->last_in_ps && in_ps < WEFT_NEVER);
    lane->packet[at] = train->packet[index];
    lane->tx_ps[at] = train->tx_ps[index];
    lane->in_ps[at] = lane->last_in_ps = in_ps;
    assert(enter_ps >= lane->last_enter_ps && enter_ps <= in_ps && (lane->cuts || enter_ps == in_ps));
    lane->last_enter_ps = enter_ps;
    if (lane->cuts)
        lane->enter_ps[at] = enter_ps;
    lane->stream[at] = train->stream[index];
    lane->number[at] = train->number[index];
    lane->payload_bytes[at] = train->payload_bytes[index];
    lane->frame_bytes[at] = train->frame_bytes[index];
}

void weft_lane_pop_one(struct weft_lane *lane, struct weft_train *out)
{
    uint64_t at = lane->head++ & (lane->slots - 1);
    uint32_t to = out->n++;
    assert(lane->head <= lane->tail && to < WEFT_TRAIN);
    out->packet[to] = lane->packet[at];
    out->tx_ps[to] = lane->tx_ps[at];
    out->at_ps[to] = lane->in_ps[at];
    out->enter_ps[to] = weft_lane_enter(lane)[at];
    out->stream[to] = lane->stream[at];
    out->number[to] = lane->number[at];
    out->payload_bytes[to] = lane->payload_bytes[at];
    out->frame_bytes[to] = lane->frame_bytes[at];
}
