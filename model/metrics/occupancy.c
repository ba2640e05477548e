/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Accounting of ports and switches. A port keeps its departures in a queue and drops those that are over when the next
 * frame comes: its own occupancy is then exact. A switch keeps the sum over its ports, which is too high by what has left
 * ports that nobody asked since. Only when that bound exceeds the peak so far is it made exact, by asking the ports that a
 * wheel says may have departures. Where bytes leave as they are sent, sums count the frame on the link whole, and what of
 * it has left is looked at where a peak may be raised. */
#include "metrics/occupancy.h"

#include "weft/wheel.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 4, TYPICAL_FRAME_BITS = 1538 * 8 };

struct departure {
    weft_ps out_ps;
    uint32_t frame_bytes;
};

/* What only bytes that leave as they are sent ask for. */
struct fluid_port {
    weft_ps next_start_ps; /* when the next departure came onto the link */
    weft_ps *start_ps;     /* likewise of the frames behind, by slot */
    uint32_t slots;        /* of them */
    weft_ps last_out_ps;   /* of the frame that came last, gone or not */
    uint32_t odd;          /* of twice the integral: what is not yet in byte_ps */
};

/* The frame that leaves next lies in the port itself: most ports never hold more. */
struct port {
    struct departure next; /* out_ps: WEFT_NEVER when the port holds nothing */
    uint32_t switch_index;
    uint32_t place;         /* among the ports of its switch: its number in the wheel */
    bool waits;             /* is in the wheel of its switch, not after its next departure */
    uint32_t packets;       /* held, with the next one */
    uint64_t frame_bytes;   /* of them */
    weft_ps since_ps;       /* until when held_ps is complete, inside the window */
    struct departure *slot; /* ring of the frames behind; slots are a power of two */
    uint32_t mask;          /* slots - 1 */
    uint32_t head, tail;    /* run free */
};

struct switch_ {
    struct weft_wheel wheel; /* the ports that hold something */
    uint32_t ports, *port;   /* by place */
    uint64_t frame_bytes;    /* at least what the switch holds */
    uint64_t peak_bytes;
    weft_ps latency_ps;
    uint32_t cell_bytes;
    const struct weft_accounting *fluid; /* NULL: frames count whole until they have left */
};

struct weft_occupancy {
    weft_ps warmup_ps, end_ps;
    uint64_t peak_packets, peak_bytes; /* of any port */
    uint32_t ports, switches;
    struct port *port;
    struct fluid_port *fluid_port; /* NULL: no switch asks for it */
    struct switch_ *switch_;
    weft_queue_step *step; /* who is told of every change; NULL: nobody */
    void *step_ctx;
};

/* Which ports a switch has. */
static void share_ports(struct weft_occupancy *occupancy)
{
    for (uint32_t i = 0; i < occupancy->ports; i++)
        occupancy->port[i].place = occupancy->switch_[occupancy->port[i].switch_index].ports++;
    for (uint32_t i = 0; i < occupancy->switches; i++)
        occupancy->switch_[i].port = weft_alloc(occupancy->switch_[i].ports, sizeof(uint32_t));
    for (uint32_t i = 0; i < occupancy->ports; i++)
        occupancy->switch_[occupancy->port[i].switch_index].port[occupancy->port[i].place] = i;
}

/* A bucket is about one packet of all that the servers can send, a turn one packet of the slowest port. */
static void init_wheels(struct weft_occupancy *occupancy, const struct weft_setup *setup)
{
    uint64_t in_bps = 1, slowest_bps = UINT64_MAX;
    for (uint32_t i = 0; i < setup->servers; i++)
        in_bps += setup->server[i].link_bps;
    for (uint32_t i = 0; i < occupancy->ports; i++)
        slowest_bps =
            weft_setup_port_bps(setup, i) < slowest_bps ? weft_setup_port_bps(setup, i) : slowest_bps;
    for (uint32_t i = 0; i < setup->switches; i++)
        weft_wheel_init(&occupancy->switch_[i].wheel, occupancy->switch_[i].ports,
                        weft_duration_down(TYPICAL_FRAME_BITS, in_bps),
                        weft_duration_down(TYPICAL_FRAME_BITS, slowest_bps));
}

