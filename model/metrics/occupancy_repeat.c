/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The accounting of ports and switches where a period is told again and again. At rest all that is known of a port is what it
 * holds and until when that is accounted for. If at the end of a period it holds what it did at the beginning, only later,
 * then each time more adds to its sums what this one did, and leaves its peaks: it is told as a multiplication. If not - the
 * same packets may meet others that came before the first of them - the period is told from a record, until it is so. */
#include "metrics/occupancy_private.h"

#include <stdlib.h>
#include <string.h>

/* The port's frames are its own, not its line's, and accounted for until now. */
static void rest_port(struct weft_occupancy *occupancy, uint32_t index, weft_ps now_ps,
                      struct weft_port_result *results)
{
    struct weft_port_line *line = &occupancy->line[index];
    struct held_port *port = &occupancy->port[index];
    if (line->out_ps != WEFT_NEVER && line->out_ps > now_ps) {
        weft_occupancy_take_over(occupancy, index, now_ps);
    } else if (line->out_ps == WEFT_NEVER) {
        weft_occupancy_account(occupancy, index, now_ps, results);
        if (port->packets == 0 && !occupancy->switch_[port->switch_index].plain)
            line->out_ps = 0;
    }
}

void weft_occupancy_rest(struct weft_occupancy *occupancy, weft_ps now_ps, struct weft_port_result *results)
{
    for (uint32_t i = 0; i < occupancy->ports; i++)
        rest_port(occupancy, i, now_ps, results);
    for (uint32_t i = 0; i < occupancy->switches; i++)
        weft_occupancy_settle(occupancy, &occupancy->switch_[i], now_ps, 0, results);
}

/* NULL: frames of the port count whole until they have left. */
static struct fluid_port *fluid_of(const struct weft_occupancy *occupancy, uint32_t port)
{
    bool is_fluid = occupancy->switch_[occupancy->port[port].switch_index].fluid != NULL;
    return is_fluid ? &occupancy->fluid_port[port] : NULL;
}

/* Frames behind the next one, and when they come onto the link. */
static void put_queue(struct weft_image *image, const struct weft_phase *phase, const struct held_port *port,
                      const struct fluid_port *fluid)
{
    for (uint32_t at = port->head; at != port->tail; at++) {
        const struct weft_departure *frame = &port->slot[at & port->mask];
        weft_image_put_instant(image, phase, frame->out_ps);
        weft_image_put(image, frame->frame_bytes);
        if (fluid)
            weft_image_put(image, fluid->start_ps[at & port->mask] - phase->at_ps);
    }
}

void weft_occupancy_put(const struct weft_occupancy *occupancy, const struct weft_phase *phase,
                        struct weft_image *image)
{
    for (uint32_t i = 0; i < occupancy->ports; i++) {
        const struct held_port *port = &occupancy->port[i];
        if (port->packets == 0)
            continue;
        const struct fluid_port *fluid = fluid_of(occupancy, i);
        weft_image_put(image, i);
        weft_image_put(image, port->packets);
        weft_image_put_instant(image, phase, port->next.out_ps);
        weft_image_put(image, port->next.frame_bytes);
        if (fluid) /* modulo 2^64: it may be over */
            weft_image_put(image, fluid->next_start_ps - phase->at_ps);
        put_queue(image, phase, port, fluid);
    }
}

static void shift_port(struct held_port *port, struct fluid_port *fluid, weft_ps later_ps)
{
    port->since_ps += later_ps;
    if (port->packets == 0)
        return;
    port->next.out_ps += later_ps;
    for (uint32_t at = port->head; at != port->tail; at++)
        port->slot[at & port->mask].out_ps += later_ps;
    if (!fluid)
        return;
    fluid->next_start_ps += later_ps;
    fluid->last_out_ps += later_ps;
    for (uint32_t at = port->head; at != port->tail; at++)
        fluid->start_ps[at & port->mask] += later_ps;
}

static void shift_switch(struct weft_occupancy *occupancy, struct held_switch *sw, weft_ps now_ps,
                         weft_ps later_ps)
{
    weft_departures_shift(&sw->departures, later_ps);
    weft_wheel_restart(&sw->wheel, now_ps + later_ps);
    for (uint32_t place = 0; place < sw->ports; place++) {
        struct held_port *port = &occupancy->port[sw->port[place]];
        port->waits = port->packets > 0;
        if (port->waits)
            weft_wheel_put(&sw->wheel, place, port->next.out_ps);
    }
}

