/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Accounting of ports and switches, frame by frame. A port keeps its departures in a queue and drops those that are over
 * when the next frame comes: its own occupancy is then exact. A switch keeps the sum over its ports, which is too high by
 * what has left ports that nobody asked since. Only when that bound exceeds the peak so far is it made exact, by asking the
 * ports that a wheel says may have departures.
 *
 * Frames that are alone in their ports are others' to account for (at_switch.c): they are in the port's line, and in a queue
 * of departures of the switch. A frame that comes while such a one is there takes it over.
 *
 * Where bytes leave as they are sent, sums count the frame on the link whole, and what of it has left is looked at where a
 * peak may be raised. */
#include "metrics/occupancy_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 4 };

/* `whole`, which callers know when this is compiled: frames count whole and nobody is told of steps, as at every switch that is
 * not plain. */
#define WEFT_INLINE static inline __attribute__((always_inline))

/* Up to `until_ps` the port held `packets`. The time with none is what remains at the end. */
static inline void spend(const struct weft_occupancy *occupancy, struct held_port *port, uint32_t packets,
                         weft_ps until_ps, struct weft_port_result *result)
{
    weft_ps end_ps = until_ps < occupancy->end_ps ? until_ps : occupancy->end_ps;
    if (end_ps <= port->since_ps)
        return;
    if (packets > 0)
        result->held_ps[weft_held_bin(packets)] += end_ps - port->since_ps;
    port->since_ps = end_ps;
}

static struct fluid_port *fluid_of(const struct weft_occupancy *occupancy, const struct held_port *port)
{
    return &occupancy->fluid_port[port - occupancy->port];
}

/* What of a port's sum has left by `now_ps`, bit by bit. */
static uint64_t sent_bytes(const struct weft_occupancy *occupancy, const struct held_switch *sw,
                           const struct held_port *port, weft_ps now_ps)
{
    if (!sw->fluid || port->packets == 0)
        return 0;
    uint64_t bytes = port->next.frame_bytes;
    weft_ps start_ps = fluid_of(occupancy, port)->next_start_ps;
    return now_ps <= start_ps ? 0 : bytes - sw->fluid->left_bytes(bytes, start_ps, port->next.out_ps, now_ps);
}

/* The port holds something else from `now_ps` on. Only where somebody asks: callers look, since it is not inlined. */
static void tell(const struct weft_occupancy *occupancy, const struct held_port *port, weft_ps now_ps,
                 bool arrival)
{
    const struct held_switch *sw = &occupancy->switch_[port->switch_index];
    occupancy->step(occupancy->step_ctx, (uint32_t)(port - occupancy->port), now_ps, arrival, port->packets,
                    port->frame_bytes - sent_bytes(occupancy, sw, port, now_ps));
}

/* The next departure is over. Inline, as others here: what queues up in ports does so packet after packet. */
WEFT_INLINE void drop_one(const struct weft_occupancy *occupancy, struct held_port *port,
                          struct held_switch *sw, struct weft_port_result *result, bool whole)
{
    weft_ps out_ps = port->next.out_ps;
    spend(occupancy, port, port->packets, out_ps, result);
    port->packets--;
    port->frame_bytes -= port->next.frame_bytes;
    if (!port->next_is_queued)
        sw->frame_bytes -= port->next.frame_bytes;
    port->next_is_queued = false;
    if (port->packets == 0) {
        port->next.out_ps = WEFT_NEVER;
    } else {
        if (!whole && sw->fluid)
            fluid_of(occupancy, port)->next_start_ps =
                fluid_of(occupancy, port)->start_ps[port->head & port->mask];
        port->next = port->slot[port->head++ & port->mask];
    }
    if (!whole && occupancy->step)
        tell(occupancy, port, out_ps, false);
}

WEFT_INLINE void drop_departed(const struct weft_occupancy *occupancy, struct held_port *port,
                               struct held_switch *sw, weft_ps now_ps, struct weft_port_result *result,
                               bool whole)
{
    while (port->next.out_ps <= now_ps)
        drop_one(occupancy, port, sw, result, whole);
}

/* Every step drops a departure, or meets a port that dropped one itself, or one that waits in the bucket of now or for a
 * later turn. */
WEFT_INLINE void sweep(struct weft_occupancy *occupancy, struct held_switch *sw, weft_ps now_ps,
                       uint64_t enough_bytes, struct weft_port_result *results, bool whole)
{
    bool last = false;
    while (!last && sw->frame_bytes > enough_bytes) {
        uint32_t place = weft_wheel_take(&sw->wheel, now_ps, &last);
        while (place != WEFT_WHEEL_NONE) {
            uint32_t index = sw->port[place], next = sw->wheel.next[place];
            struct held_port *port = &occupancy->port[index];
            drop_departed(occupancy, port, sw, now_ps, &results[index], whole);
            port->waits = port->packets > 0;
            if (port->waits)
                weft_wheel_put(&sw->wheel, place, port->next.out_ps);
            place = next;
        }
    }
}

