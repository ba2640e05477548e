/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What becomes of groups: names, streams dealt to servers, applications and devices, values that follow
 * others. */

#include "plan.h"

#include "weft.h"

#include <string.h>

static struct plan *plan_of(const char *text, struct scenario **scenario, struct media_library **media)
{
    g_autoptr(GError) error = NULL;
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "case.ini", text);
    *scenario = scenario_load(path, &error);
    g_assert_no_error(error);
    *media = media_library_new();
    struct plan *plan = plan_new(*scenario, *media, &error);
    g_assert_no_error(error);
    scratch_free(directory);
    return plan;
}

static void drop(struct plan *plan, struct scenario *scenario, struct media_library *media)
{
    plan_free(plan);
    scenario_free(scenario);
    media_library_free(media);
}

static void test_dealing(void)
{
    static const char text[] =
        "[server a]\ncount = 2\napplications = 2\n[server b]\nmtu = 9000 B\n"
        "[switch s]\nport = 50 Mbit/s\n"
        "[device d]\ncount = 3\n[device e]\nrate = 10 Mbit/s\n"
        "[stream x]\ncount = 7\nrate = 1 Mbit/s\n"
        "[stream y]\ncount = 3\nrate = 2 Mbit/s\nserver = a\ndevice = e\nstart = 5 ms\n"
        "[stream z]\nrate = 3 Mbit/s\nserver = a-1\ndevice = d-2\n"
        "[stream w]\nrate = 3 Mbit/s\nserver = b\n";
    static const struct {
        const char *name;
        uint32_t server, application, device, payload_bytes;
    } expected[] = {
        {"x-0", 0, 0, 0, 1472}, {"x-1", 1, 0, 1, 1472}, {"x-2", 2, 0, 2, 1472}, {"x-3", 0, 1, 3, 1472},
        {"x-4", 1, 1, 0, 1472}, {"x-5", 2, 0, 1, 1472}, {"x-6", 0, 0, 2, 1472}, {"y-0", 0, 1, 3, 1472},
        {"y-1", 1, 0, 3, 1472}, {"y-2", 0, 0, 3, 1472}, {"z", 1, 1, 2, 1472},   {"w", 2, 0, 3, 8972},
    };
    struct scenario *scenario;
    struct media_library *media;
    struct plan *plan = plan_of(text, &scenario, &media);
    const struct weft_setup *setup = &plan->setup;
    g_assert_cmpuint(setup->servers, ==, 3);
    g_assert_cmpstr(setup->server[0].name, ==, "a-0");
    g_assert_cmpstr(setup->server[2].name, ==, "b");
    g_assert_cmpuint(setup->devices, ==, 4);
    g_assert_cmpuint(setup->device[0].rate_bps, ==, 50000000);
    g_assert_cmpuint(setup->device[3].rate_bps, ==, 10000000);
    g_assert_cmpuint(setup->streams, ==, G_N_ELEMENTS(expected));
    for (uint32_t i = 0; i < setup->streams; i++) {
        const struct weft_stream *stream = &setup->stream[i];
        g_assert_cmpstr(stream->name, ==, expected[i].name);
        g_assert_cmpuint(stream->server, ==, expected[i].server);
        g_assert_cmpuint(stream->application, ==, expected[i].application);
        g_assert_cmpuint(stream->device, ==, expected[i].device);
        g_assert_cmpuint(stream->clock.payload_bytes, ==, expected[i].payload_bytes);
    }
    g_assert_cmpuint(setup->stream[8].clock.start_ps, ==, UINT64_C(5000000000));
    g_assert_cmpstr(setup->name, ==, "case");
    drop(plan, scenario, media);
}

static void assert_trunks(const struct weft_setup *setup)
{
    static const struct {
        const char *name;
        uint32_t from, to;
    } trunks[] = {{"core.leaf-0.spine-0", 0, 2},  {"core.spine-0.leaf-0", 2, 0},
                  {"core.leaf-0.spine-1", 0, 3},  {"core.spine-1.leaf-0", 3, 0},
                  {"core.leaf-1.spine-0", 1, 2},  {"core.spine-0.leaf-1", 2, 1},
                  {"core.leaf-1.spine-1", 1, 3},  {"core.spine-1.leaf-1", 3, 1},
                  {"ring.spine-0.spine-1", 2, 3}, {"ring.spine-1.spine-0", 3, 2}};
    g_assert_cmpuint(setup->trunks, ==, G_N_ELEMENTS(trunks));
    for (uint32_t i = 0; i < setup->trunks; i++) {
        const struct weft_trunk *trunk = &setup->trunk[i];
        g_assert_cmpstr(trunk->name, ==, trunks[i].name);
        g_assert_true(trunk->from == trunks[i].from && trunk->to == trunks[i].to);
        g_assert_cmpuint(trunk->rate_bps, ==, i < 8 ? 2000000000 : 1000000000);
        g_assert_cmpuint(trunk->delay_ps, ==, i < 8 ? 3000000 : 0);
    }
}

