/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a run is measured by where periods are told as such, against the same where each packet of each of them is told and
 * looked at by itself: random periods, most of them no whole number of windows of load balance, queues that reach over their
 * ends, ports that held something else before the first one, drops, cells, frames that leave bit by bit, packets unlike all
 * before afterwards, and a second period. WEFT_SCENE=SEED runs one. */

#include "../unit/metrics_setup.h"
#include "metrics/metrics_private.h"
#include "metrics_same.h"
#include "replay.h"
#include "steady.h"
#include "weft/reference.h"

#include <stdlib.h>
#include <string.h>

enum { SCENES = 500, RUNS = 200, MOST_PACKETS = 121, MOST_TOLD = 40000, TRUNK = TEST_DEVICES, PORTS };

/* A packet of a period; instants relative to its beginning. */
struct packet {
    uint32_t stream, number, port, frame_bytes; /* number: in the period */
    weft_ps enter_ps, out_ps;                   /* out_ps: also of those that are dropped at the device */
    uint8_t outcome;
};

struct scene {
    GRand *rand;
    struct test_setup it;
    weft_ps period_ps, now_ps;   /* now: what was told until then */
    uint32_t each[TEST_STREAMS]; /* packets in a period */
    uint32_t next[TEST_STREAMS]; /* numbers */
    uint64_t packet;
    struct packet packets[MOST_PACKETS];
    uint32_t n;
    struct weft_trunk trunk;
    bool alike;              /* frames have one size */
    uint64_t byte_ps[PORTS]; /* what a port needs for a byte */
    weft_ps free_ps[PORTS];  /* ports, relative to the next period's beginning */
    struct weft_metrics *is, *must;
    struct replay *replay;
    struct weft_watch watch[2];
};

static uint64_t draw(struct scene *scene, uint64_t below)
{
    return ((uint64_t)g_rand_int(scene->rand) << 31 | g_rand_int(scene->rand)) % below;
}

/* 2^a 5^b ps, so that every stream has a whole number of packets in it, of 10,000 bits, at a rate in whole bits a second. Few
 * of them are a window of load balance, half of them many. */
static weft_ps draw_period(struct scene *scene)
{
    const bool odd = draw(scene, 2);
    const weft_ps most_ps = UINT64_C(20000000000);
    weft_ps period_ps = 0;
    while (period_ps < UINT64_C(100000000) || period_ps > most_ps) {
        period_ps = UINT64_C(1) << (odd ? 5 + draw(scene, 11) : 6 + draw(scene, 6));
        for (uint64_t b = odd ? 5 + draw(scene, 7) : 8 + draw(scene, 3); b > 0; b--)
            period_ps *= 5;
    }
    return period_ps;
}

static void draw_streams(struct scene *scene)
{
    static const uint32_t counts[] = {1, 1, 2, 4, 5, 8, 10};
    for (uint32_t i = 0; i < TEST_STREAMS; i++) {
        scene->each[i] = counts[draw(scene, G_N_ELEMENTS(counts))];
        scene->it.stream[i].clock.rate_bps = UINT64_C(10000000000000000) / scene->period_ps * scene->each[i];
        scene->it.stream[i].clock.start_ps = draw(scene, scene->period_ps);
    }
    if (draw(scene, 4) == 0) /* nothing comes to port 5 */
        scene->each[5] = scene->each[5 + TEST_DEVICES] = 0;
}

static void draw_setup(struct scene *scene)
{
    test_setup_init(&scene->it);
    scene->period_ps = draw_period(scene);
    scene->alike = draw(scene, 2);
    draw_streams(scene);
    for (uint32_t i = 0; i < TEST_DEVICES; i++)
        scene->it.device[i].startup_ps = draw(scene, scene->period_ps);
    for (uint32_t i = 0; i < TEST_SERVERS; i++)
        scene->it.server[i].link_bps = UINT64_C(1) << draw(scene, 40);
    for (uint32_t i = 0; i < TEST_SWITCHES; i++) {
        struct weft_port_rules *rules = &scene->it.switch_[i].rules;
        rules->accounting = weft_accountings[draw(scene, 4) == 0];
        rules->memory.cell_bytes = draw(scene, 2) ? 1 + (uint32_t)draw(scene, 300) : 0;
        rules->latency_ps = draw(scene, 2) ? draw(scene, scene->period_ps / 10) : 0;
    }
    scene->trunk = (struct weft_trunk){.from = 0, .to = 1, .rate_bps = 1000000000};
    scene->it.setup.trunks = (uint32_t)draw(scene, 2);
    scene->it.setup.trunk = &scene->trunk;
}

