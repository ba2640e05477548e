/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "steady.h"

#include "draw.h"
#include "order_case.h"

#define MS (WEFT_PS_PER_S / 1000)

static bool one_in(GRand *rand, gint32 n)
{
    return g_rand_int_range(rand, 0, n) == 0;
}

static void draw_server(struct lab *lab, guint index, GRand *rand)
{
    struct weft_server *server = lab_server(lab, index);
    server->applications = (uint32_t)ONE_OF(rand, 1, 1, 2, 5);
    server->cores = (uint32_t)g_rand_int_range(rand, 1, 4);
    server->cpu_hz = ONE_OF(rand, 1000000000, 3000000000, 3999999999);
    server->profile = g_rand_boolean(rand) ? &weft_profile_free : &weft_profile_modern_x86;
    server->link_bps = ONE_OF(rand, 1000000000, 1000000007, 10000000000);
    server->delay_ps = ONE_OF(rand, 0, 1, 500000, 50 * 1000000, 13 * MS);
    server->memory = one_in(rand, 8) ? weft_memory_systems[g_rand_int_range(rand, 0, 4)] : &weft_memory_none;
    server->touch = weft_touches[one_in(rand, 6)];
    server->ring_slots = (uint32_t)ONE_OF(rand, 7, 64, 512);
    server->doorbell_packets = (uint32_t)ONE_OF(rand, 1, 5, 64);
    server->interrupts_per_s = ONE_OF(rand, 40, 300, 8000, 1000000);
    server->interrupt_delay_ps = ONE_OF(rand, 0, 16000000, 300000007);
    server->interrupt_core = (uint32_t)g_rand_int_range(rand, 0, (gint32)server->cores);
}

/* Packet times that divide the interval, here 10 ms. */
static void draw_stream(struct lab *lab, guint index, GRand *rand)
{
    static const weft_ps packet_ps[] = {MS / 2, MS, 2 * MS, 5 * MS, 10 * MS};
    struct weft_stream *stream = lab_stream(lab, index);
    struct weft_device *device = lab_device(lab, index);
    stream->clock.payload_bytes = (uint32_t)ONE_OF(rand, 512, 1024, 1024, 1024, 1024, 1280);
    stream->clock.rate_bps = stream->clock.payload_bytes * UINT64_C(8) * WEFT_PS_PER_S /
                             packet_ps[g_rand_int_range(rand, 0, G_N_ELEMENTS(packet_ps))];
    if (one_in(rand, 3))
        stream->clock.start_ps = (weft_ps)(g_rand_double(rand) * (double)(20 * MS));
    stream->live = one_in(rand, 4);
    stream->server = (uint32_t)g_rand_int_range(rand, 0, (gint32)lab->server->len);
    stream->application =
        (uint32_t)g_rand_int_range(rand, 0, (gint32)lab_server(lab, stream->server)->applications);
    stream->device = (uint32_t)g_rand_int_range(rand, 0, (gint32)lab->device->len);
    device->rate_bps = ONE_OF(rand, 20000000, 100000000, 999999937);
    device->delay_ps = ONE_OF(rand, 0, 1000000, 20 * MS);
}

static void draw_method(struct lab *lab, GRand *rand)
{
    struct weft_method *axes = &lab->setup.write.axes;
    lab_use(lab, DRAW(rand, weft_methods));
    axes->queues = one_in(rand, 4) ? DRAW(rand, weft_queue_kinds) : axes->queues;
    axes->order = one_in(rand, 2) ? DRAW(rand, weft_orders) : axes->order;
    axes->unit = one_in(rand, 4) ? DRAW(rand, weft_units) : axes->unit;
    axes->copy = one_in(rand, 4) ? DRAW(rand, weft_copies) : axes->copy;
    axes->translation = one_in(rand, 4) ? DRAW(rand, weft_translations) : axes->translation;
    axes->segmentation = one_in(rand, 4) ? DRAW(rand, weft_segmentations) : axes->segmentation;
    if (one_in(rand, 2))
        lab_interrupt_random(lab, rand);
    lab->setup.write.order_argument =
        order_case_argument(&axes->order->argument, (uint64_t)g_rand_int_range(rand, 0, 70));
    if (one_in(rand, 3))
        lab_pace_random(lab, rand);
}

static void draw_rules(struct lab *lab, GRand *rand)
{
    struct weft_port_rules *rules = &g_array_index(lab->switch_, struct weft_switch, 0).rules;
    rules->latency_ps = g_rand_boolean(rand) ? 1000001 : 0;
    rules->forwarding = DRAW(rand, weft_forwardings);
    if (g_rand_boolean(rand))
        return;
    draw_port_memory(rand, rules, 2000);
}

