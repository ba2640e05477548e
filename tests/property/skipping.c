/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A run that leaves periods of a steady state out is the run that does not: told again, they are the same packets at the same
 * instants, and hosts have counted the same. Scenarios are functions of a seed; WEFT_SCENE=SEED runs that one. */

#include "replay.h"
#include "steady.h"
#include "weft/arrivals.h"
#include "weft/reference.h"
#include "weft/stream_blocks.h"

#include <stdlib.h>

enum { SCENES = 300, EDGES = 100, UNTOLD = 20, OBSERVED = 200, PACED = 100 };
enum { LEAST_SKIPPED_PERCENT = 25, LEAST_PACED_PERCENT = 25 };

typedef struct lab *draw(guint32 seed);

/* --- every packet --- */

/* What was told, in order at each server, at the switches, at each device: rolled into one word each, which a change of any
 * fact, or of the order of two packets, changes (FNV-1a). And how much. */
struct journal {
    const struct weft_setup *setup;
    GArray *roll;     /* of uint64_t: servers, the switches, devices */
    GArray *counters; /* struct weft_host_counters */
    uint64_t packets[3];
    struct edge {
        uint32_t node;
        weft_ps at_ps;
    } sent, came; /* of what was sent before the middle: the last first bit, the last arrival */
};

static void journal_init(struct journal *journal, const struct weft_setup *setup)
{
    *journal = (struct journal){.setup = setup};
    journal->roll = g_array_new(FALSE, TRUE, sizeof(uint64_t));
    journal->counters = g_array_new(FALSE, TRUE, sizeof(struct weft_host_counters));
    g_array_set_size(journal->roll, setup->servers + 1 + setup->devices);
}

static void journal_clear(struct journal *journal)
{
    g_array_unref(journal->roll);
    g_array_unref(journal->counters);
}

static void roll(uint64_t *word, uint64_t fact)
{
    *word = (*word ^ fact) * UINT64_C(1099511628211);
    *word ^= *word >> 29;
}

/* About the middle of the run an interval begins. */
static weft_ps middle_ps(const struct weft_setup *setup)
{
    const weft_ps interval_ps = weft_setup_interval(setup);
    return setup->duration_ps / 2 / interval_ps * interval_ps;
}

static void note_edges(struct journal *journal, enum weft_point point, uint32_t node,
                       const struct weft_train *train)
{
    const weft_ps until_ps = middle_ps(journal->setup);
    for (uint32_t i = 0; i < train->n; i++)
        if (train->tx_ps[i] >= until_ps)
            continue;
        else if (point == WEFT_AT_SERVER && train->tx_ps[i] >= journal->sent.at_ps)
            journal->sent = (struct edge){node, train->tx_ps[i]};
        else if (point == WEFT_AT_DEVICE && train->at_ps[i] >= journal->came.at_ps)
            journal->came = (struct edge){journal->setup->stream[train->stream[i]].device, train->at_ps[i]};
}

static void see(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct journal *journal = ctx;
    const struct weft_setup *setup = journal->setup;
    journal->packets[point] += train->n;
    note_edges(journal, point, node, train);
    for (uint32_t i = 0; i < train->n; i++) {
        guint at = point == WEFT_AT_SERVER   ? node
                   : point == WEFT_AT_SWITCH ? setup->servers
                                             : setup->servers + 1 + setup->stream[train->stream[i]].device;
        uint64_t *word = &g_array_index(journal->roll, uint64_t, at);
        const uint64_t facts[] = {
            train->packet[i],        train->stream[i],      train->number[i],
            train->payload_bytes[i], train->frame_bytes[i], train->tx_ps[i],
            train->at_ps[i],         train->done_ps[i],     point == WEFT_AT_SERVER ? 0 : train->outcome[i]};
        for (guint f = 0; f < G_N_ELEMENTS(facts); f++)
            roll(word, facts[f]);
        if (point == WEFT_AT_SWITCH) {
            roll(word, train->enter_ps[i]);
            roll(word, train->port[i]);
        }
    }
}

