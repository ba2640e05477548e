/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Setups on which back ends are compared. */

#include "scene.h"

#include "draw.h"
#include "order_case.h"

#define MS (WEFT_PS_PER_S / 1000)

struct lab *scene_new(uint32_t servers, uint32_t applications)
{
    struct lab *lab = lab_new(6 * servers);
    lab_server(lab, 0)->applications = applications;
    for (uint32_t i = 1; i < servers; i++) {
        struct weft_server server = *lab_server(lab, 0);
        server.name = lab_name(lab, i);
        server.delay_ps += i;
        g_array_append_val(lab->server, server);
    }
    g_array_set_size(lab->device, 6);
    for (uint32_t i = 0; i < lab->stream->len; i++) {
        struct weft_stream *stream = lab_stream(lab, i);
        stream->server = i % servers;
        stream->application = i / servers % applications;
        stream->device = i / servers;
        stream->clock.rate_bps = 9000000 + 777777 * (i % 4);
    }
    lab->setup.duration_ps = 120 * MS;
    lab->setup.write.interval_ps = 40 * MS;
    return lab;
}

static void draw_axes(struct lab *lab, GRand *rand)
{
    struct weft_method *axes = &lab->setup.write.axes;
    axes->unit = DRAW(rand, weft_units);
    axes->copy = DRAW(rand, weft_copies);
    axes->translation = DRAW(rand, weft_translations);
    axes->segmentation = DRAW(rand, weft_segmentations);
    axes->header = DRAW(rand, weft_headers);
    lab_interrupt_random(lab, rand);
    axes->queues = DRAW(rand, weft_queue_kinds);
    axes->interface = DRAW(rand, weft_interfaces);
}

/* The method's order, or any other one, with an argument where it takes one. */
static void draw_order(struct weft_write *write, GRand *rand)
{
    if (g_rand_boolean(rand))
        write->axes.order = DRAW(rand, weft_orders);
    write->order_argument =
        order_case_argument(&write->axes.order->argument, (uint64_t)g_rand_int_range(rand, 0, 70));
}

/* A limit for the ports, small enough to be felt; a link that goes down; devices that go off. */
static void draw_losses(struct lab *lab, GRand *rand)
{
    struct weft_switch *sw = &g_array_index(lab->switch_, struct weft_switch, 0);
    weft_ps end_ps = lab->setup.duration_ps;
    struct weft_port_rules *rules = &sw->rules;
    draw_port_memory(rand, rules, 1000);
    rules->forwarding = DRAW(rand, weft_forwardings);
    lab_classes(lab, rand);
    for (uint32_t i = 0; i < lab->server->len; i++) {
        if (g_rand_boolean(rand))
            continue;
        lab_server(lab, i)->down_ps = (weft_ps)(g_rand_double(rand) * (double)end_ps);
        lab_server(lab, i)->up_ps = lab_server(lab, i)->down_ps + end_ps / 5 + 1;
    }
    for (uint32_t i = 0; i < lab->device->len; i++)
        if (g_rand_int_range(rand, 0, 4) == 0)
            lab_device(lab, i)->off_ps = 1 + (weft_ps)(g_rand_double(rand) * (double)end_ps);
}

struct lab *scene_of(guint32 seed)
{
    GRand *rand = g_rand_new_with_seed(seed);
    struct lab *lab = lab_random(rand);
    lab_use(lab, DRAW(rand, weft_methods));
    if (g_rand_boolean(rand))
        draw_axes(lab, rand);
    draw_order(&lab->setup.write, rand);
    if (g_rand_boolean(rand))
        lab_pace_random(lab, rand);
    weft_ps interval_ps = weft_setup_interval(lab_setup(lab));
    lab->setup.warmup_ps = g_rand_boolean(rand) && interval_ps < lab->setup.duration_ps ? interval_ps : 0;
    g_array_index(lab->switch_, struct weft_switch, 0).rules.latency_ps = g_rand_boolean(rand) ? 1000001 : 0;
    if (g_rand_boolean(rand))
        draw_losses(lab, rand);
    if (g_rand_boolean(rand))
        lab_damage(lab, rand);
    if (g_rand_boolean(rand))
        lab_spread(lab, rand);
    g_rand_free(rand);
    return lab;
}

struct lab *scene_random(void)
{
    return scene_of((guint32)g_test_rand_int());
}
