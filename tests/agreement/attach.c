/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft/simgrid.h as the author of a SimGrid program uses it: engine, platform, models and other actors are
 * the program's. Each case is a program of its own, in a forked child. */

#include "weft/simgrid.h"

#include "child.h"
#include "journal.h"
#include "scene.h"
#include "weft/reference.h"

#include <glib/gstdio.h>
#include <math.h>
#include <simgrid/actor.h>
#include <simgrid/engine.h>
#include <simgrid/host.h>
#include <simgrid/link.h>
#include <simgrid/plugins/load.h>
#include <string.h>
#include <xbt/dynar.h>

#define OTHER_FLOPS 1e6

/* SimGrid's own defaults: model LV08, precision 1e-9 s. Its log, of a deadlock for one, goes nowhere. No
 * guard pages: the leak checker would read those of actors that a case leaves alive. */
static void load_text(const char *text)
{
    char *argv[] = {(char[]){"program"}, (char[]){"--log=root.app:file:/dev/null"},
                    (char[]){"--cfg=contexts/guard-size:0"}, NULL};
    int argc = 3;
    simgrid_init(&argc, argv);
    sg_host_load_plugin_init();
    char *path = NULL;
    g_assert_nonnull(strstr(text, "<platform"));
    int file = g_file_open_tmp("weft-XXXXXX.xml", &path, NULL);
    g_assert_cmpint(file, >=, 0);
    g_close(file, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    simgrid_load_platform(path);
    g_unlink(path);
    g_free(path);
}

static void load(const struct weft_setup *setup)
{
    char *text = weft_simgrid_platform(setup);
    load_text(text);
    free(text);
}

/* An actor of the program's own, on a server that is busy. */
static void compute(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    for (int i = 0; i < 1000; i++) {
        sg_actor_sleep_for(1e-5);
        sg_actor_execute(OTHER_FLOPS / 1000);
    }
}

static void check_flops(const struct weft_setup *setup, GBytes *journal)
{
    const struct weft_host_counters *counters = journal_counters(journal, setup->servers);
    for (uint32_t i = 0; i < setup->servers; i++) {
        char *name = g_strdup_printf("server.%s", setup->server[i].name);
        double flops = sg_host_get_computed_flops(sg_host_by_name(name)) - (i == 0 ? OTHER_FLOPS : 0);
        uint64_t mcycles = weft_ledger_mcycles(&counters[i].ledger, setup->server[i].profile, WEFT_TYPICAL);
        g_assert_cmpuint(mcycles, >, 10000000);
        g_assert_cmpfloat(fabs(flops - (double)mcycles / 1000), <, 1e-6 * (double)mcycles / 1000);
        g_free(name);
    }
}

static GBytes *run_attached(const void *data)
{
    const struct weft_setup *setup = data;
    struct weft_error error = {""};
    struct weft_simgrid *attached = NULL;
    struct journal *journal = journal_new(setup, false);
    const struct weft_watch watch = journal_watch(journal);
    load(setup);
    if (weft_simgrid_attach(setup, &watch, 1, &attached, &error) != WEFT_OK)
        g_error("%s", error.text);
    char *other = g_strdup_printf("server.%s", setup->server[0].name);
    sg_actor_create_("other", sg_host_by_name(other), compute, 0, NULL);
    g_free(other);
    simgrid_run();
    if (weft_simgrid_finish(attached, &error) != WEFT_OK)
        g_error("%s", error.text);
    weft_simgrid_free(attached);
    GBytes *all = journal_bytes(journal);
    journal_free(journal);
    check_flops(setup, all);
    return all;
}

/* The same journal as reference's, and SimGrid's host has computed one flop for every cycle in the ledger. */
static void test_attach(void)
{
    for (int i = 0; weft_methods[i]; i++) {
        struct lab *lab = scene_new(3, 3);
        lab_use(lab, weft_methods[i]);
        for (uint32_t s = 0; s < 3; s++) {
            lab_server(lab, s)->profile = &weft_profile_modern_x86;
            lab_server(lab, s)->cores = s + 1;
            lab_server(lab, s)->cpu_hz = UINT64_C(12345678) << 2 * s;
        }
        lab_server(lab, 0)->name = "<a & 'b' \"c\">";
        GBytes *got = child_run(run_attached, lab_setup(lab));
        GBytes *expected = journal_run(&weft_backend_reference, lab_setup(lab), false);
        journal_assert_equal(expected, got, weft_methods[i]->name);
        g_bytes_unref(expected);
        g_bytes_unref(got);
        lab_free(lab);
    }
}

static void expect_failure(struct lab *lab, const char *what)
{
    struct weft_error error = {""};
    struct weft_simgrid *attached = NULL;
    g_assert_cmpint(weft_simgrid_attach(lab_setup(lab), NULL, 0, &attached, &error), ==, WEFT_FAILED);
    g_assert_null(attached);
    if (!strstr(error.text, what))
        g_error("'%s' says nothing of %s", error.text, what);
}

static GBytes *run_other_platform(const void *data)
{
    (void)data;
    struct lab *lab = scene_new(2, 1);
    lab_join(lab, 0, lab_add_switch(lab), 1000000000, 0);
    load(lab_setup(lab));
    struct weft_trunk *trunk = &g_array_index(lab->trunk, struct weft_trunk, 1), trunk_was = *trunk;
    struct weft_server *server = lab_server(lab, 1), server_was = *server;
    struct weft_device *device = lab_device(lab, 5), device_was = *device;
    server->cores++;
    expect_failure(lab, "host 'server.n1' has 1 cores");
    *server = server_was;
    server->cpu_hz++;
    expect_failure(lab, "3000000001 Hz");
    *server = server_was;
    server->link_bps++;
    expect_failure(lab, "link 'server.n1' has 1000000000 bit/s");
    *server = server_was;
    server->delay_ps++;
    expect_failure(lab, "and 2 ps");
    *server = server_was;
    server->name = "other";
    expect_failure(lab, "no host 'server.other'");
    *server = server_was;
    device->rate_bps--;
    expect_failure(lab, "99999999 bit/s");
    *device = device_was;
    device->delay_ps = 7;
    expect_failure(lab, "7 ps");
    *device = device_was;
    device->name = "other";
    expect_failure(lab, "no link 'device.other'");
    *device = device_was;
    trunk->rate_bps++;
    expect_failure(lab, "link 'trunk.n1' has 1000000000 bit/s");
    *trunk = trunk_was;
    trunk->delay_ps = 9;
    expect_failure(lab, "9 ps");
    *trunk = trunk_was;
    trunk->name = "other";
    expect_failure(lab, "no link 'trunk.other'");
    lab_free(lab);
    return g_bytes_new(NULL, 0);
}

static void test_other_platform(void)
{
    g_bytes_unref(child_run(run_other_platform, NULL));
}

/* KIND.NAME, for as long as the program runs. */
static const char *host_name(const char *kind, const char *name)
{
    g_autofree char *id = g_strdup_printf("%s.%s", kind, name);
    return g_intern_string(id);
}

/* A platform of the user's: the hosts have the names of the nodes. */
static void name_as_hosts(struct lab *lab)
{
    for (guint i = 0; i < lab->server->len; i++)
        lab_server(lab, i)->name = host_name("server", lab_server(lab, i)->name);
    for (guint i = 0; i < lab->device->len; i++)
        lab_device(lab, i)->name = host_name("device", lab_device(lab, i)->name);
    for (guint i = 0; i < lab->switch_->len; i++) {
        struct weft_switch *sw = &g_array_index(lab->switch_, struct weft_switch, i);
        sw->name = host_name("switch", sw->name);
    }
}

/* What the author changes in a setup after its platform was read, and what is then said. */
struct users {
    struct lab *lab;
    char *text;
    size_t offset; /* of a uint64_t in server 1, which is one more; 0: nothing is changed */
    const char *says;
};

static GBytes *run_users(const void *data)
{
    const struct users *users = data;
    struct weft_setup setup = *lab_setup(users->lab);
    struct weft_error error = {""};
    struct weft_simgrid *attached = NULL;
    struct journal *journal = journal_new(&setup, false);
    const struct weft_watch watch = journal_watch(journal);
    setup.platform = users->text;
    load_text(users->text);
    if (users->offset > 0)
        ++*(uint64_t *)(void *)((char *)lab_server(users->lab, 1) + users->offset);
    int status = weft_simgrid_attach(&setup, &watch, 1, &attached, &error);
    if (status == WEFT_OK) {
        simgrid_run();
        status = weft_simgrid_finish(attached, &error);
    }
    g_assert_cmpint(status, ==, users->says ? WEFT_FAILED : WEFT_OK);
    if (users->says && !strstr(error.text, users->says))
        g_error("'%s' says nothing of %s", error.text, users->says);
    weft_simgrid_free(attached);
    GBytes *all = users->says ? g_bytes_new(NULL, 0) : journal_bytes(journal);
    journal_free(journal);
    return all;
}

/* The same journal as reference's, on routes instead of links; a setup that says else is found out. */
static void test_users_platform(void)
{
    struct lab *lab = scene_new(2, 2);
    lab_join(lab, 0, lab_add_switch(lab), 1000000000, 0);
    struct users users = {.lab = lab, .text = weft_simgrid_platform(lab_setup(lab))};
    name_as_hosts(lab);
    GBytes *got = child_run(run_users, &users),
           *expected = journal_run(&weft_backend_reference, lab_setup(lab), false);
    journal_assert_equal(expected, got, "users");
    g_bytes_unref(expected);
    g_bytes_unref(got);
    static const struct {
        size_t offset;
        const char *says;
    } changes[] = {
        {offsetof(struct weft_server, cpu_hz), "host 'server.n1' has 1 cores"},
        {offsetof(struct weft_server, link_bps), "route from 'server.n1' to 'switch."},
        {offsetof(struct weft_server, delay_ps), "and 2 ps"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
        users.offset = changes[i].offset;
        users.says = changes[i].says;
        g_bytes_unref(child_run(run_users, &users));
    }
    free(users.text);
    lab_free(lab);
}

/* "server.n0 trunk.t1 device.n0": what SimGrid has between two hosts. */
static char *route_text(const char *from, const char *to)
{
    GString *text = g_string_new(NULL);
    xbt_dynar_t links = xbt_dynar_new(sizeof(sg_link_t), NULL);
    sg_host_get_route(sg_host_by_name(from), sg_host_by_name(to), links);
    for (unsigned i = 0; i < xbt_dynar_length(links); i++)
        g_string_append_printf(text, "%s%s", i > 0 ? " " : "",
                               sg_link_get_name(xbt_dynar_get_as(links, i, sg_link_t)));
    xbt_dynar_free(&links);
    return g_string_free(text, FALSE);
}

static const char *trunk_name(const struct weft_setup *setup, uint32_t from, uint32_t to)
{
    for (uint32_t i = 0; i < setup->trunks; i++)
        if (setup->trunk[i].from == from && setup->trunk[i].to == to)
            return setup->trunk[i].name;
    g_error("no trunk from %u to %u", from, to);
}

/* Between server 0 and device 0, and to and from the switches of both, over the trunks of a line of three switches. */
static void compare_routes(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    const struct weft_setup *setup = sg_actor_self_get_data();
    const char *ends[2] = {setup->server[0].name, setup->device[0].name};
    g_autofree char *server = g_strdup_printf("server.%s", ends[0]),
                    *device = g_strdup_printf("device.%s", ends[1]),
                    *near = g_strdup_printf("switch.%s", setup->switch_[0].name),
                    *far = g_strdup_printf("switch.%s", setup->switch_[2].name);
    g_autofree char *there = g_strdup_printf("trunk.%s trunk.%s", trunk_name(setup, 0, 1),
                                             trunk_name(setup, 1, 2)),
                    *back = g_strdup_printf("trunk.%s trunk.%s", trunk_name(setup, 2, 1),
                                            trunk_name(setup, 1, 0));
    g_autofree char *whole = g_strdup_printf("%s %s %s", server, there, device),
                    *reply = g_strdup_printf("%s %s %s", device, back, server);
    const char *const routes[][3] = {{server, near, server},  {near, server, server}, {far, device, device},
                                     {device, far, device},   {near, far, there},     {far, near, back},
                                     {server, device, whole}, {device, server, reply}};
    for (size_t i = 0; i < G_N_ELEMENTS(routes); i++) {
        g_autofree char *route = route_text(routes[i][0], routes[i][1]);
        g_assert_cmpstr(route, ==, routes[i][2]);
    }
}

static GBytes *run_routes(const void *data)
{
    (void)data;
    struct lab *lab = scene_new(2, 1);
    uint32_t middle = lab_add_switch(lab), far = lab_add_switch(lab);
    lab_join(lab, 0, middle, 1000000000, 5);
    lab_join(lab, middle, far, 1000000000, 7);
    lab_device(lab, 0)->switch_index = far;
    const struct weft_setup *setup = lab_setup(lab);
    load(setup);
    sg_actor_t actor = sg_actor_init("compares", sg_host_by_name("device.n0"));
    sg_actor_set_data(actor, (void *)setup);
    sg_actor_start_(actor, compare_routes, 0, NULL);
    simgrid_run();
    g_assert_cmpuint(sg_actor_count(), ==, 0);
    lab_free(lab);
    return g_bytes_new(NULL, 0);
}

/* The platform that is made of a setup has its links as routes. */
static void test_routes(void)
{
    g_bytes_unref(child_run(run_routes, NULL));
}

static void kill_all(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    sg_actor_sleep_for(0.05);
    sg_actor_kill_all();
}

/* Its driver then waits for a write that never comes. */
static void kill_application(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    sg_actor_sleep_for(0.05);
    sg_actor_t *actor = sg_actor_list();
    size_t i = 0;
    while (!g_str_equal(sg_actor_get_name(actor[i]), "application-1"))
        i++;
    sg_actor_kill(actor[i]);
    free(actor);
}

/* `data` points to what ends the servers before their time; NULL: the program stops at a date. */
static GBytes *run_to_middle(const void *data)
{
    const xbt_main_func_t *killer = data;
    struct weft_error error = {""};
    struct weft_simgrid *attached = NULL;
    struct lab *lab = scene_new(1, 2);
    load(lab_setup(lab));
    g_assert_cmpint(weft_simgrid_attach(lab_setup(lab), NULL, 0, &attached, &error), ==, WEFT_OK);
    if (killer) {
        sg_actor_create_("killer", sg_host_by_name("device.n0"), *killer, 0, NULL);
        simgrid_run();
    } else {
        simgrid_run_until(0.05);
    }
    g_assert_cmpint(weft_simgrid_finish(attached, &error), ==, WEFT_FAILED);
    g_assert_nonnull(strstr(error.text, "'n0' has not come to its end"));
    if (killer)
        weft_simgrid_free(attached);
    lab_free(lab);
    return g_bytes_new(NULL, 0);
}

static void test_not_at_end(void)
{
    const xbt_main_func_t all = kill_all, one = kill_application;
    g_bytes_unref(child_run(run_to_middle, NULL));
    g_bytes_unref(child_run(run_to_middle, &all));
    g_bytes_unref(child_run(run_to_middle, &one));
}

/* The program holds a driver up beyond its host's next instant. */
static void suspend_driver(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    sg_actor_sleep_for(0.0405);
    sg_actor_t *actor = sg_actor_list();
    size_t i = 0;
    while (!g_str_equal(sg_actor_get_name(actor[i]), "driver-0"))
        i++;
    sg_actor_suspend(actor[i]);
    sg_actor_sleep_for(1);
    sg_actor_resume(actor[i]);
    free(actor);
}

static GBytes *run_late(const void *data)
{
    (void)data;
    struct weft_error error = {""};
    struct weft_simgrid *attached = NULL;
    struct lab *lab = scene_new(1, 2);
    load(lab_setup(lab));
    g_assert_cmpint(weft_simgrid_attach(lab_setup(lab), NULL, 0, &attached, &error), ==, WEFT_OK);
    sg_actor_create_("program", sg_host_by_name("device.n0"), suspend_driver, 0, NULL);
    simgrid_run();
    g_assert_cmpint(weft_simgrid_finish(attached, &error), ==, WEFT_FAILED);
    if (!g_regex_match_simple(
            "server 'n0': its driver's step at \\d+ ps is at 1\\d{12} ps of SimGrid's clock", error.text, 0,
            0))
        g_error("'%s' says nothing of the clock", error.text);
    weft_simgrid_free(attached);
    lab_free(lab);
    return g_bytes_new(NULL, 0);
}

static void test_late(void)
{
    g_bytes_unref(child_run(run_late, NULL));
}

static void test_names(void)
{
    struct weft_error error;
    struct lab *lab = scene_new(2, 1);
    const struct weft_setup *setup = lab_setup(lab);
    g_assert_cmpint(weft_simgrid_names_check(setup, NULL), ==, WEFT_OK);
    lab_server(lab, 1)->name = lab_server(lab, 0)->name;
    g_assert_cmpint(weft_simgrid_names_check(setup, &error), ==, WEFT_INVALID);
    g_assert_nonnull(strstr(error.text, "server"));
    lab_server(lab, 1)->name = "b";
    const char *kept = lab_device(lab, 3)->name;
    lab_device(lab, 3)->name = NULL;
    g_assert_cmpint(weft_simgrid_names_check(setup, &error), ==, WEFT_INVALID);
    g_assert_nonnull(strstr(error.text, "device"));
    lab_device(lab, 3)->name = kept;
    lab_join(lab, 0, lab_add_switch(lab), 1000000000, 0);
    lab_setup(lab);
    g_assert_cmpint(weft_simgrid_names_check(setup, NULL), ==, WEFT_OK);
    g_array_index(lab->trunk, struct weft_trunk, 1).name =
        g_array_index(lab->trunk, struct weft_trunk, 0).name;
    g_assert_cmpint(weft_simgrid_names_check(setup, &error), ==, WEFT_INVALID);
    g_assert_nonnull(strstr(error.text, "trunk"));
    lab_free(lab);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/simgrid/attach", test_attach);
    g_test_add_func("/simgrid/attach-other-platform", test_other_platform);
    g_test_add_func("/simgrid/attach-users-platform", test_users_platform);
    g_test_add_func("/simgrid/platform-routes", test_routes);
    g_test_add_func("/simgrid/attach-not-at-end", test_not_at_end);
    g_test_add_func("/simgrid/attach-late", test_late);
    g_test_add_func("/simgrid/names", test_names);
    return g_test_run();
}
