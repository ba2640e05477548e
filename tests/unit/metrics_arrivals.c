/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Jitter, gaps and idle times of a few packets, by hand: packet n of a stream is due at n * 10 ms, intervals of 20 ms. And random
 * periods told as such against the same told packet by packet. */
#include "weft/arrivals.h"

#include "metrics_setup.h"
#include "replay.h"

#include <stdlib.h>
#include <string.h>

#define MS (WEFT_PS_PER_S / 1000)

static void add(struct weft_train *train, uint32_t port, uint32_t stream, uint32_t number, weft_ps at_ps,
                weft_ps done_ps)
{
    test_train_add(train, stream, number, 100, at_ps, done_ps);
    train->port[train->n - 1] = port;
}

/* Stream 0 goes over the trunk behind port 6 to port 1, the others straight to their devices. */
static void show(const struct weft_watch *watch)
{
    static struct weft_train train;
    train.n = 0;
    add(&train, 0, 0, 0, 0, 1 * MS);
    add(&train, 0, 4, 0, 1 * MS, 2 * MS);
    add(&train, 0, 0, 1, 3 * MS, 4 * MS);   /* the link was idle for 1 ms of the first call */
    add(&train, 0, 0, 2, 20 * MS, 21 * MS); /* the next call */
    add(&train, 0, 0, 3, 21 * MS, 22 * MS);
    watch->packets(watch->ctx, WEFT_AT_SERVER, 0, &train);
    watch->packets(watch->ctx, WEFT_AT_DEVICE, 0, &train); /* is not looked at */
    train.n = 0;
    add(&train, 6, 0, 0, 3 * MS, 4 * MS);
    add(&train, 4, 4, 0, 5 * MS, 6 * MS);
    add(&train, 6, 0, 1, 7 * MS, 8 * MS);
    add(&train, 1, 0, 0, 8 * MS, 9 * MS);
    add(&train, 6, 0, 2, 24 * MS, 25 * MS);
    add(&train, 6, 0, 3, 25 * MS, 26 * MS);
    add(&train, 1, 0, 1, 30 * MS, 31 * MS);
    watch->packets(watch->ctx, WEFT_AT_SWITCH, 0, &train);
}

static void assert_report(const struct weft_arrival_report *is, struct weft_arrival_report must)
{
    g_assert_cmpuint(is->packets, ==, must.packets);
    g_assert_cmpint(is->earliest_ps, ==, must.earliest_ps);
    g_assert_cmpint(is->latest_ps, ==, must.latest_ps);
    g_assert_cmpuint(is->least_gap_ps, ==, must.least_gap_ps);
    g_assert_cmpuint(is->idle_before, ==, must.idle_before);
}

static void test_by_hand(void)
{
    const struct weft_trunk trunk = {.name = "trunk", .from = 0, .to = 1, .rate_bps = 1000000000};
    struct test_setup test;
    test_setup_init(&test);
    test.setup.write.interval_ps = 20 * MS;
    for (uint32_t i = 0; i < TEST_SERVERS; i++)
        test.server[i].link_bps = 960000; /* 120 bytes of wire take 1 ms */
    test.setup.trunks = 1;
    test.setup.trunk = &trunk;
    for (uint32_t i = 0; i < TEST_STREAMS; i++)
        test.stream[i].device = 2 * (i / 2 % 3); /* behind switch 0, as the servers */
    test.stream[0].device = 1;
    test.stream[4].server = 0;
    struct weft_arrivals *arrivals = weft_arrivals_new(&test.setup);
    const struct weft_watch watch = weft_arrivals_watch(arrivals);
    show(&watch);
    const struct weft_arrival_report *report = weft_arrivals_reports(arrivals);
    const struct weft_routes *routes = weft_arrivals_routes(arrivals);
    const int64_t ms = MS;
    g_assert_cmpuint(routes->first[1], ==, 2);
    assert_report(&report[0], (struct weft_arrival_report){4, 25 * ms - 30 * ms, 24 * ms - 20 * ms, MS, 1});
    assert_report(&report[1], (struct weft_arrival_report){2, 8 * ms, 30 * ms - 10 * ms, 22 * MS, 0});
    assert_report(&report[routes->first[4]], (struct weft_arrival_report){1, 5 * ms, 5 * ms, WEFT_NEVER, 0});
    assert_report(&report[routes->first[2]], (struct weft_arrival_report){0, 0, 0, WEFT_NEVER, 0});
    weft_arrivals_free(arrivals);
    weft_arrivals_free(NULL);
}

/* --- periods --- */

enum { SCENES = 5000, MOST_EACH = 4, MOST_PACKETS = MOST_EACH * TEST_STREAMS };

struct packet {
    uint32_t stream, number; /* number: in the period */
    weft_ps tx_ps;           /* after its beginning */
};

struct scene {
    struct test_setup test;
    uint32_t each; /* packets of a stream in a period */
    weft_ps period_ps, now_ps;
    uint32_t next; /* number of each stream's first packet in the period to come */
    bool silent;   /* the last server */
    struct packet packet[MOST_PACKETS];
    uint32_t n;
    struct weft_arrivals *is, *must;
    struct weft_watch watch[2];
    struct replay *replay;
};

static weft_ps draw(weft_ps below)
{
    return ((uint64_t)g_test_rand_int() << 31 ^ (uint32_t)g_test_rand_int()) % below;
}

static gint by_tx(gconstpointer a, gconstpointer b)
{
    const struct packet *x = a, *y = b;
    return x->tx_ps < y->tx_ps ? -1 : x->tx_ps > y->tx_ps;
}

