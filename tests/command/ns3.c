/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The back ends inside ns-3 as a user has them: the same results, one line for what stock devices cannot do, and one line when
 * ns-3 gives up. */

#include "weft.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* What every run of a comparison has in common, whatever it ran on. */
static char *run_without_backend(JsonNode *root, guint index)
{
    JsonArray *runs = json_object_get_array_member(json_node_get_object(root), "runs");
    JsonNode *run = json_array_get_element(runs, index);
    json_object_remove_member(json_node_get_object(run), "backend");
    return json_to_string(run, FALSE);
}

static void test_compare(void)
{
    char *directory = scratch_new();
    g_autofree char *path = source_path("scenarios/small.ini");
    g_autoptr(GError) error = NULL;
    struct said said = weft(directory, "compare", path, "--backends", "reference,ns3,ns3-p2p", "--methods",
                            "interleaved", "--json", "c.json", NULL);
    assert_good(&said);
    said_clear(&said);
    g_autofree char *json_path = g_build_filename(directory, "c.json", NULL), *json = NULL;
    g_assert_true(g_file_get_contents(json_path, &json, NULL, NULL));
    g_autoptr(JsonNode) root = json_from_string(json, &error);
    g_assert_no_error(error);
    g_autofree char *reference = run_without_backend(root, 0), *ns3 = run_without_backend(root, 1),
                    *p2p = run_without_backend(root, 2);
    g_assert_cmpstr(ns3, ==, reference);
    g_assert_cmpstr(p2p, ==, reference);
    scratch_free(directory);
}

/* What point-to-point devices of ns-3 have nothing for; the devices of weft do. */
static void test_refused(void)
{
    static const struct {
        const char *set, *complaint;
    } cases[] = {
        {"switch.access.scheduler=priority",
         "switch 'access': scheduler = priority; point-to-point devices "},
        {"switch.access.accounting=fluid", "switch 'access': accounting = fluid; point-to-point devices "},
        {"switch.access.forwarding=cut-through",
         "switch 'access': forwarding = cut-through; point-to-point devices "},
        {"server.main.link=999999937 bit/s", "server 'main': rate 999999937 bit/s; "},
        {"device.set.rate=70 Mbit/s", "device 'set.0': rate 70000000 bit/s; "},
        {"scenario.network=raw",
         "network 'raw': a packet has no room for the header of point-to-point devices; "},
    };
    char *directory = scratch_new();
    g_autofree char *path = source_path("scenarios/small.ini");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *line = g_strdup_printf("^weft: back end ns3-p2p: %s.*\n$", cases[i].complaint);
        struct said bad = weft(directory, "run", path, "--set", cases[i].set, "--backend", "ns3-p2p",
                               "--json", "r.json", NULL);
        assert_bad(&bad, 2, line);
        said_clear(&bad);
        struct said good =
            weft(directory, "run", path, "--set", cases[i].set, "--backend", "ns3", "--quiet", NULL);
        assert_good(&good);
        said_clear(&good);
    }
    g_autofree char *names = scratch_names(directory);
    g_assert_cmpstr(names, ==, "");
    scratch_free(directory);
}

/* ns-3 reads variables of the environment, and gives up where it does not understand one: when its libraries are loaded, before
 * anybody could catch that, or when something is made. */
static void test_gives_up(gconstpointer data)
{
    const char *const *variable = data;
    char *directory = scratch_new();
    g_autofree char *path = source_path("scenarios/small.ini");
    char **environment = g_environ_setenv(g_get_environ(), variable[0], variable[1], TRUE);
    const char *const arguments[] = {"run", path, "--backend", "ns3", "--json", "r.json", NULL};
    struct said said = weft_with(directory, environment, arguments);
    char *line =
        WEFT_SANITIZED ? g_strrstr(said.err, "\nweft: ") : NULL; /* the child's own words come first */
    if (line)
        memmove(said.err, line + 1, strlen(line));
    assert_bad(&said, 1, variable[2]);
    g_autofree char *names = scratch_names(directory);
    g_assert_cmpstr(names, ==, ""); /* no result, no core */
    said_clear(&said);
    g_strfreev(environment);
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    static const char *const crash[] = {"NS_GLOBAL_VALUE", "RngSeed=nonsense",
                                        "^weft: ns3: killed by signal 6 \\(Aborted\\)\n$"},
                             *const fatal[] = {
                                 "NS_LOG", "nonsense",
                                 "^weft: back end ns3: ns-3: .*\"nonsense\" in env variable NS_LOG"};
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ns3/compare", test_compare);
    g_test_add_func("/ns3/refused", test_refused);
    g_test_add_data_func("/ns3/gives-up/fatal", fatal, test_gives_up);
    g_test_add_data_func("/ns3/gives-up/crash", crash, test_gives_up);
    return g_test_run();
}