static void counted(void *ctx, uint32_t server, const struct weft_host_counters *counters)
{
    struct journal *journal = ctx;
    g_assert_cmpuint(server, ==, journal->counters->len);
    g_array_append_val(journal->counters, *counters);
}

/* An observer that wants every packet told until an instant. */
struct early {
    weft_ps whole_until_ps, now_ps;
};

static void early_advance(void *ctx, weft_ps until_ps)
{
    struct early *early = ctx;
    early->now_ps = until_ps;
}

static void early_mark(void *ctx)
{
    const struct early *early = ctx;
    g_assert_cmpuint(early->now_ps, >=, early->whole_until_ps);
}

static void early_repeat(void *ctx, const struct weft_repeat *repeat)
{
    early_advance(ctx, ((struct early *)ctx)->now_ps + repeat->times * repeat->period_ps);
}

/* Returns how many periods were left out. */
static uint64_t run(struct lab *lab, bool skips, struct journal *journal)
{
    struct weft_error error;
    lab->setup.no_skip = !skips;
    const struct weft_setup *setup = lab_setup(lab);
    journal_init(journal, setup);
    const struct weft_watch watch = {.ctx = journal, .packets = see, .server = counted};
    struct replay *replay = replay_new(&watch);
    struct early early = {.whole_until_ps =
                              setup->seed % 3 == 0 ? setup->duration_ps / 2000 * (setup->seed % 1000) : 0};
    const struct weft_watch told[] = {replay_watch(replay),
                                      {.ctx = &early,
                                       .whole_until_ps = early.whole_until_ps,
                                       .advance = early_advance,
                                       .mark = early_mark,
                                       .repeat = early_repeat}};
    if (weft_backend_reference.run(setup, told, G_N_ELEMENTS(told), &error) != WEFT_OK)
        g_error("%s", error.text);
    uint64_t periods = replay_periods(replay);
    replay_free(replay);
    return periods;
}

static void compare(guint32 seed, const struct journal *a, const struct journal *b)
{
    for (int point = 0; point < 3; point++)
        if (a->packets[point] != b->packets[point])
            g_error("WEFT_SCENE=%u: point %d: %" G_GUINT64_FORMAT
                    " packets, with skipping %" G_GUINT64_FORMAT,
                    seed, point, a->packets[point], b->packets[point]);
    for (guint i = 0; i < a->roll->len; i++)
        if (g_array_index(a->roll, uint64_t, i) != g_array_index(b->roll, uint64_t, i))
            g_error("WEFT_SCENE=%u: packets differ at %u of %u servers, 1, %u devices", seed, i,
                    a->setup->servers, a->setup->devices);
    g_assert_cmpuint(a->counters->len, ==, b->counters->len);
    for (guint i = 0; i < a->counters->len; i++)
        if (memcmp(&g_array_index(a->counters, struct weft_host_counters, i),
                   &g_array_index(b->counters, struct weft_host_counters, i),
                   sizeof(struct weft_host_counters)) != 0)
            g_error("WEFT_SCENE=%u: counters of server %u differ", seed, i);
}

static uint64_t run_scene(draw *scene, guint32 seed)
{
    struct lab *lab = scene(seed);
    struct journal whole, skipped;
    g_assert_cmpuint(run(lab, false, &whole), ==, 0);
    uint64_t periods = run(lab, true, &skipped);
    compare(seed, &whole, &skipped);
    journal_clear(&whole);
    journal_clear(&skipped);
    lab_free(lab);
    return periods;
}