/* At rest at `now_ps`: all that is held is held so much later. */
static void shift(struct weft_occupancy *occupancy, weft_ps now_ps, weft_ps later_ps)
{
    for (uint32_t i = 0; i < occupancy->ports; i++)
        shift_port(&occupancy->port[i], fluid_of(occupancy, i), later_ps);
    for (uint32_t i = 0; i < occupancy->switches; i++)
        shift_switch(occupancy, &occupancy->switch_[i], now_ps, later_ps);
}

/* Bytes that leave bit by bit may leave half a unit, which is kept beside the sum. */
static weft_u128 twice_byte_ps(const struct weft_port_result *result, const uint32_t *odd)
{
    return 2 * result->byte_ps + (odd ? *odd : 0);
}

static uint32_t *odd_of(const struct weft_occupancy *occupancy, uint32_t port)
{
    return occupancy->fluid_port ? &occupancy->fluid_port[port].odd : NULL;
}

/* The sums of a port grow by what they have grown since `then`, so many times. */
static void multiply(struct weft_port_result *now, uint32_t *now_odd, const struct weft_port_result *then,
                     const uint32_t *then_odd, uint64_t times)
{
    weft_u128 twice = twice_byte_ps(now, now_odd);
    twice += times * (twice - twice_byte_ps(then, then_odd));
    now->byte_ps = twice / 2;
    if (now_odd)
        *now_odd = (uint32_t)(twice % 2);
    for (uint32_t bin = 0; bin < WEFT_HELD_BINS; bin++)
        now->held_ps[bin] += times * (now->held_ps[bin] - then->held_ps[bin]);
}

void weft_occupancy_mark(struct weft_occupancy *occupancy, weft_ps now_ps, struct weft_occupancy_mark *mark,
                         const struct weft_port_result *results)
{
    const struct weft_phase phase = {.at_ps = now_ps};
    const size_t ports = occupancy->ports;
    mark->port = weft_resize(mark->port, ports, sizeof *mark->port);
    memcpy(mark->port, results, ports * sizeof *mark->port);
    if (occupancy->fluid_port)
        mark->odd = weft_resize(mark->odd, ports, sizeof *mark->odd);
    for (uint32_t i = 0; occupancy->fluid_port && i < ports; i++)
        mark->odd[i] = occupancy->fluid_port[i].odd;
    mark->at_ps = now_ps;
    weft_image_keep(&mark->image);
    weft_occupancy_put(occupancy, &phase, &mark->image);
}

void weft_occupancy_mark_clear(struct weft_occupancy_mark *mark)
{
    free(mark->port);
    free(mark->odd);
    weft_image_clear(&mark->image);
    *mark = (struct weft_occupancy_mark){.port = NULL};
}

static bool is_as_marked(const struct weft_occupancy *occupancy, weft_ps now_ps, weft_ps period_ps,
                         struct weft_occupancy_mark *mark)
{
    if (now_ps != mark->at_ps + period_ps)
        return false;
    const struct weft_phase phase = {.at_ps = now_ps};
    weft_image_compare(&mark->image);
    weft_occupancy_put(occupancy, &phase, &mark->image);
    return weft_image_equals(&mark->image);
}

static void tell_again(struct weft_occupancy *occupancy, const struct weft_arrivals *arrivals,
                       weft_ps later_ps, struct weft_port_result *results)
{
    for (size_t i = 0; i < arrivals->n; i++) {
        const struct weft_arrival *arrival = &arrivals->arrival[i];
        if (arrival->out_ps != WEFT_NEVER)
            weft_occupancy_arrive(occupancy, arrival->port, arrival->enter_ps + later_ps,
                                  arrival->out_ps + later_ps, arrival->frame_bytes, results);
    }
}

void weft_occupancy_repeat(struct weft_occupancy *occupancy, weft_ps now_ps, const struct weft_repeat *repeat,
                           const struct weft_arrivals *arrivals, struct weft_occupancy_mark *mark,
                           struct weft_port_result *results)
{
    uint64_t told = 0;
    while (told < repeat->times && !is_as_marked(occupancy, now_ps, repeat->period_ps, mark)) {
        weft_occupancy_mark(occupancy, now_ps, mark, results);
        tell_again(occupancy, arrivals, ++told * repeat->period_ps, results);
        now_ps += repeat->period_ps;
        weft_occupancy_rest(occupancy, now_ps, results);
    }
    const uint64_t times = repeat->times - told;
    for (uint32_t i = 0; i < occupancy->ports; i++)
        multiply(&results[i], odd_of(occupancy, i), &mark->port[i], mark->odd ? &mark->odd[i] : NULL, times);
    shift(occupancy, now_ps, times * repeat->period_ps);
}