static void assert_background(const struct weft_setup *setup)
{
    static const struct {
        const char *name;
        uint32_t switch_index, port;
        uint64_t link_bps;
    } flows[] = {{"p-0", 2, 0, 50000000},
                 {"p-1", 3, 1, 50000000},
                 {"p-2", 2, 2, 50000000},
                 {"q-0", 2, 4 + 8, 4000000},
                 {"q-1", 3, 4 + 9, 4000000}};
    g_assert_cmpuint(setup->sources, ==, G_N_ELEMENTS(flows));
    for (uint32_t i = 0; i < setup->sources; i++) {
        const struct weft_background_source *source = &setup->source[i];
        g_assert_cmpstr(source->name, ==, flows[i].name);
        g_assert_true(source->switch_index == flows[i].switch_index && source->port == flows[i].port);
        g_assert_cmpuint(source->link_bps, ==, flows[i].link_bps);
    }
    const struct weft_background_params *p = &setup->source[0].background, *q = &setup->source[4].background;
    g_assert_cmpstr(p->pattern->name, ==, "poisson");
    g_assert_cmpuint(p->packet_bytes, ==, 1500);
    g_assert_cmpuint(q->shape_milli, ==, 1250);
    g_assert_cmpuint(q->on_ps, ==, UINT64_C(1000000000));
    g_assert_cmpuint(q->start_ps, ==, UINT64_C(5000000000));
}

/* Groups of switches: members go round, pairs of a trunk's ends are joined both ways, sources go round where they enter and
 * where they end. */
static void test_networks(void)
{
    static const char text[] =
        "[server a]\ncount = 3\nswitch = leaf\n[server b]\nswitch = leaf-1\n"
        "[switch leaf]\ncount = 2\nport = 50 Mbit/s\n[switch spine]\ncount = 2\nport = 20 Mbit/s\n"
        "[trunk core]\nfrom = leaf\nto = spine\nrate = 2 Gbit/s\ndelay = 3 us\n[trunk ring]\nfrom = "
        "spine\nto = spine\n"
        "[device d]\ncount = 3\nswitch = leaf\n[device e]\nswitch = spine-1\n[stream x]\nrate = 1 Mbit/s\n"
        "[background p]\ncount = 3\nrate = 1 Mbit/s\ndevice = d\nswitch = spine\n"
        "[background q]\ncount = 2\npattern = pareto\nrate = 1 Mbit/s\npeak = 3 Mbit/s\non = 1 ms\nshape = "
        "1.25\n"
        "trunk = ring\nlink = 4 Mbit/s\npacket = 100 B\nstart = 5 ms\n";
    static const uint32_t servers[] = {0, 1, 0, 1}, devices[] = {0, 1, 0, 3};
    struct scenario *scenario;
    struct media_library *media;
    struct plan *plan = plan_of(text, &scenario, &media);
    const struct weft_setup *setup = &plan->setup;
    g_assert_cmpuint(setup->switches, ==, 4);
    g_assert_cmpstr(setup->switch_[1].name, ==, "leaf-1");
    for (uint32_t i = 0; i < G_N_ELEMENTS(servers); i++)
        g_assert_cmpuint(setup->server[i].switch_index, ==, servers[i]);
    for (uint32_t i = 0; i < G_N_ELEMENTS(devices); i++)
        g_assert_cmpuint(setup->device[i].switch_index, ==, devices[i]);
    g_assert_cmpuint(setup->device[0].rate_bps, ==, 50000000);
    g_assert_cmpuint(setup->device[3].rate_bps, ==, 20000000);
    assert_trunks(setup);
    assert_background(setup);
    drop(plan, scenario, media);
}

/* An axis that is given holds; the others are the method's. */
static void test_axes(void)
{
    static const char text[] = "[server a]\n[switch s]\n[device d]\n[stream x]\nrate = 1 Mbit/s\n"
                               "[write]\nmethod = per-packet\norder = round-robin\nheader = single\n";
    struct scenario *scenario;
    struct media_library *media;
    struct plan *plan = plan_of(text, &scenario, &media);
    const struct weft_write *write = &plan->setup.write;
    g_assert_cmpstr(write->method->name, ==, "per-packet");
    g_assert_cmpstr(write->axes.order->name, ==, "round-robin");
    g_assert_cmpstr(write->axes.header->name, ==, "single");
    g_assert_cmpstr(write->axes.unit->name, ==, "packet");
    g_assert_cmpstr(write->axes.pacing->name, ==, "packet");
    g_assert_true(write->axes.copy->copies);
    g_assert_true(write->axes.queues && write->axes.translation && write->axes.interrupt &&
                  write->axes.segmentation);
    drop(plan, scenario, media);
}