static void init_rules(struct weft_occupancy *occupancy, const struct weft_setup *setup)
{
    bool fluid = false;
    for (uint32_t i = 0; i < setup->switches; i++) {
        const struct weft_port_rules *rules = &setup->switch_[i].rules;
        occupancy->switch_[i].latency_ps = rules->latency_ps;
        occupancy->switch_[i].cell_bytes = rules->memory.cell_bytes;
        if (rules->accounting && rules->accounting->left_bytes)
            occupancy->switch_[i].fluid = rules->accounting;
        fluid |= occupancy->switch_[i].fluid != NULL;
    }
    if (fluid) {
        occupancy->fluid_port = weft_alloc(occupancy->ports, sizeof *occupancy->fluid_port);
        for (uint32_t i = 0; i < occupancy->ports; i++)
            occupancy->fluid_port[i] = (struct fluid_port){
                .start_ps = weft_resize(NULL, FIRST_SLOTS, sizeof(weft_ps)), .slots = FIRST_SLOTS};
    }
}

struct weft_occupancy *weft_occupancy_new(const struct weft_setup *setup)
{
    struct weft_occupancy *occupancy = weft_alloc(1, sizeof *occupancy);
    occupancy->warmup_ps = setup->warmup_ps;
    occupancy->end_ps = setup->duration_ps;
    occupancy->ports = weft_setup_ports(setup);
    occupancy->switches = setup->switches;
    occupancy->port = weft_alloc(occupancy->ports, sizeof *occupancy->port);
    occupancy->switch_ = weft_alloc(setup->switches, sizeof *occupancy->switch_);
    for (uint32_t i = 0; i < occupancy->ports; i++) {
        struct port *port = &occupancy->port[i];
        port->switch_index = weft_setup_port_switch(setup, i);
        port->since_ps = setup->warmup_ps;
        port->next.out_ps = WEFT_NEVER;
        port->mask = FIRST_SLOTS - 1;
        port->slot = weft_resize(NULL, FIRST_SLOTS, sizeof *port->slot);
    }
    init_rules(occupancy, setup);
    share_ports(occupancy);
    init_wheels(occupancy, setup);
    return occupancy;
}

void weft_occupancy_free(struct weft_occupancy *occupancy)
{
    if (!occupancy)
        return;
    for (uint32_t i = 0; i < occupancy->ports; i++)
        free(occupancy->port[i].slot);
    for (uint32_t i = 0; i < occupancy->switches; i++) {
        weft_wheel_clear(&occupancy->switch_[i].wheel);
        free(occupancy->switch_[i].port);
    }
    for (uint32_t i = 0; occupancy->fluid_port && i < occupancy->ports; i++)
        free(occupancy->fluid_port[i].start_ps);
    free(occupancy->fluid_port);
    free(occupancy->port);
    free(occupancy->switch_);
    free(occupancy);
}

/* Up to `until_ps` the port held `packets`. The time with none is what remains at the end. */
static void spend(const struct weft_occupancy *occupancy, struct port *port, uint32_t packets,
                  weft_ps until_ps, struct weft_port_result *result)
{
    weft_ps end_ps = until_ps < occupancy->end_ps ? until_ps : occupancy->end_ps;
    if (end_ps <= port->since_ps)
        return;
    if (packets > 0)
        result->held_ps[weft_held_bin(packets)] += end_ps - port->since_ps;
    port->since_ps = end_ps;
}

static struct fluid_port *fluid_of(const struct weft_occupancy *occupancy, const struct port *port)
{
    return &occupancy->fluid_port[port - occupancy->port];
}

/* What of a port's sum has left by `now_ps`, bit by bit. */
static uint64_t sent_bytes(const struct weft_occupancy *occupancy, const struct switch_ *sw,
                           const struct port *port, weft_ps now_ps)
{
    if (!sw->fluid || port->packets == 0)
        return 0;
    uint64_t bytes = port->next.frame_bytes;
    weft_ps start_ps = fluid_of(occupancy, port)->next_start_ps;
    return now_ps <= start_ps ? 0 : bytes - sw->fluid->left_bytes(bytes, start_ps, port->next.out_ps, now_ps);
}

/* The port holds something else from `now_ps` on. Only where somebody asks: callers look, since it is not inlined. */
static void tell(const struct weft_occupancy *occupancy, const struct port *port, weft_ps now_ps,
                 bool arrival)
{
    const struct switch_ *sw = &occupancy->switch_[port->switch_index];
    occupancy->step(occupancy->step_ctx, (uint32_t)(port - occupancy->port), now_ps, arrival, port->packets,
                    port->frame_bytes - sent_bytes(occupancy, sw, port, now_ps));
}

