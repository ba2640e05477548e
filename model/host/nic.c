/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The NIC. With one queue it sends in the order of the doorbells, so every instant is known when the doorbell rings: no
 * event per packet. With a queue per destination it chooses when the link becomes free. A shaper stands before the link as
 * a slower link would, but lets a packet begin, not end, at its rate. As completions have their instants beforehand and in
 * order, so have interrupts: a completion joins the newest one if that has not been raised by then. */

#include "server.h"

#include <assert.h>
#include <stdlib.h>

void weft_nic_init(struct weft_nic *nic, const struct weft_nic_params *params)
{
    const struct weft_interrupt *interrupt = params->axes->interrupt;
    uint32_t slots = params->server->ring_slots, room = 1;
    while (room < slots)
        room *= 2;
    *nic = (struct weft_nic){
        .ring = weft_ring_new(slots, params->carries_bytes),
        .mask = room - 1,
        .gap_bytes = weft_wire_bytes(params->network, 0),
        .fair = params->axes->queues->per_destination,
        .shapes = params->axes->pacing->shapes,
        .every_packet_asks = interrupt->every_packet && !interrupt->polls,
        .last_of_call_asks = !interrupt->every_packet && !interrupt->polls,
        .moderation_ps = interrupt->moderated ? weft_duration_up(1, params->server->interrupts_per_s) : 0,
        .delay_ps = interrupt->counts ? params->server->interrupt_delay_ps : 0,
        .threshold = interrupt->counts ? params->interrupt_argument : 0,
        .notice_mask = 2 * (uint64_t)room - 1,
    };
    weft_pipe_init(&nic->link, params->server->link_bps);
    if (nic->shapes)
        weft_pipe_init(&nic->shaper, params->shaped_bps);
    nic->place = weft_alloc(room, sizeof(*nic->place));
    nic->tx_ps = weft_alloc(room, sizeof(*nic->tx_ps));
    nic->done_ps = weft_alloc(room, sizeof(*nic->done_ps));
    nic->notice = weft_alloc(nic->notice_mask + 1, sizeof(*nic->notice));
    if (nic->fair)
        weft_fair_init(&nic->queues, params->streams, slots, params->server->applications);
}

void weft_nic_clear(struct weft_nic *nic)
{
    weft_fair_clear(&nic->queues);
    free(nic->notice);
    free(nic->done_ps);
    free(nic->tx_ps);
    free(nic->place);
    weft_ring_free(nic->ring);
}

static weft_ps later(weft_ps a_ps, weft_ps b_ps)
{
    return a_ps > b_ps ? a_ps : b_ps;
}

/* A completion asks for an interrupt, and joins the newest notice if that comes no earlier. All but the first notice come
 * after one that is not over, so their completions are packets in flight: there are never more than slots + 1. */
static void ask(struct weft_nic *nic, weft_ps done_ps, bool counted)
{
    const uint64_t mask = nic->notice_mask;
    struct weft_notice *newest = &nic->notice[(nic->notice_end - 1) & mask];
    if (nic->notice_end == nic->notice_first || done_ps > newest->at_ps) {
        assert(nic->notice_end - nic->notice_first <= mask);
        newest = &nic->notice[nic->notice_end++ & mask];
        *newest = (struct weft_notice){.allowed_ps = nic->allowed_ps};
        newest->at_ps = later(done_ps + nic->delay_ps, newest->allowed_ps);
    }
    newest->completions++;
    newest->counted = counted;
    if (newest->completions == nic->threshold)
        newest->at_ps = later(done_ps, newest->allowed_ps);
    nic->allowed_ps = newest->at_ps + nic->moderation_ps;
}

/* When the shaper lets a packet begin: its predecessor is through. By then the link is free, as it is no slower. */
static weft_ps shape(struct weft_pipe *shaper, weft_ps ready_ps, uint64_t bits)
{
    weft_ps start_ps = weft_pipe_start(shaper, ready_ps);
    weft_pipe_take(shaper, ready_ps, bits);
    return start_ps;
}

/* Put a packet on the link, with its instants in place `at` of the columns; returns when its last bit has gone. */
static inline weft_ps send(struct weft_nic *nic, struct weft_pipe *shaper, struct weft_pipe *link,
                           uint64_t at, uint32_t place, const struct weft_slot *slot, weft_ps at_ps)
{
    uint64_t bits = 8 * ((uint64_t)slot->frame_bytes + nic->gap_bytes);
    weft_ps ready_ps = slot->launch_ps > at_ps ? slot->launch_ps : at_ps;
    if (shaper)
        ready_ps = shape(shaper, ready_ps, bits);
    nic->place[at] = place;
    nic->tx_ps[at] = weft_pipe_start(link, ready_ps);
    return nic->done_ps[at] = weft_pipe_take(link, ready_ps, bits);
}