static void draw_events(struct lab *lab, GRand *rand)
{
    const double end_ps = (double)lab->setup.duration_ps;
    for (guint i = 0; i < lab->server->len; i++)
        if (one_in(rand, 3)) {
            lab_server(lab, i)->down_ps = (weft_ps)(g_rand_double(rand) * end_ps);
            lab_server(lab, i)->up_ps =
                one_in(rand, 4) ? WEFT_NEVER : lab_server(lab, i)->down_ps + (weft_ps)(end_ps / 4);
        }
    for (guint i = 0; i < lab->device->len; i++)
        if (one_in(rand, 4))
            lab_device(lab, i)->off_ps = 1 + (weft_ps)(g_rand_double(rand) * end_ps);
}

/* Trees of switches, or leaves and spines; without background traffic, which is never left out. */
static void spread(struct lab *lab, GRand *rand)
{
    lab_spread(lab, rand);
    g_array_set_size(lab->source, 0);
}

struct lab *steady_lab(guint32 seed)
{
    GRand *rand = g_rand_new_with_seed(seed);
    const guint streams = (guint)g_rand_int_range(rand, 1, 13), servers = (guint)ONE_OF(rand, 1, 1, 2, 3, 8);
    struct lab *lab = lab_new(streams);
    lab->setup.seed = seed;
    lab->setup.network = one_in(rand, 4) ? &weft_network_raw : &weft_network_ethernet;
    lab->setup.duration_ps = (weft_ps)g_rand_int_range(rand, 1000, 3000) * MS + (weft_ps)one_in(rand, 2);
    lab->setup.warmup_ps = one_in(rand, 2) ? 0 : (weft_ps)g_rand_int_range(rand, 0, 30) * 10 * MS;
    lab->setup.write.interval_ps = 10 * MS;
    while (lab->server->len < servers)
        lab_add_server(lab);
    for (guint i = 0; i < servers; i++)
        draw_server(lab, i, rand);
    for (guint i = 0; i < streams; i++)
        draw_stream(lab, i, rand);
    draw_method(lab, rand);
    draw_rules(lab, rand);
    if (one_in(rand, 3))
        lab_classes(lab, rand);
    if (one_in(rand, 3))
        spread(lab, rand);
    if (one_in(rand, 3))
        draw_events(lab, rand);
    g_rand_free(rand);
    return lab;
}

static uint64_t packets_of_interval(struct lab *lab, guint server)
{
    uint64_t packets = 0;
    for (guint i = 0; i < lab->stream->len; i++) {
        const struct weft_stream *stream = lab_stream(lab, i);
        if (stream->server == server)
            packets += stream->clock.rate_bps / 100 / (stream->clock.payload_bytes * UINT64_C(8));
    }
    return packets;
}

/* An interrupt (3,000 cycles) takes longer than there is from one packet to the next, or the ring is that of two calls, of which
 * the second has to wait for the first and the link is never idle for long. */
static void make_slow(struct lab *lab, guint index, GRand *rand)
{
    struct weft_server *server = lab_server(lab, index);
    const uint64_t packets = MAX(packets_of_interval(lab, index), 1);
    server->profile = &weft_profile_modern_x86;
    server->ring_slots = 512;
    server->applications = (uint32_t)ONE_OF(rand, 1, 1, 2);
    server->link_bps = packets * 100 * 1600 * 8 * ONE_OF(rand, 1, 1, 10);
    server->cpu_hz = MAX(3000 * packets * 100 * 10 / ONE_OF(rand, 11, 15, 25), 1000000);
}

static void pace_densely(struct lab *lab, GRand *rand)
{
    const uint64_t payload_bytes = ONE_OF(rand, 512, 1024, 1024, 1024);
    const weft_ps packet_ps = ONE_OF(rand, MS / 4, MS / 2, MS / 2);
    lab_use(lab, lab_method("interleaved-paced"));
    lab->setup.write.order_argument = 0;
    if (one_in(rand, 8))
        lab_interrupt_random(lab, rand);
    if (one_in(rand, 8))
        lab_pace(lab, "slice", (uint64_t)g_rand_int_range(rand, 2, 40));
    for (guint i = 0; i < lab->stream->len; i++) {
        struct weft_stream *stream = lab_stream(lab, i);
        stream->clock.payload_bytes = (uint32_t)payload_bytes;
        stream->clock.rate_bps = payload_bytes * 8 * WEFT_PS_PER_S / packet_ps;
    }
    for (guint i = 0; i < lab->server->len; i++)
        make_slow(lab, i, rand);
    for (guint i = 0; i < lab->stream->len; i++)
        lab_stream(lab, i)->application %= lab_server(lab, lab_stream(lab, i)->server)->applications;
}

struct lab *steady_paced_lab(guint32 seed)
{
    struct lab *lab = steady_lab(seed);
    GRand *rand = g_rand_new_with_seed(~seed);
    pace_densely(lab, rand);
    g_rand_free(rand);
    return lab;
}