static gint by_enter(gconstpointer a, gconstpointer b)
{
    const struct packet *x = a, *y = b;
    return x->enter_ps < y->enter_ps ? -1 : x->enter_ps > y->enter_ps;
}

static void draw_packet(struct scene *scene, struct packet *packet, uint32_t stream, weft_ps grid_ps)
{
    bool hop = scene->it.setup.trunks > 0 && draw(scene, 8) == 0;
    *packet = (struct packet){.stream = stream,
                              .port = hop ? TRUNK : stream % TEST_DEVICES,
                              .frame_bytes = scene->alike ? 1000 : 64 + (uint32_t)draw(scene, 1455),
                              .enter_ps = draw(scene, scene->period_ps) / grid_ps * grid_ps};
}

/* Packets of a period in order of arrival; on a grid of instants, so that some are the same. */
static void draw_packets(struct scene *scene)
{
    static const uint8_t outcomes[] = {WEFT_DROPPED_BUFFER, WEFT_DROPPED_LINK, WEFT_DROPPED_DEVICE};
    const weft_ps grid_ps = 1 + draw(scene, scene->period_ps / 20);
    bool drops = draw(scene, 2);
    uint32_t number[TEST_STREAMS] = {0};
    scene->n = 0;
    for (uint32_t s = 0; s < TEST_STREAMS; s++)
        for (uint32_t i = 0; i < scene->each[s]; i++)
            draw_packet(scene, &scene->packets[scene->n++], s, grid_ps);
    qsort(scene->packets, scene->n, sizeof(struct packet), by_enter);
    for (uint32_t i = 0; i < scene->n; i++) {
        scene->packets[i].number = number[scene->packets[i].stream]++;
        scene->packets[i].outcome = drops && draw(scene, 10) == 0 ? outcomes[draw(scene, 3)] : 0;
    }
}

static bool in_queue(const struct packet *packet)
{
    return packet->outcome == WEFT_DELIVERED || packet->outcome == WEFT_DROPPED_DEVICE;
}

/* One after the other out of their ports, which are free at scene->free_ps. */
static void pass_ports(struct scene *scene)
{
    for (uint32_t i = 0; i < scene->n; i++) {
        struct packet *packet = &scene->packets[i];
        uint32_t port = packet->port, sw = weft_setup_port_switch(&scene->it.setup, port);
        weft_ps start_ps = packet->enter_ps + scene->it.switch_[sw].rules.latency_ps;
        if (!in_queue(packet))
            continue;
        packet->out_ps = MAX(start_ps, scene->free_ps[port]) + packet->frame_bytes * scene->byte_ps[port];
        scene->free_ps[port] = packet->out_ps;
    }
    for (uint32_t i = 0; i < PORTS; i++)
        scene->free_ps[i] = scene->free_ps[i] > scene->period_ps ? scene->free_ps[i] - scene->period_ps : 0;
}

/* A period in the steady state: what a port is busy with at its beginning it is busy with at its end. Ports are busy for
 * up to 95 % of it. */
static void draw_steady(struct scene *scene)
{
    uint64_t bytes[PORTS] = {0};
    draw_packets(scene);
    for (uint32_t i = 0; i < scene->n; i++)
        bytes[scene->packets[i].port] += scene->packets[i].frame_bytes;
    for (uint32_t i = 0; i < PORTS; i++) {
        scene->free_ps[i] = 0;
        scene->byte_ps[i] = scene->period_ps / 100 * (1 + draw(scene, 95)) / MAX(bytes[i], 5000);
    }
    for (int i = 0; i < 20; i++)
        pass_ports(scene);
}

static void tell(struct scene *scene, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    for (uint32_t i = 0; train->n > 0 && i < G_N_ELEMENTS(scene->watch); i++)
        scene->watch[i].packets(scene->watch[i].ctx, point, node, train);
}

static void add(struct scene *scene, struct weft_train *train, const struct packet *packet, weft_ps begin_ps,
                enum weft_point point)
{
    uint32_t i = train->n;
    test_train_add(train, packet->stream, scene->next[packet->stream] + packet->number, packet->frame_bytes,
                   begin_ps + packet->enter_ps, begin_ps + packet->out_ps);
    train->port[i] = packet->port;
    if (point == WEFT_AT_DEVICE)
        train->at_ps[i] = train->done_ps[i];
    if (point != WEFT_AT_SWITCH)
        return;
    train->outcome[i] = packet->outcome;
    if (!in_queue(packet))
        train->done_ps[i] = WEFT_NEVER;
}