static struct weft_pipe *shaper_of(struct weft_nic *nic)
{
    return nic->shapes ? &nic->shaper : NULL;
}

/* One queue: packets have their instants as they are rung. The ring's list of places and the columns wrap around at
 * the same numbers. */
static void send_in_order(struct weft_nic *nic, const uint32_t *place, uint64_t n, weft_ps now_ps)
{
    struct weft_pipe *shaper = shaper_of(nic);
    struct weft_pipe link = nic->link; /* a copy that no column overlaps, so that it can stay in registers */
    uint64_t first = nic->scheduled & nic->mask;
    assert(first + n <= nic->mask + UINT64_C(1));
    for (uint64_t i = 0; i < n; i++) {
        const struct weft_slot *slot = weft_ring_slot(nic->ring, place[i]);
        weft_ps done_ps = send(nic, shaper, &link, first + i, place[i], slot, now_ps);
        if (nic->every_packet_asks || (slot->last_of_call && nic->last_of_call_asks))
            ask(nic, done_ps, slot->counted);
    }
    nic->scheduled += n;
    nic->link = link;
}

void weft_nic_doorbell(struct weft_nic *nic, weft_ps now_ps)
{
    const uint64_t rung = weft_ring_rung(nic->ring);
    while (nic->rung < rung) {
        uint64_t n = rung - nic->rung;
        const uint32_t *place = weft_ring_places(nic->ring, nic->rung, &n);
        if (nic->fair)
            weft_fair_add(&nic->queues, nic->ring, place, n, now_ps);
        else
            send_in_order(nic, place, n, now_ps);
        nic->rung += n;
    }
}

weft_ps weft_nic_next_turn(const struct weft_nic *nic)
{
    if (!nic->fair || nic->queues.queued == 0)
        return WEFT_NEVER;
    weft_ps from_ps = weft_pipe_start(nic->shapes ? &nic->shaper : &nic->link, nic->queues.rung_ps);
    return weft_fair_ready(&nic->queues, nic->ring, from_ps);
}

void weft_nic_turn(struct weft_nic *nic, weft_ps now_ps)
{
    bool call_over;
    uint32_t place = weft_fair_take(&nic->queues, nic->ring, now_ps, &call_over);
    const struct weft_slot *slot = weft_ring_slot(nic->ring, place);
    weft_ps done_ps =
        send(nic, shaper_of(nic), &nic->link, nic->scheduled++ & nic->mask, place, slot, now_ps);
    if (nic->every_packet_asks || (call_over && nic->last_of_call_asks))
        ask(nic, done_ps, slot->counted);
}

/* How many packets from number `first` on, at most `most`, have an instant (of a column in wire order) at or before
 * `until_ps`, up to where the columns wrap around. Instants are in order: when the last one is due, all are. */
static uint32_t due(const struct weft_nic *nic, const weft_ps *column, uint64_t first, uint64_t most,
                    weft_ps until_ps)
{
    const weft_ps *at_ps = column + (first & nic->mask);
    uint64_t room = nic->mask + 1 - (first & nic->mask);
    uint32_t n = 0, end = (uint32_t)(most < room ? most : room);
    if (end > 0 && at_ps[end - 1] <= until_ps)
        return end;
    while (n < end && at_ps[n] <= until_ps)
        n++;
    return n;
}

void weft_nic_retire(struct weft_nic *nic, weft_ps now_ps)
{
    for (;;) {
        uint64_t first = weft_ring_completed(nic->ring);
        uint32_t n = due(nic, nic->done_ps, first, nic->scheduled - first, now_ps);
        if (n == 0)
            break;
        assert(first + n <= nic->taken);
        weft_ring_complete(nic->ring, nic->place + (first & nic->mask), n);
    }
}

uint32_t weft_nic_take(struct weft_nic *nic, weft_ps until_ps, uint64_t *first)
{
    uint64_t most = nic->scheduled - nic->taken;
    uint32_t n = due(nic, nic->tx_ps, nic->taken, most < WEFT_TRAIN ? most : WEFT_TRAIN, until_ps);
    *first = nic->taken;
    nic->taken += n;
    return n;
}

weft_ps weft_nic_next_interrupt(const struct weft_nic *nic)
{
    bool none = nic->notice_first == nic->notice_end;
    return none ? WEFT_NEVER : nic->notice[nic->notice_first & nic->notice_mask].at_ps;
}

bool weft_nic_interrupt(struct weft_nic *nic)
{
    return nic->notice[nic->notice_first++ & nic->notice_mask].counted;
}