/* A server goes off just when a packet or an interval begins, or a device when a packet comes. */
static uint64_t run_edges(guint32 seed)
{
    struct lab *lab = steady_lab(seed);
    struct journal first, whole, skipped;
    for (guint i = 0; i < lab->server->len; i++)
        lab_server(lab, i)->down_ps = lab_server(lab, i)->up_ps = 0;
    for (guint i = 0; i < lab->device->len; i++)
        lab_device(lab, i)->off_ps = 0;
    run(lab, false, &first);
    if (seed % 2) {
        const weft_ps down_ps = seed % 4 == 1 ? first.sent.at_ps : middle_ps(&lab->setup);
        lab_server(lab, first.sent.node)->down_ps = down_ps;
        lab_server(lab, first.sent.node)->up_ps = down_ps + 13 * weft_setup_interval(&lab->setup);
    } else {
        lab_device(lab, first.came.node)->off_ps = first.came.at_ps;
    }
    run(lab, false, &whole);
    uint64_t periods = run(lab, true, &skipped);
    compare(seed, &whole, &skipped);
    journal_clear(&first);
    journal_clear(&whole);
    journal_clear(&skipped);
    lab_free(lab);
    return periods;
}

static void test_edges(void)
{
    guint skipped = 0;
    for (guint i = 0; i < EDGES; i++)
        skipped += run_edges((guint32)g_test_rand_int()) > 0;
    g_test_message("%u of %u scenes had periods left out", skipped, (guint)EDGES);
    g_assert_cmpuint(skipped, >=, EDGES / 5);
}

/* Who cannot be told of periods is told of every packet. */
static void test_untold(void)
{
    for (guint i = 0; i < UNTOLD; i++) {
        guint32 seed = (guint32)g_test_rand_int();
        struct lab *lab = steady_lab(seed);
        struct journal whole, other;
        struct weft_error error;
        run(lab, false, &whole);
        lab->setup.no_skip = false;
        const struct weft_setup *setup = lab_setup(lab);
        journal_init(&other, setup);
        const struct weft_watch watch = {.ctx = &other, .packets = see, .server = counted};
        g_assert_cmpint(weft_backend_reference.run(setup, &watch, 1, &error), ==, WEFT_OK);
        compare(seed, &whole, &other);
        journal_clear(&whole);
        journal_clear(&other);
        lab_free(lab);
    }
}

/* A test of nothing if no period was left out. */
static void check_scenes(uint64_t (*check)(draw *scene, guint32 seed), draw *scene, guint scenes,
                         guint least_percent)
{
    guint skipped = 0;
    for (guint i = 0; i < scenes; i++)
        skipped += check(scene, (guint32)g_test_rand_int()) > 0;
    g_test_message("%u of %u scenes had periods left out", skipped, scenes);
    g_assert_cmpuint(skipped * 100, >=, scenes * least_percent);
}

static void test_steady(void)
{
    check_scenes(run_scene, steady_lab, SCENES, LEAST_SKIPPED_PERCENT);
}

static void test_paced(void)
{
    check_scenes(run_scene, steady_paced_lab, PACED, LEAST_PACED_PERCENT);
}

/* --- weft's own observers, who are told of periods --- */

struct observers {
    struct weft_metrics *metrics;
    struct weft_stream_timing *timing;
    struct weft_stream_playout *playout;
    struct weft_arrivals *arrivals;
    struct weft_stream_blocks *blocks; /* NULL: each looks at every packet */
    uint64_t periods;
};

static void mark(void *ctx)
{
    (void)ctx;
}

static void count_periods(void *ctx, const struct weft_repeat *repeat)
{
    struct observers *observers = ctx;
    observers->periods += repeat->times;
}

