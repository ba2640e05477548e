/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Held accounting of ports and switches. A port keeps its departures in a queue and drops those that are over
 * when the next frame comes: its own occupancy is then exact. A switch keeps the sum over its ports, which is
 * too high by what has left ports that nobody asked since. Only when that bound exceeds the peak so far does
 * a sweep over the ports with the earliest departures make it exact, so that most frames cost no search. */
#include "metrics/occupancy.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 4 };

struct departure {
    weft_ps out_ps;
    uint64_t frame_bytes;
};

struct port {
    struct departure *slot; /* ring; slots are a power of two */
    uint64_t mask, head, tail, frame_bytes;
    uint32_t switch_index;
    bool swept; /* is in the heap of its switch */
};

/* A port in the heap of its switch. The key is at most its next departure: a port that dropped departures by
 * itself keeps its place until a sweep meets it. */
struct sweep {
    weft_ps out_ps;
    uint32_t port;
};

struct switch_ {
    struct sweep *heap; /* of the ports that hold something, least key first */
    uint32_t heap_n;
    uint64_t frame_bytes; /* at least what the switch holds */
    uint64_t peak_bytes;
};

struct weft_occupancy {
    weft_ps warmup_ps;
    uint32_t ports, switches;
    struct port *port;
    struct switch_ *switch_;
};

struct weft_occupancy *weft_occupancy_new(const struct weft_setup *setup)
{
    struct weft_occupancy *occupancy = weft_alloc(1, sizeof *occupancy);
    occupancy->warmup_ps = setup->warmup_ps;
    occupancy->ports = setup->devices;
    occupancy->switches = setup->switches;
    occupancy->port = weft_alloc(setup->devices, sizeof *occupancy->port);
    occupancy->switch_ = weft_alloc(setup->switches, sizeof *occupancy->switch_);
    for (uint32_t i = 0; i < setup->devices; i++) {
        struct port *port = &occupancy->port[i];
        port->switch_index = setup->device[i].switch_index;
        port->mask = FIRST_SLOTS - 1;
        port->slot = weft_resize(NULL, FIRST_SLOTS, sizeof *port->slot);
        occupancy->switch_[port->switch_index].heap_n++;
    }
    for (uint32_t i = 0; i < setup->switches; i++) {
        struct switch_ *sw = &occupancy->switch_[i];
        sw->heap = weft_alloc(sw->heap_n, sizeof *sw->heap);
        sw->heap_n = 0;
    }
    return occupancy;
}

void weft_occupancy_free(struct weft_occupancy *occupancy)
{
    if (!occupancy)
        return;
    for (uint32_t i = 0; i < occupancy->ports; i++)
        free(occupancy->port[i].slot);
    for (uint32_t i = 0; i < occupancy->switches; i++)
        free(occupancy->switch_[i].heap);
    free(occupancy->port);
    free(occupancy->switch_);
    free(occupancy);
}

static void heap_push(struct switch_ *sw, struct sweep entry)
{
    uint32_t i = sw->heap_n++;
    while (i > 0 && sw->heap[(i - 1) / 2].out_ps > entry.out_ps) {
        sw->heap[i] = sw->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    sw->heap[i] = entry;
}

/* Put `entry` in the place of the least one. */
static void heap_replace(struct switch_ *sw, struct sweep entry)
{
    uint32_t i = 0;
    for (;;) {
        uint32_t child = 2 * i + 1;
        if (child >= sw->heap_n)
            break;
        if (child + 1 < sw->heap_n && sw->heap[child + 1].out_ps < sw->heap[child].out_ps)
            child++;
        if (sw->heap[child].out_ps >= entry.out_ps)
            break;
        sw->heap[i] = sw->heap[child];
        i = child;
    }
    sw->heap[i] = entry;
}

static void drop_departed(struct port *port, struct switch_ *sw, weft_ps now_ps)
{
    uint64_t left_bytes = 0;
    while (port->head != port->tail && port->slot[port->head & port->mask].out_ps <= now_ps)
        left_bytes += port->slot[port->head++ & port->mask].frame_bytes;
    port->frame_bytes -= left_bytes;
    sw->frame_bytes -= left_bytes;
}

/* Every step drops a departure or mends the key of a port that dropped one itself: no more steps than frames.
 */
static void sweep(struct weft_occupancy *occupancy, struct switch_ *sw, weft_ps now_ps)
{
    while (sw->heap_n > 0 && sw->heap[0].out_ps <= now_ps) {
        struct sweep first = sw->heap[0];
        struct port *port = &occupancy->port[first.port];
        drop_departed(port, sw, now_ps);
        if (port->head == port->tail) {
            port->swept = false;
            first = sw->heap[--sw->heap_n];
        } else {
            first.out_ps = port->slot[port->head & port->mask].out_ps;
        }
        if (sw->heap_n > 0)
            heap_replace(sw, first);
    }
}

static void port_push(struct port *port, struct departure departure)
{
    uint64_t slots = port->mask + 1;
    if (port->tail - port->head == slots) {
        port->slot = weft_resize(port->slot, 2 * slots, sizeof *port->slot);
        /* A place modulo `slots` is the same modulo twice as many, or `slots` higher: the copy serves both.
         */
        memcpy(port->slot + slots, port->slot, slots * sizeof *port->slot);
        port->mask = 2 * slots - 1;
    }
    assert(port->head == port->tail || port->slot[(port->tail - 1) & port->mask].out_ps <= departure.out_ps);
    port->slot[port->tail++ & port->mask] = departure;
    port->frame_bytes += departure.frame_bytes;
}

void weft_occupancy_arrive(struct weft_occupancy *occupancy, uint32_t port_index, weft_ps in_ps,
                           weft_ps out_ps, uint32_t frame_bytes, struct weft_port_result *result)
{
    struct port *port = &occupancy->port[port_index];
    struct switch_ *sw = &occupancy->switch_[port->switch_index];
    bool measured = in_ps >= occupancy->warmup_ps;
    assert(out_ps >= in_ps);
    drop_departed(port, sw, in_ps);
    if (measured && sw->frame_bytes + frame_bytes > sw->peak_bytes)
        sweep(occupancy, sw, in_ps);
    port_push(port, (struct departure){.out_ps = out_ps, .frame_bytes = frame_bytes});
    sw->frame_bytes += frame_bytes;
    if (!port->swept) {
        port->swept = true;
        heap_push(sw, (struct sweep){.out_ps = out_ps, .port = port_index});
    }
    if (!measured)
        return;
    result->byte_ps += (weft_u128)frame_bytes * (out_ps - in_ps);
    if (port->tail - port->head > result->peak_packets)
        result->peak_packets = port->tail - port->head;
    if (port->frame_bytes > result->peak_frame_bytes)
        result->peak_frame_bytes = port->frame_bytes;
    if (sw->frame_bytes > sw->peak_bytes)
        sw->peak_bytes = sw->frame_bytes;
}

uint64_t weft_occupancy_peak_switch_bytes(const struct weft_occupancy *occupancy)
{
    uint64_t peak_bytes = 0;
    for (uint32_t i = 0; i < occupancy->switches; i++)
        if (occupancy->switch_[i].peak_bytes > peak_bytes)
            peak_bytes = occupancy->switch_[i].peak_bytes;
    return peak_bytes;
}
