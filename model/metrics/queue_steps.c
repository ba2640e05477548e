/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An occupancy of its own that tells every change. Its results are thrown away. */
#include "weft/queue_steps.h"

#include "metrics/occupancy.h"

#include <stdlib.h>

struct weft_queue_steps {
    struct weft_occupancy *occupancy;
    struct weft_port_result *ports;
    struct weft_switch_result *switches;
};

struct weft_queue_steps *weft_queue_steps_new(const struct weft_setup *setup, weft_queue_step *step,
                                              void *ctx)
{
    struct weft_queue_steps *steps = weft_alloc(1, sizeof *steps);
    steps->occupancy = weft_occupancy_new(setup);
    steps->ports = weft_alloc(weft_setup_ports(setup), sizeof *steps->ports);
    steps->switches = weft_alloc(setup->switches, sizeof *steps->switches);
    weft_occupancy_tell(steps->occupancy, step, ctx);
    return steps;
}

void weft_queue_steps_free(struct weft_queue_steps *steps)
{
    if (!steps)
        return;
    weft_occupancy_free(steps->occupancy);
    free(steps->ports);
    free(steps->switches);
    free(steps);
}

static void on_packets(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct weft_queue_steps *steps = ctx;
    (void)node;
    if (point == WEFT_AT_SWITCH)
        weft_occupancy_arrive(steps->occupancy, train, steps->ports, steps->switches);
}

struct weft_watch weft_queue_steps_watch(struct weft_queue_steps *steps)
{
    return (struct weft_watch){.ctx = steps, .packets = on_packets};
}

void weft_queue_steps_finish(struct weft_queue_steps *steps)
{
    weft_occupancy_finish(steps->occupancy, steps->ports);
}