void weft_occupancy_settle(struct weft_occupancy *occupancy, struct held_switch *sw, weft_ps now_ps,
                           uint64_t enough_bytes, struct weft_port_result *results)
{
    sw->frame_bytes -= weft_departures_drop(&sw->departures, now_ps);
    if (sw->plain)
        sweep(occupancy, sw, now_ps, enough_bytes, results, false);
    else
        sweep(occupancy, sw, now_ps, enough_bytes, results, true);
}

/* Where classes are, a frame may leave before others that came before it, but not before the next: it is put in from the
 * end of the ring to which it is nearer. */
static void put_in_order(struct held_port *port, struct weft_departure departure)
{
    struct weft_departure *const slot = port->slot;
    uint32_t mask = port->mask, behind = port->tail - port->head, n = 0;
    while (n < behind && slot[(port->tail - 1 - n) & mask].out_ps > departure.out_ps &&
           slot[(port->head + n) & mask].out_ps <= departure.out_ps)
        n++;
    if (n == behind || slot[(port->tail - 1 - n) & mask].out_ps <= departure.out_ps) {
        uint32_t at = port->tail++;
        for (; n > 0; n--, at--)
            slot[at & mask] = slot[(at - 1) & mask];
        slot[at & mask] = departure;
    } else {
        uint32_t at = --port->head;
        for (; n > 0; n--, at++)
            slot[at & mask] = slot[(at + 1) & mask];
        slot[at & mask] = departure;
    }
}

static void queue_behind(struct held_port *port, struct weft_departure departure)
{
    uint32_t slots = port->mask + 1;
    if (!port->slot) { /* most ports never hold more than one */
        port->slot = weft_resize(NULL, FIRST_SLOTS, sizeof *port->slot);
        port->mask = FIRST_SLOTS - 1;
    } else if (port->tail - port->head == slots) {
        assert(slots <= UINT32_MAX / 4);
        port->slot = weft_resize(port->slot, 2 * (size_t)slots, sizeof *port->slot);
        /* A place modulo `slots` is the same modulo twice as many, or `slots` higher: the copy serves both. */
        memcpy(port->slot + slots, port->slot, slots * sizeof *port->slot);
        port->mask = 2 * slots - 1;
    }
    put_in_order(port, departure);
}

WEFT_INLINE void port_push(struct held_port *port, weft_ps out_ps, uint32_t frame_bytes)
{
    const struct weft_departure departure = {.out_ps = out_ps, .frame_bytes = frame_bytes};
    port->frame_bytes += frame_bytes;
    if (port->packets++ == 0) {
        port->next = departure;
        return;
    }
    assert(port->next.out_ps <= out_ps);
    const uint32_t behind = port->tail - port->head;
    if (port->slot && behind > 0 && behind <= port->mask &&
        port->slot[(port->tail - 1) & port->mask].out_ps <= out_ps)
        port->slot[port->tail++ & port->mask] = departure; /* there is room, and it leaves last */
    else
        queue_behind(port, departure);
}

/* When the frame that was pushed last comes onto the link. */
static void note_start(const struct held_port *port, struct fluid_port *fluid, weft_ps start_ps)
{
    if (port->packets == 1) {
        fluid->next_start_ps = start_ps;
        return;
    }
    if (fluid->slots <= port->mask) {
        fluid->start_ps = weft_resize(fluid->start_ps, (size_t)port->mask + 1, sizeof *fluid->start_ps);
        memcpy(fluid->start_ps + fluid->slots, fluid->start_ps, fluid->slots * sizeof *fluid->start_ps);
        fluid->slots = port->mask + 1; /* twice as many, as in queue_behind() */
    }
    fluid->start_ps[(port->tail - 1) & port->mask] = start_ps;
}

static weft_ps later(weft_ps a_ps, weft_ps b_ps)
{
    return a_ps > b_ps ? a_ps : b_ps;
}

static void raise_to(uint64_t *peak, uint64_t value)
{
    if (value > *peak)
        *peak = value;
}

/* How much of [from, to) lies inside the measured window. */
static weft_ps in_window(const struct weft_occupancy *occupancy, weft_ps from_ps, weft_ps to_ps)
{
    from_ps = later(from_ps, occupancy->warmup_ps);
    to_ps = to_ps < occupancy->end_ps ? to_ps : occupancy->end_ps;
    return to_ps > from_ps ? to_ps - from_ps : 0;
}

