/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The NIC. With one queue it sends in the order of the doorbells, so every instant is known when the doorbell rings: no
 * event per packet. With a queue per destination it chooses when the link becomes free. A shaper stands before the link as
 * a slower link would, but lets a packet begin, not end, at its rate. As completions have their instants beforehand and in
 * order, so have interrupts: a completion joins the newest one if that has not been raised by then. */

#include "server.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

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
    nic->tx_ps = weft_alloc(room, sizeof(*nic->tx_ps));
    nic->done_ps = weft_alloc(room, sizeof(*nic->done_ps));
    nic->notice = weft_alloc(nic->notice_mask + 1, sizeof(*nic->notice));
    if (!nic->fair)
        return;
    nic->place = weft_alloc(room, sizeof(*nic->place));
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

static struct weft_pipe *shaper_of(struct weft_nic *nic)
{
    return nic->shapes ? &nic->shaper : NULL;
}

static uint64_t bits_of(const struct weft_nic *nic, uint32_t frame_bytes)
{
    return 8 * ((uint64_t)frame_bytes + nic->gap_bytes);
}

/* Put the packet at `place` on the link, as the next one in wire order. */
static void send(struct weft_nic *nic, uint32_t place, weft_ps at_ps)
{
    struct weft_pipe *shaper = shaper_of(nic);
    const uint64_t bits = bits_of(nic, nic->ring->frame_bytes[place]), at = nic->scheduled++ & nic->mask;
    weft_ps launch_ps = nic->ring->launch_ps[place], ready_ps = launch_ps > at_ps ? launch_ps : at_ps;
    if (shaper)
        ready_ps = shape(shaper, ready_ps, bits);
    nic->tx_ps[at] = weft_pipe_start(&nic->link, ready_ps);
    nic->done_ps[at] = weft_pipe_take(&nic->link, ready_ps, bits);
}

/* How many of `n` packets (at least 1) have the size of the first one, up to the first that does not. */
static uint32_t alike(const uint32_t *frame_bytes, uint32_t n)
{
    uint32_t same = 1;
    if (memcmp(frame_bytes, frame_bytes + 1, (n - 1) * sizeof(*frame_bytes)) == 0)
        return n; /* each is as large as the next one */
    while (frame_bytes[same] == frame_bytes[0])
        same++;
    return same;
}

/* Put `n` packets on the link that lie beside each other from `place` on and may go at once: each as its predecessor is
 * through. Of those of one size only the first is more than an addition. */
static void send_stretch(struct weft_nic *nic, uint32_t place, uint32_t n, weft_ps now_ps)
{
    const uint32_t *frame_bytes = nic->ring->frame_bytes + place;
    weft_ps *tx_ps = nic->tx_ps + (nic->scheduled & nic->mask),
            *done_ps = nic->done_ps + (nic->scheduled & nic->mask);
    for (uint32_t i = 0, same; i < n; i += same) {
        same = alike(frame_bytes + i, n - i);
        tx_ps[i] = weft_pipe_start(&nic->link, now_ps);
        done_ps[i] = weft_pipe_take(&nic->link, now_ps, bits_of(nic, frame_bytes[i]));
        weft_pipe_follow(&nic->link, same - 1, tx_ps + i + 1, done_ps + i + 1);
    }
    nic->scheduled += n;
}

/* The completion of the packet at `place`, the last one in wire order, asks if its kind does. */
static void completes(struct weft_nic *nic, uint64_t number, uint32_t place, bool call_over)
{
    if (nic->every_packet_asks || (call_over && nic->last_of_call_asks))
        ask(nic, nic->done_ps[number & nic->mask], nic->ring->marks[place] & WEFT_SLOT_COUNTED);
}

/* One queue: packets have their instants as they are rung. Those at the places of a stretch of the ring's list, which is over
 * where the columns wrap around. */