/* All packets of the period that begins now, at each point. */
static void tell_period(struct scene *scene)
{
    struct weft_train train;
    for (uint32_t server = 0; server < TEST_SERVERS; server++) {
        train.n = 0;
        for (uint32_t i = 0; i < scene->n; i++)
            if (scene->packets[i].stream % TEST_SERVERS == server)
                add(scene, &train, &scene->packets[i], scene->now_ps, WEFT_AT_SERVER);
        tell(scene, WEFT_AT_SERVER, server, &train);
    }
    for (enum weft_point point = WEFT_AT_SWITCH; point <= WEFT_AT_DEVICE; point++) {
        train.n = 0;
        for (uint32_t i = 0; i < scene->n; i++) {
            if (point == WEFT_AT_SWITCH || scene->packets[i].outcome == WEFT_DELIVERED)
                add(scene, &train, &scene->packets[i], scene->now_ps, point);
            if (i + 1 < scene->n && draw(scene, 20) > 0)
                continue;
            tell(scene, point, 0, &train);
            train.n = 0;
        }
    }
    for (uint32_t i = 0; i < TEST_STREAMS; i++)
        scene->next[i] += scene->each[i];
    scene->now_ps += scene->period_ps;
    for (uint32_t i = 0; i < G_N_ELEMENTS(scene->watch); i++)
        scene->watch[i].advance(scene->watch[i].ctx, scene->now_ps);
}

/* Before a steady state: other packets, which are over, but for up to three a port that keep it busy as long as those of a
 * period; and one that stays for long in a port to which nothing else comes. */
static void tell_other(struct scene *scene)
{
    struct packet steady[MOST_PACKETS];
    uint32_t n = scene->n, kept[PORTS] = {0};
    memcpy(steady, scene->packets, sizeof steady);
    draw_packets(scene);
    for (uint32_t i = scene->n; i-- > 0;) {
        struct packet *packet = &scene->packets[i];
        weft_ps busy_ps = scene->free_ps[packet->port];
        bool keeps = kept[packet->port] < 3 && busy_ps > 0;
        packet->outcome = keeps ? WEFT_DELIVERED : WEFT_DROPPED_BUFFER;
        packet->out_ps = scene->period_ps + busy_ps - busy_ps / 4 * kept[packet->port];
        kept[packet->port] += keeps;
    }
    if (scene->each[5] == 0) {
        const weft_ps period_ps = scene->period_ps;
        scene->packets[scene->n++] = (struct packet){.stream = 5,
                                                     .port = 5,
                                                     .frame_bytes = 777,
                                                     .enter_ps = period_ps - 1,
                                                     .out_ps = 6 * period_ps + 1};
    }
    tell_period(scene);
    memcpy(scene->packets, steady, sizeof steady);
    scene->n = n;
}

/* Before a steady state: of a period like all that follow only what reaches over its end, and that not quite. */
static void tell_rest(struct scene *scene)
{
    struct packet steady[MOST_PACKETS];
    memcpy(steady, scene->packets, sizeof steady);
    for (uint32_t i = 0; i < scene->n; i++) {
        struct packet *packet = &scene->packets[i];
        if (!in_queue(packet) || packet->out_ps <= scene->period_ps + 1)
            packet->outcome = WEFT_DROPPED_BUFFER;
        packet->frame_bytes -= draw(scene, 20) == 0;
        packet->out_ps -= draw(scene, 20) == 0;
    }
    tell_period(scene);
    memcpy(scene->packets, steady, sizeof steady);
}

/* Afterwards: other packets, at once, behind those that are in their ports. */
static void tell_burst(struct scene *scene)
{
    draw_packets(scene);
    for (uint32_t i = 0; i < scene->n; i++) {
        scene->packets[i].enter_ps /= 50;
        scene->packets[i].frame_bytes *= 2;
    }
    pass_ports(scene);
    tell_period(scene);
}

static void repeat_period(struct scene *scene)
{
    const uint64_t server_packets[TEST_SERVERS] = {7, 8, 9}, most = MOST_TOLD / scene->n;
    const struct weft_repeat repeat = {.period_ps = scene->period_ps,
                                       .times = draw(scene, 2) ? draw(scene, most) : draw(scene, 5),
                                       .packets = scene->each,
                                       .server_packets = server_packets};
    for (uint32_t i = 0; i < G_N_ELEMENTS(scene->watch); i++)
        scene->watch[i].mark(scene->watch[i].ctx);
    tell_period(scene);
    for (uint32_t i = 0; i < G_N_ELEMENTS(scene->watch); i++)
        scene->watch[i].repeat(scene->watch[i].ctx, &repeat);
    scene->now_ps += repeat.times * scene->period_ps;
    scene->watch[0].advance(scene->watch[0].ctx, scene->now_ps);
    for (uint32_t i = 0; i < TEST_STREAMS; i++)
        scene->next[i] += (uint32_t)repeat.times * scene->each[i];
}