/* The integral of what a frame counts while it is on the link. */
static weft_u128 leaving_byte_ps(const struct weft_occupancy *occupancy, const struct held_switch *sw,
                                 struct fluid_port *fluid, struct weft_departure frame, weft_ps start_ps)
{
    weft_ps inside_ps = in_window(occupancy, start_ps, frame.out_ps);
    weft_ps from_ps = later(start_ps, occupancy->warmup_ps);
    if (inside_ps == 0)
        return 0;
    weft_u128 twice = fluid->odd + sw->fluid->twice_byte_ps(frame.frame_bytes, start_ps, frame.out_ps,
                                                            from_ps, from_ps + inside_ps);
    fluid->odd = (uint32_t)(twice % 2);
    return twice / 2;
}

/* The integral of what the frame that was pushed last counts from `in_ps` on, where it leaves bit by bit. */
static weft_u128 leave_slowly(const struct weft_occupancy *occupancy, const struct held_switch *sw,
                              const struct held_port *port, weft_ps in_ps, struct weft_departure frame)
{
    struct fluid_port *fluid = fluid_of(occupancy, port);
    weft_ps start_ps = later(in_ps + sw->latency_ps, fluid->last_out_ps);
    note_start(port, fluid, start_ps);
    fluid->last_out_ps = frame.out_ps;
    return (weft_u128)frame.frame_bytes * in_window(occupancy, in_ps, start_ps) +
           leaving_byte_ps(occupancy, sw, fluid, frame, start_ps);
}

static void measure_port(const struct weft_occupancy *occupancy, const struct held_switch *sw,
                         const struct held_port *port, weft_ps now_ps, struct weft_port_result *result)
{
    raise_to(&result->peak_packets, port->packets);
    if (port->frame_bytes > result->peak_frame_bytes)
        raise_to(&result->peak_frame_bytes, port->frame_bytes - sent_bytes(occupancy, sw, port, now_ps));
}

static void measure_fluid_switch(const struct weft_occupancy *occupancy, struct held_switch *sw,
                                 weft_ps now_ps)
{
    uint64_t bytes = sw->frame_bytes;
    for (uint32_t i = 0; bytes > sw->peak_bytes && i < sw->ports; i++)
        bytes -= sent_bytes(occupancy, sw, &occupancy->port[sw->port[i]], now_ps);
    raise_to(&sw->peak_bytes, bytes);
}

WEFT_INLINE void account(const struct weft_occupancy *occupancy, struct held_port *port,
                         struct held_switch *sw, weft_ps now_ps, struct weft_port_result *result, bool whole)
{
    drop_departed(occupancy, port, sw, now_ps, result, whole);
    spend(occupancy, port, port->packets, now_ps, result);
}

void weft_occupancy_account(struct weft_occupancy *occupancy, uint32_t index, weft_ps now_ps,
                            struct weft_port_result *results)
{
    struct held_port *port = &occupancy->port[index];
    account(occupancy, port, &occupancy->switch_[port->switch_index], now_ps, &results[index], false);
}

void weft_occupancy_take_over(struct weft_occupancy *occupancy, uint32_t index, weft_ps now_ps)
{
    struct held_port *port = &occupancy->port[index];
    struct weft_port_line *line = &occupancy->line[index];
    weft_ps out_ps = line->out_ps;
    if (out_ps == WEFT_NEVER)
        return;
    assert(port->packets == 0);
    line->out_ps = WEFT_NEVER;
    port->since_ps = later(now_ps, occupancy->warmup_ps);
    if (out_ps <= now_ps)
        return;
    line->alone_ps -= in_window(occupancy, now_ps, out_ps);
    port->next = (struct weft_departure){.out_ps = out_ps, .frame_bytes = line->frame_bytes};
    port->next_is_queued = true;
    port->packets = 1;
    port->frame_bytes = line->frame_bytes;
}

bool weft_occupancy_empties(struct weft_occupancy *occupancy, uint32_t index, weft_ps in_ps,
                            struct weft_port_result *results)
{
    struct held_port *port = &occupancy->port[index];
    struct held_switch *sw = &occupancy->switch_[port->switch_index];
    if (sw->plain)
        return false;
    drop_departed(occupancy, port, sw, in_ps, &results[index], true);
    if (port->packets > 0)
        return false;
    occupancy->line[index].out_ps = 0;
    return true;
}

/* The port takes the frame: it is in its queue, and the port, if it is in none, in a bucket of the wheel. */
WEFT_INLINE void take(struct held_port *port, struct held_switch *sw, weft_ps out_ps, uint32_t frame_bytes)
{
    port_push(port, out_ps, frame_bytes);
    sw->frame_bytes += frame_bytes;
    if (port->waits)
        return;
    port->waits = true;
    weft_wheel_put(&sw->wheel, port->place, port->next.out_ps);
}