static void draw_packets(struct scene *scene)
{
    const weft_ps grid_ps = draw(2) ? MS : 5 * MS;
    uint32_t number[TEST_STREAMS] = {0};
    scene->n = 0;
    for (uint32_t s = 0; s < TEST_STREAMS; s++)
        for (uint32_t i = 0; i < scene->each; i++)
            if (!scene->silent || scene->test.stream[s].server < TEST_SERVERS - 1)
                scene->packet[scene->n++] =
                    (struct packet){.stream = s, .tx_ps = draw(scene->period_ps / grid_ps) * grid_ps};
    qsort(scene->packet, scene->n, sizeof scene->packet[0], by_tx);
    for (uint32_t i = 0; i < scene->n; i++)
        scene->packet[i].number = number[scene->packet[i].stream]++;
}

/* Links are often busy from one period to the next, or free at its beginning (120 bytes take 1 to 5 ms); intervals are often no
 * part of it. */
static void draw_scene(struct scene *scene)
{
    static const weft_ps interval_ms[] = {5, 10, 20, 7, 15, 25, 1000};
    test_setup_init(&scene->test);
    scene->each = 1 + (uint32_t)draw(MOST_EACH);
    scene->period_ps = scene->each * 10 * MS;
    scene->test.setup.write.interval_ps = interval_ms[draw(G_N_ELEMENTS(interval_ms))] * MS;
    for (uint32_t i = 0; i < TEST_SERVERS; i++)
        scene->test.server[i].link_bps = draw(2) ? 960000 / (1 + draw(5)) : 200000 + draw(1500000);
    for (uint32_t i = 0; i < TEST_STREAMS; i++) {
        scene->test.stream[i].device = 2 * (i / 2 % 3);
        scene->test.stream[i].clock.start_ps = draw(20) * MS;
    }
    scene->is = weft_arrivals_new(&scene->test.setup);
    scene->must = weft_arrivals_new(&scene->test.setup);
    scene->watch[0] = weft_arrivals_watch(scene->is);
    const struct weft_watch must = weft_arrivals_watch(scene->must);
    scene->replay = replay_new(&must);
    scene->watch[1] = replay_watch(scene->replay);
}

static void tell_period(struct scene *scene)
{
    struct weft_train out = {0}, in = {0};
    for (uint32_t i = 0; i < scene->n; i++) {
        const struct packet *packet = &scene->packet[i];
        const uint32_t port = scene->test.stream[packet->stream].device,
                       number = scene->next + packet->number;
        const weft_ps tx_ps = scene->now_ps + packet->tx_ps;
        add(&out, port, packet->stream, number, tx_ps, tx_ps + MS);
        add(&in, port, packet->stream, number, tx_ps + 12 * MS,
            WEFT_NEVER); /* behind the period, some of them */
    }
    scene->now_ps += scene->period_ps;
    scene->next += scene->each;
    for (int w = 0; w < 2; w++) {
        scene->watch[w].packets(scene->watch[w].ctx, WEFT_AT_SERVER, 0, &out);
        scene->watch[w].packets(scene->watch[w].ctx, WEFT_AT_SWITCH, 0, &in);
        scene->watch[w].advance(scene->watch[w].ctx, scene->now_ps);
    }
}

static void repeat_period(struct scene *scene, uint64_t times)
{
    uint32_t packets[TEST_STREAMS] = {0};
    uint64_t server_packets[TEST_SERVERS] = {0};
    for (uint32_t i = 0; i < scene->n; i++) {
        packets[scene->packet[i].stream]++;
        server_packets[scene->test.stream[scene->packet[i].stream].server]++;
    }
    const struct weft_repeat repeat = {scene->period_ps, times, packets, server_packets};
    for (int w = 0; w < 2; w++)
        scene->watch[w].repeat(scene->watch[w].ctx, &repeat);
    scene->now_ps += times * scene->period_ps;
    scene->next += (uint32_t)times * scene->each;
    for (int w = 0; w < 2; w++)
        scene->watch[w].advance(scene->watch[w].ctx, scene->now_ps);
}

/* Some of other packets, then a period that is marked and repeated, at last others again. */
static void run_scene(struct scene *scene)
{
    for (int part = 0; part < 2; part++) {
        draw_packets(scene);
        for (uint64_t i = draw(3); i > 0; i--)
            tell_period(scene);
        if (draw(2))
            draw_packets(scene);
        for (int w = 0; w < 2; w++)
            scene->watch[w].mark(scene->watch[w].ctx);
        tell_period(scene);
        repeat_period(scene, draw(4) ? draw(60) : draw(3));
        scene->silent = part == 0 && draw(2);
    }
    draw_packets(scene);
    tell_period(scene);
}

static void test_periods(void)
{
    uint64_t idle = 0;
    for (int i = 0; i < SCENES; i++) {
        struct scene *scene = g_new0(struct scene, 1);
        draw_scene(scene);
        run_scene(scene);
        const uint32_t places = weft_arrivals_routes(scene->is)->first[TEST_STREAMS];
        for (uint32_t place = 0; place < places; place++) {
            assert_report(&weft_arrivals_reports(scene->is)[place],
                          weft_arrivals_reports(scene->must)[place]);
            idle += weft_arrivals_reports(scene->is)[place].idle_before;
        }
        weft_arrivals_free(scene->is);
        weft_arrivals_free(scene->must);
        replay_free(scene->replay);
        g_free(scene);
    }
    g_assert_cmpuint(idle, >, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/metrics/arrivals/by-hand", test_by_hand);
    g_test_add_func("/metrics/arrivals/periods", test_periods);
    return g_test_run();
}
