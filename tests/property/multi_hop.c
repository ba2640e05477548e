/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The short way through a fabric of several hops, or with background traffic, against the plain one, on random networks of
 * switches, routes and arrivals: both must tell of the same packets, in the same order, with the same value in every column.
 * Which way a fabric goes is its own affair. */
#include "fabric_scene.h"

#include <string.h>

enum { ROUNDS = 400 };

/* Each switch has a port to a device; others lead anywhere. */
static void make_ports(struct scene *scene, bool loses)
{
    const struct weft_fabric_params *params = &scene->params;
    for (uint32_t i = 0; i < params->ports; i++) {
        uint32_t from = i < params->switches ? i : (uint32_t)scene_draw(params->switches),
                 to = WEFT_TO_DEVICE;
        if (i >= params->switches && params->switches > 1 && scene_draw(3))
            to = (from + 1 + (uint32_t)scene_draw(params->switches - 1)) % params->switches;
        bool off = to == WEFT_TO_DEVICE && loses && scene_draw(6) == 0;
        scene->port[i] = (struct weft_fabric_port){.switch_index = from,
                                                   .to_switch = to,
                                                   .rate_bps = scene_draw_rate(),
                                                   .delay_ps = scene_draw(5) * 1000003,
                                                   .off_ps = off ? 1 + scene_draw(5000000000) : 0};
    }
}

/* A way at random from a switch on that meets none twice, as one more route. That of a source may end behind a trunk. */
static void make_route(struct scene *scene, uint32_t flow, uint32_t at_switch)
{
    bool met[SCENE_MOST_SWITCHES] = {false};
    uint32_t end = scene->route_first[flow];
    for (bool done = false; !done;) {
        uint32_t index = (uint32_t)scene_draw(scene->params.ports), to = scene->port[index].to_switch;
        if (scene->port[index].switch_index != at_switch || (to != WEFT_TO_DEVICE && met[to]))
            continue;
        met[at_switch] = true;
        scene->route[end++] = index;
        at_switch = to;
        done = to == WEFT_TO_DEVICE || (flow >= scene->params.streams && scene_draw(4) == 0);
    }
    scene->route_first[flow + 1] = end;
}

static void make_source(struct scene *scene, uint32_t index)
{
    static const uint32_t frames[] = {64, 576, 1362, 1518};
    const uint64_t rate_bps = 1000000 + scene_draw(400000000);
    const uint32_t frame_bytes = frames[scene_draw(G_N_ELEMENTS(frames))];
    const weft_ps start_ps =
        scene_draw(3) ? scene_draw(2000000000) : scene_draw(20) * WEFT_PS_PER_S * 86400 / 4;
    struct weft_background_params background = {.pattern = weft_backgrounds[scene_draw(3)],
                                                .seed = scene_draw(1 << 20),
                                                .source = index,
                                                .packet_bytes = frame_bytes - 18,
                                                .rate_bps = rate_bps,
                                                .start_ps = start_ps,
                                                .peak_bps = 2 * rate_bps,
                                                .on_ps = 100000000000,
                                                .shape_milli = 1500};
    g_assert_cmpint(weft_background_check(&background, NULL), ==, WEFT_OK);
    scene->source[index] = (struct weft_fabric_source){.background = background,
                                                       .link_bps = scene_draw(2) ? 10000000000 : 1000000000,
                                                       .until_ps = start_ps + scene_draw(5000000000),
                                                       .frame_bytes = frame_bytes,
                                                       .payload_bytes = frame_bytes - 46};
}

static void make_network(struct scene *scene)
{
    const struct weft_fabric_params *params = &scene->params;
    const bool loses = scene_draw(3) != 0, cuts = scene_draw(3) == 0, alike = scene_draw(2);
    for (uint32_t i = 0; i < params->switches; i++)
        scene_make_rules(&scene->rules[i], loses && scene_draw(4), cuts);
    scene_make_ingresses(scene, loses, alike);
    make_ports(scene, loses);
    for (uint32_t s = 0; s < params->streams; s++) {
        scene->server_of[s] = (uint32_t)scene_draw(params->ingresses);
        make_route(scene, s, scene->ingress[scene->server_of[s]].switch_index);
    }
    for (uint32_t i = 0; i < params->sources; i++) {
        make_source(scene, i);
        make_route(scene, params->streams + i, (uint32_t)scene_draw(params->switches));
    }
}

static struct scene *new_scene(void)
{
    struct scene *scene = g_new0(struct scene, 1);
    uint32_t switches = 1 + (uint32_t)scene_draw(SCENE_MOST_SWITCHES);
    scene->params = (struct weft_fabric_params){
        .network = &weft_network_ethernet,
        .ingresses =
            scene_draw(8) ? 1 + (uint32_t)scene_draw(9) : 10 + (uint32_t)scene_draw(SCENE_MOST_SERVERS - 10),
        .switches = switches,
        .ports = switches + (uint32_t)scene_draw(SCENE_MOST_PORTS - SCENE_MOST_SWITCHES),
        .streams = 1 + (uint32_t)scene_draw(SCENE_MOST_STREAMS),
        .sources = scene_draw(2) ? (uint32_t)scene_draw(SCENE_MOST_SOURCES) : 0,
        .ingress = scene->ingress,
        .rules = scene->rules,
        .port = scene->port,
        .source = scene->source,
        .route_first = scene->route_first,
        .route = scene->route};
    make_network(scene);
    scene_make_arrivals(scene);
    return scene;
}

/* What happened in the scenes; they are no test of what did not. */
struct seen {
    uint64_t outcomes[WEFT_OUTCOMES], ties, turns, later_hops, sources, sources_later, days;
};

/* Whether a row is of its packet's first switch. */
static bool is_first(const struct scene *scene, const struct row *row)
{
    return scene->route[scene->route_first[row->stream]] == row->port;
}

static void look(const struct scene *scene, const GArray *rows, struct seen *seen)
{
    const struct row *row = (const struct row *)(void *)rows->data;
    for (guint i = 0; i < rows->len; i++) {
        bool source = row[i].stream >= scene->params.streams, later = !is_first(scene, &row[i]);
        seen->outcomes[row[i].outcome]++;
        seen->later_hops += later;
        seen->sources += source;
        seen->sources_later += source && later;
        if (i == 0)
            continue;
        seen->ties += row[i].enter_ps == row[i - 1].enter_ps;
        seen->turns += row[i].port != row[i - 1].port;
        seen->days += row[i].enter_ps - row[i - 1].enter_ps > 86400 * WEFT_PS_PER_S;
    }
}

static void test_random(void)
{
    struct seen seen = {0};
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct scene *scene = new_scene();
        struct told plain = scene_run(scene, true), fast = scene_run(scene, false);
        scene_assert_equal(&plain, &fast);
        look(scene, plain.rows[0], &seen);
        scene_free_told(&plain);
        scene_free_told(&fast);
        scene_free(scene);
    }
    for (uint32_t i = 0; i < WEFT_OUTCOMES; i++)
        g_assert_cmpuint(seen.outcomes[i], >, 1000);
    g_assert_cmpuint(seen.ties, >, 1000);
    g_assert_cmpuint(seen.turns, >, 10000);
    g_assert_cmpuint(seen.later_hops, >, 10000);
    g_assert_cmpuint(seen.sources, >, 10000);
    g_assert_cmpuint(seen.sources_later, >, 1000);
    g_assert_cmpuint(seen.days, >, 20);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/network/multi-hop/random", test_random);
    return g_test_run();
}