/* With a frame that comes now: the peak is raised by what is exact, or not at all. */
static inline void settle_for(struct weft_occupancy *occupancy, struct held_switch *sw, weft_ps now_ps,
                              uint32_t frame_bytes, struct weft_port_result *results)
{
    if (sw->frame_bytes + frame_bytes > sw->peak_bytes)
        weft_occupancy_settle(occupancy, sw, now_ps,
                              sw->peak_bytes > frame_bytes ? sw->peak_bytes - frame_bytes : 0, results);
}

void weft_occupancy_arrive(struct weft_occupancy *occupancy, uint32_t index, weft_ps in_ps, weft_ps out_ps,
                           uint32_t frame_bytes, struct weft_port_result *results)
{
    struct held_port *port = &occupancy->port[index];
    struct held_switch *sw = &occupancy->switch_[port->switch_index];
    bool measured = in_ps >= occupancy->warmup_ps;
    assert(out_ps >= in_ps);
    frame_bytes = (uint32_t)weft_stored_bytes(sw->cell_bytes, frame_bytes);
    weft_occupancy_take_over(occupancy, index, in_ps);
    account(occupancy, port, sw, in_ps, &results[index], false);
    if (measured)
        settle_for(occupancy, sw, in_ps, frame_bytes, results);
    take(port, sw, out_ps, frame_bytes);
    if (sw->fluid)
        results[index].byte_ps +=
            leave_slowly(occupancy, sw, port, in_ps, (struct weft_departure){out_ps, frame_bytes});
    else
        results[index].byte_ps += (weft_u128)frame_bytes * in_window(occupancy, in_ps, out_ps);
    if (measured) {
        measure_port(occupancy, sw, port, in_ps, &results[index]);
        if (sw->fluid)
            measure_fluid_switch(occupancy, sw, in_ps);
        else
            raise_to(&sw->peak_bytes, sw->frame_bytes);
    }
    if (occupancy->step)
        tell(occupancy, port, in_ps, true);
}

void weft_occupancy_queue_up(struct weft_occupancy *occupancy, uint32_t index, weft_ps in_ps, weft_ps out_ps,
                             uint32_t frame_bytes, struct weft_port_result *results)
{
    struct held_port *port = &occupancy->port[index];
    struct held_switch *sw = &occupancy->switch_[port->switch_index];
    struct weft_port_result *result = &results[index];
    assert(!sw->plain && occupancy->warmup_ps <= in_ps && in_ps <= out_ps && out_ps <= occupancy->end_ps);
    frame_bytes = (uint32_t)weft_stored_bytes(sw->cell_bytes, frame_bytes);
    if (occupancy->line[index].out_ps != WEFT_NEVER)
        weft_occupancy_take_over(occupancy, index, in_ps);
    account(occupancy, port, sw, in_ps, result, true);
    settle_for(occupancy, sw, in_ps, frame_bytes, results);
    take(port, sw, out_ps, frame_bytes);
    result->byte_ps += (weft_u128)frame_bytes * (out_ps - in_ps);
    raise_to(&result->peak_packets, port->packets);
    raise_to(&result->peak_frame_bytes, port->frame_bytes);
    raise_to(&sw->peak_bytes, sw->frame_bytes);
}

void weft_occupancy_only_plain(struct weft_occupancy *occupancy)
{
    for (uint32_t i = 0; i < occupancy->switches; i++)
        occupancy->switch_[i].plain = true;
    for (uint32_t i = 0; i < occupancy->ports; i++) {
        assert(occupancy->line[i].out_ps == 0 || occupancy->line[i].out_ps == WEFT_NEVER);
        occupancy->line[i].out_ps = WEFT_NEVER;
    }
}

void weft_occupancy_tell(struct weft_occupancy *occupancy, weft_queue_step *step, void *ctx)
{
    weft_occupancy_only_plain(occupancy);
    occupancy->step = step;
    occupancy->step_ctx = ctx;
}

weft_ps weft_occupancy_flush(struct weft_occupancy *occupancy, struct weft_port_result *results,
                             struct weft_switch_result *switches, struct weft_totals *totals)
{
    weft_ps last_ps = 0;
    for (uint32_t i = 0; i < occupancy->ports; i++) {
        last_ps = later(weft_port_line_flush(&occupancy->line[i], &results[i]), last_ps);
        raise_to(&totals->peak_port_packets, results[i].peak_packets);
        raise_to(&totals->peak_port_bytes, results[i].peak_frame_bytes);
    }
    for (uint32_t i = 0; i < occupancy->switches; i++) {
        switches[i].peak_bytes = occupancy->switch_[i].peak_bytes;
        raise_to(&totals->peak_switch_bytes, switches[i].peak_bytes);
    }
    return last_ps;
}
