/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The accounting of ports and switches at the start of a run, and its end. */
#include "metrics/occupancy_private.h"

#include <stdlib.h>

enum { FIRST_SLOTS = 4, TYPICAL_FRAME_BITS = 1538 * 8 };

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
        occupancy->switch_[i].plain = occupancy->switch_[i].fluid != NULL;
        fluid |= occupancy->switch_[i].fluid != NULL;
    }
    if (fluid) {
        occupancy->fluid_port = weft_alloc(occupancy->ports, sizeof *occupancy->fluid_port);
        for (uint32_t i = 0; i < occupancy->ports; i++)
            occupancy->fluid_port[i] = (struct fluid_port){
                .start_ps = weft_resize(NULL, FIRST_SLOTS, sizeof(weft_ps)), .slots = FIRST_SLOTS};
    }
}

/* Each in a cache line of its own. */
static void init_lines(struct weft_occupancy *occupancy)
{
    occupancy->lines = weft_alloc((size_t)occupancy->ports + 1, sizeof *occupancy->line);
    uintptr_t over = (uintptr_t)occupancy->lines % WEFT_PORT_LINE_BYTES;
    occupancy->line = (void *)((char *)occupancy->lines + (over ? WEFT_PORT_LINE_BYTES - over : 0));
    for (uint32_t i = 0; i < occupancy->ports; i++) {
        uint32_t sw = occupancy->port[i].switch_index;
        occupancy->line[i].switch_index = sw;
        occupancy->line[i].out_ps = occupancy->switch_[sw].plain ? WEFT_NEVER : 0;
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
        struct held_port *port = &occupancy->port[i];
        port->switch_index = weft_setup_port_switch(setup, i);
        port->since_ps = setup->warmup_ps;
        port->next.out_ps = WEFT_NEVER;
    }
    init_rules(occupancy, setup);
    init_lines(occupancy);
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
        weft_departures_clear(&occupancy->switch_[i].departures);
        free(occupancy->switch_[i].port);
    }
    for (uint32_t i = 0; occupancy->fluid_port && i < occupancy->ports; i++)
        free(occupancy->fluid_port[i].start_ps);
    free(occupancy->fluid_port);
    free(occupancy->lines);
    free(occupancy->port);
    free(occupancy->switch_);
    free(occupancy);
}

void weft_occupancy_finish(struct weft_occupancy *occupancy, struct weft_port_result *results)
{
    for (uint32_t i = 0; i < occupancy->ports; i++) {
        weft_occupancy_account(occupancy, i, WEFT_NEVER - 1, results);
        results[i].held_ps[0] = occupancy->end_ps - occupancy->warmup_ps;
        for (uint32_t bin = 1; bin < WEFT_HELD_BINS; bin++)
            results[i].held_ps[0] -= results[i].held_ps[bin];
    }
}
