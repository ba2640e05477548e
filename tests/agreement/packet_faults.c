/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What must end a run of back end simgrid-packet as failed, with a line that says why: actors that are killed, work of
 * others on a server's host, an engine that cannot tell instants apart, a simulation that is stopped. Each case has an
 * engine of its own, in a forked child. */

#include "simgrid-packet/attach.h"

#include "child.h"
#include "journal.h"
#include "scene.h"
#include "simgrid/loader.h"
#include "weft/reference.h"

#include <simgrid/actor.h>
#include <simgrid/engine.h>
#include <simgrid/host.h>
#include <string.h>
#include <xbt/log.h>

struct fault {
    const char *name;
    const char *precision_s;
    xbt_main_func_t spoil; /* an actor of the program's own; NULL: none */
    double until_s;        /* the program stops then; 0: at the end */
    const char *says;      /* NULL: nothing is wrong, and packets are `reference`'s */
};

/* Actors of that name on that host, or anywhere (NULL). */
static void kill_named(const char *name, const char *host)
{
    guint killed = 0;
    sg_actor_t *actor = sg_actor_list();
    size_t count = sg_actor_count();
    for (size_t i = 0; i < count; i++)
        if (g_str_equal(sg_actor_get_name(actor[i]), name) &&
            (!host || g_str_equal(sg_host_get_name(sg_actor_get_host(actor[i])), host))) {
            sg_actor_kill(actor[i]);
            killed++;
        }
    free(actor);
    g_assert_cmpuint(killed, ==, 1);
}

/* In the middle of the second interval's burst. */
#define MIDDLE_S 0.0405

/* Station 0 is the port before the first device. */
static void kill_port(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    sg_actor_sleep_for(MIDDLE_S);
    kill_named("station-0", NULL);
}

/* Behind six ports: the link from the first server. */
static void kill_link(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    sg_actor_sleep_for(MIDDLE_S);
    kill_named("station-6", NULL);
}

static void kill_core(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    sg_actor_sleep_for(MIDDLE_S);
    kill_named("core-0", "server.n1");
}

static void kill_driver(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    sg_actor_sleep_for(MIDDLE_S);
    kill_named("driver-0", "server.n1");
}

static void kill_application(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    sg_actor_sleep_for(MIDDLE_S);
    kill_named("application-0", "server.n1");
}

/* Beyond its host's next instant. */
static void suspend_driver(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    sg_actor_sleep_for(MIDDLE_S);
    sg_actor_t *actor = sg_actor_list();
    size_t i = 0;
    while (!g_str_equal(sg_actor_get_name(actor[i]), "driver-0"))
        i++;
    sg_actor_suspend(actor[i]);
    sg_actor_sleep_for(1);
    sg_actor_resume(actor[i]);
    free(actor);
}

static void kill_all(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    sg_actor_sleep_for(MIDDLE_S);
    sg_actor_kill_all();
}

/* With one core on the host, the model's work and this one get half of it each. */
static void compute(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    sg_actor_execute(3e9);
}

/* Nothing of the model's: it may come and go. */
static void sleep_beside(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    for (int i = 0; i < 100; i++)
        sg_actor_sleep_for(0.0007);
}

static struct lab *new_scene(void)
{
    struct lab *lab = scene_new(2, 1);
    lab_use(lab, lab_method("interleaved"));
    for (uint32_t i = 0; i < 2; i++)
        lab_server(lab, i)->profile = &weft_profile_modern_x86;
    return lab;
}

static GBytes *run_fault(const void *data)
{
    const struct fault *fault = data;
    struct weft_error error = {""};
    struct hop_attached *attached = NULL;
    struct lab *lab = new_scene();
    const struct weft_setup *setup = lab_setup(lab);
    struct journal *journal = journal_new(setup, false);
    const struct weft_watch watch = journal_watch(journal);
    weft_simgrid_engine_start(fault->precision_s);
    xbt_log_control_set("root.app:file:/dev/null"); /* of a deadlock */
    g_assert_cmpint(weft_simgrid_engine_load(setup, &error), ==, WEFT_OK);
    g_assert_cmpint(hop_attach(setup, &watch, 1, &attached, &error), ==, WEFT_OK);
    if (fault->spoil)
        sg_actor_create_("program", sg_host_by_name("server.n1"), fault->spoil, 0, NULL);
    if (fault->until_s > 0)
        simgrid_run_until(fault->until_s);
    else
        simgrid_run();
    int status = hop_finish(attached, &error);
    GBytes *all = g_bytes_new(error.text, strlen(error.text));
    if (status == WEFT_OK) {
        g_bytes_unref(all);
        all = journal_bytes(journal);
    }
    if (fault->until_s == 0) /* else actors still refer to it */
        hop_free(attached);
    journal_free(journal);
    lab_free(lab);
    return all;
}

static void test_fault(const void *data)
{
    const struct fault *fault = data;
    g_autoptr(GBytes) got = child_run(run_fault, fault);
    if (fault->says) {
        gsize bytes;
        const char *text = g_bytes_get_data(got, &bytes);
        g_autofree char *said = g_strndup(text, bytes);
        if (!strstr(said, fault->says) || strchr(said, '\n') || g_str_has_prefix(said, "simgrid"))
            g_error("'%s' says nothing of: %s", said, fault->says);
        return;
    }
    struct lab *lab = new_scene();
    g_autoptr(GBytes) expected = journal_run(&weft_backend_reference, lab_setup(lab), false);
    journal_assert_equal(expected, got, fault->name);
    lab_free(lab);
}

static const struct fault faults[] = {
    {"nothing", "1e-13", NULL, 0, NULL},
    {"sleeps-beside", "1e-13", sleep_beside, 0, NULL},
    {"port-killed", "1e-13", kill_port, 0, "no actor has run for its event"},
    {"link-killed", "1e-13", kill_link, 0, "no actor has run for its event"},
    {"core-killed", "1e-13", kill_core, 0, "server 'n1': "},
    {"driver-killed", "1e-13", kill_driver, 0, "no server has come to its step"},
    {"application-killed", "1e-13", kill_application, 0, "no server has come to its step"},
    {"driver-suspended", "1e-13", suspend_driver, 0, "no server has come to its step"},
    {"all-killed", "1e-13", kill_all, 0, "has not come to its end"},
    {"computes-beside", "1e-13", compute, 0, "server 'n1': on core 0 work that should end at"},
    {"coarse", "1e-6", NULL, 0, "ps of SimGrid's clock"},
    {"stopped", "1e-13", NULL, MIDDLE_S, "has not come to its end"},
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
        g_autofree char *path = g_strconcat("/simgrid-packet/faults/", faults[i].name, NULL);
        g_test_add_data_func(path, &faults[i], test_fault);
    }
    return g_test_run();
}