/* The next departure is over. */
static void drop_one(const struct weft_occupancy *occupancy, struct port *port, struct switch_ *sw,
                     struct weft_port_result *result)
{
    weft_ps out_ps = port->next.out_ps;
    spend(occupancy, port, port->packets, out_ps, result);
    port->packets--;
    port->frame_bytes -= port->next.frame_bytes;
    sw->frame_bytes -= port->next.frame_bytes;
    if (port->packets == 0) {
        port->next.out_ps = WEFT_NEVER;
    } else {
        if (sw->fluid)
            fluid_of(occupancy, port)->next_start_ps =
                fluid_of(occupancy, port)->start_ps[port->head & port->mask];
        port->next = port->slot[port->head++ & port->mask];
    }
    if (occupancy->step)
        tell(occupancy, port, out_ps, false);
}

static void drop_departed(const struct weft_occupancy *occupancy, struct port *port, struct switch_ *sw,
                          weft_ps now_ps, struct weft_port_result *result)
{
    while (port->next.out_ps <= now_ps)
        drop_one(occupancy, port, sw, result);
}

/* Make the sum of a switch exact, or show that it is at most `enough_bytes`. Every step drops a departure, or
 * meets a port that dropped one itself, or one that waits in the bucket of now or for a later turn. */
static void sweep(struct weft_occupancy *occupancy, struct switch_ *sw, weft_ps now_ps, uint64_t enough_bytes,
                  struct weft_port_result *results)
{
    bool last = false;
    while (!last && sw->frame_bytes > enough_bytes) {
        uint32_t place = weft_wheel_take(&sw->wheel, now_ps, &last);
        while (place != WEFT_WHEEL_NONE) {
            uint32_t index = sw->port[place], next = sw->wheel.next[place];
            struct port *port = &occupancy->port[index];
            drop_departed(occupancy, port, sw, now_ps, &results[index]);
            port->waits = port->packets > 0;
            if (port->waits)
                weft_wheel_put(&sw->wheel, place, port->next.out_ps);
            place = next;
        }
    }
}

/* Where classes are, a frame may leave before others that came before it, but not before the next: it is put in from the
 * end of the ring to which it is nearer. */