static void tell_steady(struct scene *scene)
{
    enum { PAUSE = 40 }; /* all that was before is over then */
    draw_steady(scene);
    scene->now_ps += PAUSE * scene->period_ps;
    for (uint32_t i = 0; i < TEST_STREAMS; i++)
        scene->next[i] += PAUSE * scene->each[i];
    if (draw(scene, 2))
        tell_other(scene);
    else if (draw(scene, 2))
        tell_rest(scene);
    for (uint64_t before = draw(scene, 3); before > 0; before--)
        tell_period(scene);
    repeat_period(scene);
    if (draw(scene, 2))
        metrics_assert_same(scene->is, scene->must, &scene->it.setup, false);
    for (uint64_t after = draw(scene, 3); after > 0; after--)
        tell_period(scene);
    if (draw(scene, 2))
        tell_burst(scene);
}

static void run_scene(guint32 seed)
{
    struct scene scene = {.rand = g_rand_new_with_seed(seed)};
    const struct weft_host_counters counters = {0};
    g_test_message("WEFT_SCENE=%u", seed);
    draw_setup(&scene);
    scene.it.setup.duration_ps = scene.period_ps * (2 * MOST_TOLD + 100);
    scene.is = weft_metrics_new(&scene.it.setup);
    scene.must = weft_metrics_new(&scene.it.setup);
    if (draw(&scene, 4) == 0)
        weft_metrics_only_plain(scene.is);
    weft_metrics_only_plain(scene.must);
    const struct weft_watch watch = weft_metrics_watch(scene.must);
    scene.replay = replay_new(&watch);
    scene.watch[0] = weft_metrics_watch(scene.is);
    scene.watch[1] = replay_watch(scene.replay);
    for (int i = 0; i < 2; i++)
        tell_steady(&scene);
    for (uint32_t i = 0; i < G_N_ELEMENTS(scene.watch); i++)
        scene.watch[i].server(scene.watch[i].ctx, 0, &counters);
    metrics_assert_same(scene.is, scene.must, &scene.it.setup, true);
    replay_free(scene.replay);
    weft_metrics_free(scene.is);
    weft_metrics_free(scene.must);
    g_rand_free(scene.rand);
}

/* A run that leaves periods out, and the same told packet by packet. Returns how many were left out. */
static uint64_t run_steady(guint32 seed)
{
    struct lab *lab = steady_lab(seed);
    const struct weft_setup *setup = lab_setup(lab);
    struct weft_metrics *is = weft_metrics_new(setup), *must = weft_metrics_new(setup);
    struct weft_error error;
    weft_metrics_only_plain(must);
    const struct weft_watch watch = weft_metrics_watch(must);
    struct replay *replay = replay_new(&watch);
    const struct weft_watch both[] = {weft_metrics_watch(is), replay_watch(replay)};
    g_test_message("WEFT_SCENE=%u", seed);
    if (weft_backend_reference.run(setup, both, G_N_ELEMENTS(both), &error) != WEFT_OK)
        g_error("%s", error.text);
    metrics_assert_same(is, must, setup, true);
    uint64_t periods = replay_periods(replay);
    replay_free(replay);
    weft_metrics_free(is);
    weft_metrics_free(must);
    lab_free(lab);
    return periods;
}

static void test_random(void)
{
    for (guint i = 0; i < SCENES; i++)
        run_scene((guint32)g_test_rand_int());
}

static void test_runs(void)
{
    guint skipped = 0;
    for (guint i = 0; i < RUNS; i++)
        skipped += run_steady((guint32)g_test_rand_int()) > 0;
    g_test_message("%u of %u runs left periods out", skipped, (guint)RUNS);
    g_assert_cmpuint(skipped, >, RUNS / 4);
}

static void test_one(void)
{
    guint32 seed = (guint32)g_ascii_strtoull(g_getenv("WEFT_SCENE"), NULL, 10);
    run_scene(seed);
    run_steady(seed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (g_getenv("WEFT_SCENE")) {
        g_test_add_func("/metrics/repeat/one", test_one);
    } else {
        g_test_add_func("/metrics/repeat/random", test_random);
        g_test_add_func("/metrics/repeat/runs", test_runs);
    }
    return g_test_run();
}