/* Later values win, whoever gives them; each kind or one group of it can be meant. */
static void test_assignments(void)
{
    static const char text[] =
        "[server a]\ncores = 2\n[server b]\n[switch s]\n[device d]\n[stream x]\nrate = 1 Mbit/s\n";
    static const char *const assignments[] = {"server.cores=3", "server b.cores = 4", "server.b.ring=64",
                                              "scenario.seed=9", "write.interval=40 ms"};
    g_autoptr(GError) error = NULL;
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "case.ini", text);
    struct scenario *scenario = scenario_load(path, &error);
    g_assert_no_error(error);
    for (size_t i = 0; i < G_N_ELEMENTS(assignments); i++)
        g_assert_true(scenario_assign(scenario, "--set", assignments[i], &error));
    struct media_library *media = media_library_new();
    struct plan *plan = plan_new(scenario, media, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(plan->setup.server[0].cores, ==, 3);
    g_assert_cmpuint(plan->setup.server[1].cores, ==, 4);
    g_assert_cmpuint(plan->setup.server[0].ring_slots, ==, 512);
    g_assert_cmpuint(plan->setup.server[1].ring_slots, ==, 64);
    g_assert_cmpuint(plan->setup.seed, ==, 9);
    g_assert_cmpuint(plan->setup.write.interval_ps, ==, UINT64_C(40000000000));
    drop(plan, scenario, media);
    scratch_free(directory);
}

enum { STARTS = 16000, PARTS = 16 };

/* The starts of the streams of a group; free with g_free. */
static weft_ps *starts_of(const char *start, const char *seed, const char *last_group)
{
    g_autofree char *text = g_strdup_printf("[scenario]\nseed = %s\n[server a]\n[switch s]\n[device d]\n"
                                            "[stream x]\ncount = %d\nrate = 1 Mbit/s\npayload = 1250 B\n"
                                            "start = %s\n%s",
                                            seed, STARTS, start, last_group);
    struct scenario *scenario;
    struct media_library *media;
    struct plan *plan = plan_of(text, &scenario, &media);
    weft_ps *starts = g_new(weft_ps, STARTS);
    for (uint32_t i = 0; i < STARTS; i++)
        starts[i] = plan->setup.stream[i].clock.start_ps;
    drop(plan, scenario, media);
    return starts;
}

/* In [0, TIME), in 16 equal parts: chi-square over 15 degrees of freedom is above 37.7 in 1 of 1,000 samples. */
static void assert_uniform(const weft_ps *starts, weft_ps below_ps)
{
    const double each = (double)STARTS / PARTS;
    double in_part[PARTS] = {0}, chi = 0;
    for (uint32_t i = 0; i < STARTS; i++) {
        g_assert_cmpuint(starts[i], <, below_ps);
        in_part[(guint64)((double)starts[i] / (double)below_ps * PARTS)]++;
    }
    for (int part = 0; part < PARTS; part++)
        chi += (in_part[part] - each) * (in_part[part] - each) / each;
    g_assert_cmpfloat(chi, <, 37.7);
}

/* 1250 B at 1 Mbit/s: a packet in 10 ms. A start is that of its stream and seed, whatever else there is. */
static void test_random_starts(void)
{
    const weft_ps packet_ps = UINT64_C(10000000000);
    g_autofree weft_ps *packet = starts_of("random", "1", ""), *second = starts_of("random:1 s", "1", ""),
                       *more = starts_of("random", "1", "[stream y]\nrate = 2 Mbit/s\nstart = random\n"),
                       *seed = starts_of("random", "2", "");
    assert_uniform(packet, packet_ps);
    assert_uniform(second, WEFT_PS_PER_S);
    assert_uniform(seed, packet_ps);
    g_assert_true(memcmp(packet, more, STARTS * sizeof *packet) == 0);
    guint same = 0;
    for (int i = 0; i < STARTS; i++)
        same += packet[i] == seed[i];
    g_assert_cmpuint(same, <, 3);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/plan/dealing", test_dealing);
    g_test_add_func("/plan/networks", test_networks);
    g_test_add_func("/plan/axes", test_axes);
    g_test_add_func("/plan/assignments", test_assignments);
    g_test_add_func("/plan/random-starts", test_random_starts);
    return g_test_run();
}
