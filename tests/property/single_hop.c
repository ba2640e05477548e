/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The short way through a fabric of one hop against the plain one, on random fabrics and arrivals: both must tell of the
 * same packets, in the same order, with the same value in every column. Which way a fabric goes is its own affair: with
 * cut-through, say, both are plain. */
#include "fabric_scene.h"

enum { MOST_SWITCHES = 3, MOST_PORTS = 40, ROUNDS = 400 };

/* Servers on their switches, each stream from some server to a port of the same switch. */
static void make_network(struct scene *scene, bool loses)
{
    struct weft_fabric_params *params = &scene->params;
    bool alike = scene_draw(2); /* busy at once, in turns */
    for (uint32_t i = 0; i < params->switches; i++)
        scene_make_rules(&scene->rules[i], loses && scene_draw(4), true);
    scene_make_ingresses(scene, loses, alike);
    for (uint32_t i = 0; i < params->ports; i++)
        scene->port[i] =
            (struct weft_fabric_port){.switch_index = i % params->switches,
                                      .to_switch = WEFT_TO_DEVICE,
                                      .rate_bps = scene_draw_rate(),
                                      .delay_ps = scene_draw(5) * 1000003,
                                      .off_ps = loses && scene_draw(6) == 0 ? 1 + scene_draw(5000000000) : 0};
    for (uint32_t s = 0; s < params->streams; s++) {
        uint32_t server = (uint32_t)scene_draw(params->ingresses);
        do
            scene->route[s] = (uint32_t)scene_draw(params->ports);
        while (scene->port[scene->route[s]].switch_index != scene->ingress[server].switch_index);
        scene->server_of[s] = server;
        scene->route_first[s + 1] = s + 1;
    }
}

static struct scene *new_scene(void)
{
    struct scene *scene = g_new0(struct scene, 1);
    uint32_t switches = 1 + (uint32_t)scene_draw(MOST_SWITCHES);
    scene->params = (struct weft_fabric_params){
        .network = &weft_network_ethernet,
        .ingresses =
            scene_draw(8) ? 1 + (uint32_t)scene_draw(9) : 10 + (uint32_t)scene_draw(SCENE_MOST_SERVERS - 10),
        .switches = switches,
        .ports = switches + (uint32_t)scene_draw(MOST_PORTS - MOST_SWITCHES),
        .streams = 1 + (uint32_t)scene_draw(SCENE_MOST_STREAMS),
        .ingress = scene->ingress,
        .rules = scene->rules,
        .port = scene->port,
        .route_first = scene->route_first,
        .route = scene->route};
    make_network(scene, scene_draw(3) != 0);
    scene_make_arrivals(scene);
    return scene;
}

static void test_random(void)
{
    uint64_t outcomes[WEFT_OUTCOMES] = {0}, ties = 0, turns = 0, runs = 0;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct scene *scene = new_scene();
        struct told plain = scene_run(scene, true), fast = scene_run(scene, false);
        scene_assert_equal(&plain, &fast);
        const struct row *row = (const struct row *)(void *)plain.rows[0]->data;
        for (guint i = 0; i < plain.rows[0]->len; i++) {
            outcomes[row[i].outcome]++;
            if (i == 0)
                continue;
            bool same =
                row[i].packet >> WEFT_PACKET_SERVER_SHIFT == row[i - 1].packet >> WEFT_PACKET_SERVER_SHIFT;
            ties += row[i].enter_ps == row[i - 1].enter_ps;
            turns += !same;
            runs += same;
        }
        scene_free_told(&plain);
        scene_free_told(&fast);
        scene_free(scene);
    }
    /* The scenes are no test of what does not happen in them. */
    for (uint32_t i = 0; i < WEFT_OUTCOMES; i++)
        g_assert_cmpuint(outcomes[i], >, 1000);
    g_assert_cmpuint(ties, >, 1000);
    g_assert_cmpuint(turns, >, 10000);
    g_assert_cmpuint(runs, >, 10000);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/network/single-hop/random", test_random);
    return g_test_run();
}
