/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a run is measured by, against the same where each packet is looked at by itself: random scenes, both watching one run,
 * all results byte for byte alike, at its end and when somebody reads them on the way. WEFT_SCENE=SEED runs one scene. */

#include "metrics/metrics_private.h"
#include "metrics/occupancy_private.h"
#include "metrics_same.h"
#include "scene.h"
#include "weft/reference.h"

#include <stdlib.h>

enum { SCENES = 600 };

struct pair {
    struct weft_metrics *is, *must;
    const struct weft_setup *setup;
    GRand *rand;
    gint32 reads;               /* one train of so many is followed by a look at the results; 0: none is */
    uint64_t packets, in_lines; /* at switches, and those of them that found their ports empty */
};

static void note_lines(struct pair *pair)
{
    for (uint32_t i = 0; pair->is->unflushed > 0 && i < weft_setup_ports(pair->setup); i++)
        pair->in_lines += pair->is->occupancy->line[i].packets;
}

static void compare(struct pair *pair, bool finished)
{
    note_lines(pair);
    metrics_assert_same(pair->is, pair->must, pair->setup, finished);
}

static void see_packets(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct pair *pair = ctx;
    (void)node;
    pair->packets += point == WEFT_AT_SWITCH ? train->n : 0;
    if (pair->reads > 0 && g_rand_int_range(pair->rand, 0, pair->reads) == 0)
        compare(pair, false);
}

/* Before the observers are told. */
static void see_end(void *ctx, uint32_t server, const struct weft_host_counters *counters)
{
    (void)counters;
    if (server == 0)
        note_lines(ctx);
}

/* Up to nine servers, streams of which share ports; a warm-up of any number of intervals; ports that are slow for what comes, or fast; mostly
 * without background traffic. */
static void widen(struct lab *lab, GRand *rand)
{
    guint more = g_rand_boolean(rand) ? 0 : (guint)g_rand_int_range(rand, 0, 7);
    for (guint i = 0; i < more; i++) {
        guint added = lab_add_server(lab);
        struct weft_server *server = lab_server(lab, added);
        server->switch_index = lab_server(lab, 0)->switch_index;
        server->link_bps = UINT64_C(10000000000);
        guint stream = lab_add_stream(lab);
        lab_stream(lab, stream)->server = lab->server->len - 1;
        lab_device(lab, stream)->switch_index = lab_device(lab, 0)->switch_index;
        if (g_rand_boolean(rand))
            lab_stream(lab, stream)->device = (uint32_t)g_rand_int_range(rand, 0, (gint32)stream);
    }
    if (g_rand_int_range(rand, 0, 4) > 0) /* of which each packet is looked at by itself */
        g_array_set_size(lab->source, 0);
    weft_ps interval_ps = weft_setup_interval(lab_setup_unchecked(lab)),
            last = (lab->setup.duration_ps - 1) / interval_ps;
    lab->setup.warmup_ps = (weft_ps)(g_rand_double(rand) * (double)(last + 1)) * interval_ps;
    for (guint i = 0; i < lab->switch_->len && g_rand_boolean(rand); i++) {
        struct weft_port_rules *rules = &g_array_index(lab->switch_, struct weft_switch, i).rules;
        if (!rules->buffer || !rules->buffer->cells)
            rules->memory.cell_bytes = 0;
    }
    const uint64_t rates_bps[] = {3000000, 1000000000, 10000000000, 10000000000};
    for (guint i = 0; i < lab->device->len && g_rand_boolean(rand); i++)
        lab_device(lab, i)->rate_bps = rates_bps[g_rand_int_range(rand, 0, 4)];
}

static void run_scene(guint32 seed, struct pair *all)
{
    struct lab *lab = scene_of(seed);
    struct pair pair = {.rand = g_rand_new_with_seed(seed)};
    widen(lab, pair.rand);
    pair.setup = lab_setup(lab);
    pair.reads = g_rand_int_range(pair.rand, 0, 3) * 20;
    pair.is = weft_metrics_new(pair.setup);
    pair.must = weft_metrics_new(pair.setup);
    weft_metrics_only_plain(pair.must);
    const struct weft_watch watch[] = {{.ctx = &pair, .server = see_end},
                                       weft_metrics_watch(pair.is),
                                       weft_metrics_watch(pair.must),
                                       {.ctx = &pair, .packets = see_packets}};
    struct weft_error error;
    g_test_message("WEFT_SCENE=%u", seed);
    if (weft_backend_reference.run(pair.setup, watch, G_N_ELEMENTS(watch), &error) != WEFT_OK)
        g_error("%s", error.text);
    compare(&pair, true);
    all->packets += pair.packets;
    all->in_lines += pair.in_lines;
    weft_metrics_free(pair.is);
    weft_metrics_free(pair.must);
    g_rand_free(pair.rand);
    lab_free(lab);
}

static void test_random(void)
{
    struct pair all = {.packets = 0};
    const char *scene = g_getenv("WEFT_SCENE");
    for (guint i = 0; i < (scene ? 1 : SCENES); i++)
        run_scene(scene ? (guint32)g_ascii_strtoull(scene, NULL, 10) : (guint32)g_test_rand_int(), &all);
    g_test_message("%" G_GUINT64_FORMAT " packets at switches, %" G_GUINT64_FORMAT " found their ports empty",
                   all.packets, all.in_lines);
    if (!scene) /* neither way is idle */
        g_assert_true(all.in_lines > all.packets / 20 && all.in_lines < all.packets - all.packets / 20);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/metrics/plain", test_random);
    return g_test_run();
}
