/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An occupancy of its own that tells every change. Its results are thrown away. */
#include "weft/queue_steps.h"

#include "metrics/occupancy.h"

#include <stdlib.h>

struct weft_queue_steps {
    struct weft_occupancy *occupancy;
    struct weft_port_result *ports;
};

struct weft_queue_steps *weft_queue_steps_new(const struct weft_setup *setup, weft_queue_step *step,
                                              void *ctx)
{
    struct weft_queue_steps *steps = weft_alloc(1, sizeof *steps);
    steps->occupancy = weft_occupancy_new(setup);
    steps->ports = weft_alloc(weft_setup_ports(setup), sizeof *steps->ports);
    weft_occupancy_tell(steps->occupancy, step, ctx);
    return steps;
}

void weft_queue_steps_free(struct weft_queue_steps *steps)
{
    if (!steps)
        return;
    weft_occupancy_free(steps->occupancy);
    free(steps->ports);
    free(steps);
}

static void on_packets(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct weft_queue_steps *steps = ctx;
    (void)node;
    for (uint32_t i = 0; point == WEFT_AT_SWITCH && i < train->n; i++)
        if (train->done_ps[i] != WEFT_NEVER)
            weft_occupancy_arrive(steps->occupancy, train->port[i], train->enter_ps[i], train->done_ps[i],
                                  train->frame_bytes[i], steps->ports);
}

struct weft_watch weft_queue_steps_watch(struct weft_queue_steps *steps)
{
    return (struct weft_watch){.ctx = steps, .packets = on_packets};
}

void weft_queue_steps_finish(struct weft_queue_steps *steps)
{
    weft_occupancy_finish(steps->occupancy, steps->ports);
}