static void put_in_order(struct port *port, struct departure departure)
{
    struct departure *const slot = port->slot;
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

static void queue_behind(struct port *port, struct departure departure)
{
    uint32_t slots = port->mask + 1;
    if (port->tail - port->head == slots) {
        assert(slots <= UINT32_MAX / 4);
        port->slot = weft_resize(port->slot, 2 * (size_t)slots, sizeof *port->slot);
        /* A place modulo `slots` is the same modulo twice as many, or `slots` higher: the copy serves both. */
        memcpy(port->slot + slots, port->slot, slots * sizeof *port->slot);
        port->mask = 2 * slots - 1;
    }
    put_in_order(port, departure);
}

static void port_push(struct port *port, weft_ps out_ps, uint32_t frame_bytes)
{
    const struct departure departure = {.out_ps = out_ps, .frame_bytes = frame_bytes};
    port->frame_bytes += frame_bytes;
    if (port->packets++ == 0) {
        port->next = departure;
        return;
    }
    assert(port->next.out_ps <= out_ps);
    queue_behind(port, departure);
}

/* When the frame that was pushed last comes onto the link. */
static void note_start(const struct port *port, struct fluid_port *fluid, weft_ps start_ps)
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
static weft_u128 leaving_byte_ps(const struct weft_occupancy *occupancy, const struct switch_ *sw,
                                 struct fluid_port *fluid, struct departure frame, weft_ps start_ps)
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
static weft_u128 leave_slowly(const struct weft_occupancy *occupancy, const struct switch_ *sw,
                              const struct port *port, weft_ps in_ps, struct departure frame)
{
    struct fluid_port *fluid = fluid_of(occupancy, port);
    weft_ps start_ps = later(in_ps + sw->latency_ps, fluid->last_out_ps);
    note_start(port, fluid, start_ps);
    fluid->last_out_ps = frame.out_ps;
    return (weft_u128)frame.frame_bytes * in_window(occupancy, in_ps, start_ps) +
           leaving_byte_ps(occupancy, sw, fluid, frame, start_ps);
}

static void measure_port(struct weft_occupancy *occupancy, const struct switch_ *sw, const struct port *port,
                         weft_ps now_ps, struct weft_port_result *result)
{
    if (port->packets > result->peak_packets) {
        result->peak_packets = port->packets;
        raise_to(&occupancy->peak_packets, port->packets);
    }
    if (port->frame_bytes <= result->peak_frame_bytes)
        return;
    raise_to(&result->peak_frame_bytes, port->frame_bytes - sent_bytes(occupancy, sw, port, now_ps));
    raise_to(&occupancy->peak_bytes, result->peak_frame_bytes);
}

static void measure_fluid_switch(const struct weft_occupancy *occupancy, struct switch_ *sw, weft_ps now_ps)
{
    uint64_t bytes = sw->frame_bytes;
    for (uint32_t i = 0; bytes > sw->peak_bytes && i < sw->ports; i++)
        bytes -= sent_bytes(occupancy, sw, &occupancy->port[sw->port[i]], now_ps);
    raise_to(&sw->peak_bytes, bytes);
}

static void arrive(struct weft_occupancy *occupancy, uint32_t index, weft_ps in_ps, weft_ps out_ps,
                   uint32_t frame_bytes, struct weft_port_result *results,
                   struct weft_switch_result *switches)
{
    struct port *port = &occupancy->port[index];
    struct switch_ *sw = &occupancy->switch_[port->switch_index];
    bool measured = in_ps >= occupancy->warmup_ps;
    assert(out_ps >= in_ps);
    frame_bytes = (uint32_t)weft_stored_bytes(sw->cell_bytes, frame_bytes);
    drop_departed(occupancy, port, sw, in_ps, &results[index]);
    spend(occupancy, port, port->packets, in_ps, &results[index]);
    /* With this frame: the peak is raised by what is exact, or not at all. */
    if (measured && sw->frame_bytes + frame_bytes > sw->peak_bytes)
        sweep(occupancy, sw, in_ps, sw->peak_bytes > frame_bytes ? sw->peak_bytes - frame_bytes : 0, results);
    port_push(port, out_ps, frame_bytes);
    sw->frame_bytes += frame_bytes;
    if (!port->waits) {
        port->waits = true;
        weft_wheel_put(&sw->wheel, port->place, out_ps);
    }
    if (sw->fluid)
        results[index].byte_ps +=
            leave_slowly(occupancy, sw, port, in_ps, (struct departure){out_ps, frame_bytes});
    else
        results[index].byte_ps += (weft_u128)frame_bytes * in_window(occupancy, in_ps, out_ps);
    if (measured) {
        measure_port(occupancy, sw, port, in_ps, &results[index]);
        if (sw->fluid)
            measure_fluid_switch(occupancy, sw, in_ps);
        else
            raise_to(&sw->peak_bytes, sw->frame_bytes);
        switches[port->switch_index].peak_bytes = sw->peak_bytes;
    }
    if (occupancy->step)
        tell(occupancy, port, in_ps, true);
}

void weft_occupancy_tell(struct weft_occupancy *occupancy, weft_queue_step *step, void *ctx)
{
    occupancy->step = step;
    occupancy->step_ctx = ctx;
}

void weft_occupancy_arrive(struct weft_occupancy *occupancy, const struct weft_train *train,
                           struct weft_port_result *results, struct weft_switch_result *switches)
{
    for (uint32_t i = 0; i < train->n; i++)
        if (train->done_ps[i] != WEFT_NEVER)
            arrive(occupancy, train->port[i], train->enter_ps[i], train->done_ps[i], train->frame_bytes[i],
                   results, switches);
}

void weft_occupancy_finish(struct weft_occupancy *occupancy, struct weft_port_result *results)
{
    for (uint32_t i = 0; i < occupancy->ports; i++) {
        struct port *port = &occupancy->port[i];
        drop_departed(occupancy, port, &occupancy->switch_[port->switch_index], WEFT_NEVER - 1, &results[i]);
        results[i].held_ps[0] = occupancy->end_ps - occupancy->warmup_ps;
        for (uint32_t bin = 1; bin < WEFT_HELD_BINS; bin++)
            results[i].held_ps[0] -= results[i].held_ps[bin];
    }
}

uint64_t weft_occupancy_peak_port_packets(const struct weft_occupancy *occupancy)
{
    return occupancy->peak_packets;
}

uint64_t weft_occupancy_peak_port_bytes(const struct weft_occupancy *occupancy)
{
    return occupancy->peak_bytes;
}

uint64_t weft_occupancy_peak_switch_bytes(const struct weft_occupancy *occupancy)
{
    uint64_t peak_bytes = 0;
    for (uint32_t i = 0; i < occupancy->switches; i++)
        raise_to(&peak_bytes, occupancy->switch_[i].peak_bytes);
    return peak_bytes;
}