static void send_in_order(struct weft_nic *nic, const uint32_t *place, uint32_t n, weft_ps now_ps)
{
    const struct weft_ring *ring = nic->ring;
    const uint64_t first = nic->scheduled;
    if (ring->in_turn && !ring->launches && !nic->shapes)
        send_stretch(nic, place[0], n, now_ps);
    else
        for (uint32_t i = 0; i < n; i++)
            send(nic, place[i], now_ps);
    /* a doorbell ends a piece of work, and only its last packet may be the last of a call */
    for (uint32_t i = nic->every_packet_asks ? 0 : n - 1; i < n; i++)
        completes(nic, first + i, place[i], ring->marks[place[i]] & WEFT_SLOT_LAST_OF_CALL);
}

void weft_nic_doorbell(struct weft_nic *nic, uint32_t socket, weft_ps now_ps)
{
    const uint64_t rung = weft_ring_rung(nic->ring);
    while (nic->rung < rung) {
        uint64_t n = rung - nic->rung, room = nic->mask + 1 - (nic->rung & nic->mask);
        n = n < room ? n : room;
        const uint32_t *place = weft_ring_places(nic->ring, nic->rung, &n);
        if (nic->fair)
            weft_fair_add(&nic->queues, nic->ring, socket, place, n, now_ps);
        else
            send_in_order(nic, place, (uint32_t)n, now_ps);
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
    const uint32_t place = weft_fair_take(&nic->queues, nic->ring, now_ps, &call_over);
    const uint64_t number = nic->scheduled;
    nic->place[number & nic->mask] = place;
    send(nic, place, now_ps);
    completes(nic, number, place, call_over);
}

/* How many packets from number `first` on, at most `most`, have an instant (of a column in wire order) at or before
 * `until_ps`, up to where the columns wrap around. Instants are in order. Mostly all are due, or few: then steps from the
 * first one on, each twice the one before, come soon to one that is not. */
static uint32_t due(const struct weft_nic *nic, const weft_ps *column, uint64_t first, uint64_t most,
                    weft_ps until_ps)
{
    const weft_ps *at_ps = column + (first & nic->mask);
    const uint64_t room = nic->mask + 1 - (first & nic->mask);
    uint32_t n = 0, end = (uint32_t)(most < room ? most : room);
    if (end == 0 || at_ps[0] > until_ps)
        return 0;
    if (at_ps[end - 1] <= until_ps)
        return end;
    for (uint32_t step = 1; n + step < end; step *= 2) {
        if (at_ps[n + step] > until_ps) {
            end = n + step;
            break;
        }
        n += step;
    }
    while (n + 1 < end) { /* packet n is due, those from end on are not */
        uint32_t middle = n + (end - n) / 2;
        if (at_ps[middle] <= until_ps)
            n = middle;
        else
            end = middle;
    }
    return n + 1;
}

void weft_nic_retire(struct weft_nic *nic, weft_ps now_ps)
{
    for (;;) {
        uint64_t first = weft_ring_completed(nic->ring);
        uint32_t n = due(nic, nic->done_ps, first, nic->scheduled - first, now_ps);
        if (n == 0)
            break;
        assert(first + n <= nic->taken);
        if (nic->fair)
            weft_ring_complete(nic->ring, nic->place + (first & nic->mask), n);
        else
            weft_ring_complete_first(nic->ring, n);
    }
}

uint32_t weft_nic_take(struct weft_nic *nic, weft_ps until_ps, uint32_t most, uint64_t *first)
{
    uint64_t left = nic->scheduled - nic->taken;
    uint32_t n = due(nic, nic->tx_ps, nic->taken, left < most ? left : most, until_ps);
    *first = nic->taken;
    nic->taken += n;
    return n;
}

const uint32_t *weft_nic_places(const struct weft_nic *nic, uint64_t first, uint64_t *n)
{
    return nic->fair ? nic->place + (first & nic->mask) : weft_ring_places(nic->ring, first, n);
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