static void observe(struct lab *lab, bool skips, bool blocks, struct observers *observers)
{
    struct weft_error error;
    struct weft_watch watch[5];
    size_t n = 0;
    lab->setup.no_skip = !skips;
    const struct weft_setup *setup = lab_setup(lab);
    *observers = (struct observers){weft_metrics_new(setup),
                                    weft_stream_timing_new(setup),
                                    weft_stream_playout_new(setup),
                                    weft_arrivals_new(setup),
                                    NULL,
                                    0};
    watch[n++] = weft_metrics_watch(observers->metrics);
    watch[n++] = weft_arrivals_watch(observers->arrivals);
    if (blocks) {
        observers->blocks = weft_stream_blocks_new(setup);
        weft_stream_blocks_give_metrics(observers->blocks, observers->metrics);
        weft_stream_blocks_give_timing(observers->blocks, observers->timing);
        weft_stream_blocks_give_playout(observers->blocks, observers->playout);
        watch[n++] = weft_stream_blocks_watch(observers->blocks);
    } else {
        watch[n++] = weft_stream_timing_watch(observers->timing);
        watch[n++] = weft_stream_playout_watch(observers->playout);
    }
    watch[n++] = (struct weft_watch){.ctx = observers, .mark = mark, .repeat = count_periods};
    if (weft_backend_reference.run(setup, watch, n, &error) != WEFT_OK)
        g_error("%s", error.text);
}

static void observers_clear(struct observers *observers)
{
    weft_stream_blocks_free(observers->blocks);
    weft_arrivals_free(observers->arrivals);
    weft_stream_timing_free(observers->timing);
    weft_stream_playout_free(observers->playout);
    weft_metrics_free(observers->metrics);
}

static void same_bytes(guint32 seed, const char *what, const void *a, const void *b, size_t size)
{
    if (memcmp(a, b, size) != 0)
        g_error("WEFT_SCENE=%u: %s differ", seed, what);
}

static uint64_t observe_scene(draw *scene, guint32 seed)
{
    struct lab *lab = scene(seed);
    const uint32_t streams = lab->stream->len;
    struct observers whole, skipped;
    observe(lab, false, seed % 2, &whole);
    observe(lab, true, true, &skipped);
    same_bytes(seed, "metrics", weft_metrics_block(whole.metrics), weft_metrics_block(skipped.metrics),
               weft_metrics_block_bytes(whole.metrics));
    same_bytes(seed, "timing", weft_stream_timing_reports(whole.timing),
               weft_stream_timing_reports(skipped.timing), streams * sizeof(struct weft_timing_report));
    same_bytes(seed, "playout", weft_stream_playout_reports(whole.playout),
               weft_stream_playout_reports(skipped.playout), streams * sizeof(struct weft_playout_report));
    same_bytes(seed, "arrivals", weft_arrivals_reports(whole.arrivals),
               weft_arrivals_reports(skipped.arrivals),
               weft_arrivals_routes(whole.arrivals)->first[streams] * sizeof(struct weft_arrival_report));
    uint64_t periods = skipped.periods;
    observers_clear(&whole);
    observers_clear(&skipped);
    lab_free(lab);
    return periods;
}

static void test_observers(void)
{
    check_scenes(observe_scene, steady_lab, OBSERVED, LEAST_SKIPPED_PERCENT);
}

static void test_paced_observers(void)
{
    check_scenes(observe_scene, steady_paced_lab, PACED, LEAST_PACED_PERCENT);
}

static void test_one(void)
{
    guint32 seed = (guint32)g_ascii_strtoull(g_getenv("WEFT_SCENE"), NULL, 10);
    g_test_message("%" G_GUINT64_FORMAT " with an edge", run_edges(seed));
    draw *const scenes[] = {steady_lab, steady_paced_lab};
    for (guint i = 0; i < G_N_ELEMENTS(scenes); i++) {
        g_test_message("%" G_GUINT64_FORMAT " periods left out", run_scene(scenes[i], seed));
        g_test_message("%" G_GUINT64_FORMAT " from observers", observe_scene(scenes[i], seed));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (g_getenv("WEFT_SCENE")) {
        g_test_add_func("/skipping/one", test_one);
        return g_test_run();
    }
    g_test_add_func("/skipping/steady", test_steady);
    g_test_add_func("/skipping/edges", test_edges);
    g_test_add_func("/skipping/untold", test_untold);
    g_test_add_func("/skipping/paced", test_paced);
    g_test_add_func("/skipping/observers", test_observers);
    g_test_add_func("/skipping/paced-observers", test_paced_observers);
    return g_test_run();
}
