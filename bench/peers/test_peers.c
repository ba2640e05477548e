/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft-bench-peers --quick: every program gives the scenario's instants, every ratio is there, and the large ones are not
 * small. What they are exactly depends on the machine. usage: test-bench-peers [--tap] PROGRAM */

#include "compare.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

static const char *bench;

static int run(const char *program, char **out, char **err, const char *const *options)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    int status = 0;
    GError *error = NULL;
    g_ptr_array_add(argv, (gpointer)program);
    for (; *options; options++)
        g_ptr_array_add(argv, (gpointer)*options);
    g_ptr_array_add(argv, NULL);
    g_spawn_sync(NULL, (char **)argv->pdata, NULL, G_SPAWN_DEFAULT, NULL, NULL, out, err, &status, &error);
    g_assert_no_error(error);
    g_assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}
#define RUN(program, out, err, ...) run(program, out, err, (const char *const[]){__VA_ARGS__, NULL})

static double number(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);
    g_assert_nonnull(node);
    g_assert_true(JSON_NODE_HOLDS_VALUE(node));
    return json_node_get_double(node);
}

static double median(JsonObject *object, const char *name)
{
    JsonObject *spread = json_object_get_object_member(object, name);
    g_assert_nonnull(spread);
    g_assert_cmpfloat(number(spread, "min"), <=, number(spread, "median"));
    g_assert_cmpfloat(number(spread, "median"), <=, number(spread, "max"));
    return number(spread, "median");
}

static const char *text(JsonObject *object, const char *name)
{
    const char *value = json_object_get_string_member(object, name);
    g_assert_nonnull(value);
    return value;
}

static JsonArray *results_of(JsonNode *node)
{
    g_assert_nonnull(node);
    JsonObject *root = json_node_get_object(node);
    g_assert_cmpstr(text(root, "schema"), ==, "weft-bench-peers/1");
    return json_object_get_array_member(root, "results");
}

/* Ratios to all of weft's of the same scale, and what they are. */
static guint assert_ratios(JsonArray *results, JsonObject *result)
{
    JsonObject *ratios = json_object_get_object_member(result, "ratios");
    JsonObject *slopes = json_object_get_object_member(result, "slope_ratios");
    guint n = 0;
    for (guint i = 0; i < json_array_get_length(results); i++) {
        JsonObject *weft = json_array_get_object_element(results, i);
        if (!json_object_get_boolean_member(weft, "weft") ||
            number(weft, "streams") != number(result, "streams"))
            continue;
        double ratio = median(result, "ns_per_packet") / median(weft, "ns_per_packet");
        g_assert_cmpfloat_with_epsilon(median(ratios, text(weft, "program")), ratio, ratio * 1e-9);
        median(slopes, text(weft, "program"));
        n++;
    }
    g_assert_cmpuint(json_object_get_size(ratios), ==, n);
    return n;
}

/* Far below what any machine shows (docs/performance.md), also where weft is built for debugging. */
static void assert_floor(JsonObject *result)
{
    static const struct {
        const char *program;
        double times;
    } floors[] = {{"ns-3 own device", 1.5}, {"ns-3 point-to-point", 8}, {"ns-3 UDP sockets", 40},
                  {"ns-3 UdpClient", 40},   {"ns-3 OnOff", 40},         {"SimGrid mailbox", 20},
                  {"SimGrid sendto", 10},   {"SimGrid sleep", 5}};
    JsonObject *ratios = json_object_get_object_member(result, "ratios");
    for (size_t i = 0; i < G_N_ELEMENTS(floors); i++)
        if (strcmp(text(result, "program"), floors[i].program) == 0)
            g_assert_cmpfloat(median(ratios, "reference"), >, floors[i].times);
}

static void form(void)
{
    g_autofree char *list = NULL, *json = NULL;
    g_assert_cmpint(RUN(bench, &list, NULL, "--quick", "--list"), ==, 0);
    g_assert_cmpint(RUN(bench, &json, NULL, "--quick", "--json", "-"), ==, 0);
    g_auto(GStrv) names = g_strsplit(g_strstrip(list), "\n", -1);
    g_autoptr(JsonNode) node = json_from_string(json, NULL);
    JsonArray *results = results_of(node);
    g_assert_cmpuint(json_array_get_length(results), ==, g_strv_length(names));
    for (guint i = 0; i < json_array_get_length(results); i++) {
        JsonObject *result = json_array_get_object_element(results, i);
        g_autofree char *name =
            g_strdup_printf("%.0f/%s", number(result, "streams"), text(result, "program"));
        g_assert_cmpstr(name, ==, names[i]);
        g_assert_cmpstr(text(result, "agrees_in"), ==,
                        strstr(name, "UDP") || strstr(name, "UdpClient") || strstr(name, "OnOff")
                            ? "packets"
                            : "instants");
        g_assert_cmpfloat(median(result, "ns_per_packet"), >, 0);
        g_assert_cmpfloat(median(result, "cpu_share"), >, 0);
        g_assert_cmpfloat(median(result, "peak_rss_bytes"), >, 1e6);
        g_assert_cmpfloat(number(result, "packets"), >=, 2 * number(result, "streams"));
        median(result, "slope_ns_per_packet");
        median(result, "startup_ms");
        g_assert_cmpuint(assert_ratios(results, result), >=, 2);
        assert_floor(result);
    }
}

/* A line a program, with as many ratios as weft has programs. */
static void assert_ratio_table(const char *text, char **names)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint weft = 0;
    for (const char *at = lines[0]; (at = strstr(at, " to ")); at++)
        weft++;
    g_assert_cmpuint(weft, >=, 2);
    for (guint i = 0; names[i]; i++) {
        g_auto(GStrv) ratios = g_strsplit(lines[i + 1], "(", -1);
        g_assert_true(g_str_has_prefix(lines[i + 1], "64 "));
        g_assert_nonnull(strstr(lines[i + 1], names[i] + strlen("64/")));
        g_assert_cmpuint(g_strv_length(ratios), ==, weft + 1);
    }
}

static void table(void)
{
    g_autofree char *list = NULL, *out = NULL;
    g_assert_cmpint(RUN(bench, &list, NULL, "--only", "64/*", "--list"), ==, 0);
    g_assert_cmpint(RUN(bench, &out, NULL, "--quick", "--only", "64/*", "--rounds", "2"), ==, 0);
    g_auto(GStrv) names = g_strsplit(g_strstrip(list), "\n", -1);
    g_auto(GStrv) whole = g_strsplit(out, "; whole processes:\n\n", -1);
    g_auto(GStrv) slopes = g_strsplit(out, "; without start-up:\n\n", -1);
    g_assert_cmpuint(g_strv_length(whole), ==, 2);
    g_assert_cmpuint(g_strv_length(slopes), ==, 2);
    assert_ratio_table(whole[1], names);
    assert_ratio_table(slopes[1], names);
}

/* The best of what was tried is chosen, whichever it is on this machine. */
static void tuned(void)
{
    g_autofree char *json = NULL;
    int status = RUN(bench, &json, NULL, "--quick", "--tune", "--only", "8/SimGrid sleep", "--json", "-");
    if (status == 2) {
        g_test_skip("SimGrid is not installed");
        return;
    }
    g_assert_cmpint(status, ==, 0);
    g_autoptr(JsonNode) node = json_from_string(json, NULL);
    JsonArray *results = results_of(node);
    JsonObject *result = json_array_get_object_element(results, json_array_get_length(results) - 1);
    JsonArray *tried = json_object_get_array_member(result, "tried");
    g_assert_cmpstr(text(result, "program"), ==, "SimGrid sleep");
    g_assert_cmpuint(json_array_get_length(tried), ==, 2 + 2 + 4);
    for (guint axis = 0; axis < 2; axis++) {
        JsonObject *stock = json_array_get_object_element(tried, 2 * axis);
        JsonObject *other = json_array_get_object_element(tried, 2 * axis + 1);
        bool better = number(other, "ns_per_packet") < number(stock, "ns_per_packet");
        g_autofree char *words = g_strdup_printf("%s=%s", text(other, "key"), text(other, "value"));
        g_assert_cmpint(strstr(text(result, "chosen"), words) != NULL, ==, better);
    }
}

/* In closed form: with 8 streams ports are always busy from their first packet of an interval on, with more they are
 * idle when a packet comes. */
static void expected(void)
{
    struct peers_report report;
    peers_report_init(&report, TRUE, NULL);
    for (guint s = 0; s < PEERS_SCALES; s++) {
        const struct peers_scale *scale = &peers_scales[s];
        struct peer_arrivals arrivals = {0};
        for (uint64_t k = 0; k < 3; k++)
            for (uint64_t n = 0; n < scale->per_interval; n++)
                for (uint32_t i = 0; i < scale->streams; i++) {
                    uint64_t waits = scale->streams < 10 ? n : 0, turns = n - waits;
                    uint64_t in_ps = (turns * scale->streams + i + 1) * UINT64_C(1105600);
                    peer_arrived(&arrivals, i,
                                 k * UINT64_C(10000000000) + in_ps + (waits + 1) * UINT64_C(11056000));
                }
        const struct peer_arrivals *found = peers_expect(&report, s, 3);
        g_assert_true(memcmp(found, &arrivals, sizeof arrivals) == 0);
    }
    peers_report_clear(&report);
}

static void check(void)
{
    struct peers_report report;
    peers_report_init(&report, TRUE, NULL);
    struct peers_row counts = peers_rows[0];
    counts.counts_only = true;
    const struct peers_result result = {.row = &peers_rows[0], .scale = 1},
                              counted = {.row = &counts, .scale = 1};
    const struct peer_arrivals right = *peers_expect(&report, 1, 2);
    struct peer_arrivals wrong[4] = {right, right, right, right};
    wrong[0].last_ps++;
    wrong[1].sum_ps++;
    wrong[2].weighted_ps++;
    wrong[3].packets--;
    g_assert_true(peers_check(&report, &result, 2, &right, NULL));
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_assert_false(peers_check(&report, &result, 2, &wrong[i], NULL));
        g_assert_cmpint(peers_check(&report, &counted, 2, &wrong[i], NULL), ==, i < 3);
    }
    peers_report_clear(&report);
}

static char *copy(const char *directory, const char *name)
{
    g_autofree char *home = g_path_get_dirname(bench), *from = g_build_filename(home, name, NULL);
    char *path = g_build_filename(directory, name, NULL);
    g_autoptr(GFile) source = g_file_new_for_path(from), target = g_file_new_for_path(path);
    g_autoptr(GError) error = NULL;
    g_file_copy(source, target, G_FILE_COPY_NONE, NULL, NULL, NULL, &error);
    g_assert_no_error(error);
    return path;
}

/* A program that does what the shell command says. */
static void play(const char *path, const char *command)
{
    g_autofree char *script = g_strdup_printf("#!/bin/sh\n%s\n", command);
    g_assert_true(g_file_set_contents(path, script, -1, NULL));
    g_assert_cmpint(g_chmod(path, 0755), ==, 0);
}

/* In a directory of its own, with no peer but one that says what we want. */
static void alone(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *directory = g_dir_make_tmp("weft-peers-XXXXXX", &error);
    g_autofree char *own = copy(directory, "weft-bench-peers"), *weft = copy(directory, "weft-peer-weft");
    g_autofree char *peer = g_build_filename(directory, "weft-peer-simgrid", NULL);
    g_autofree char *out = NULL, *err = NULL, *crash = NULL, *silent = NULL;
    g_assert_cmpint(RUN(own, &out, NULL, "--quick", "--only", "8/reference"), ==, 0);
    g_assert_nonnull(strstr(out, "hand-made switch; not built, install libns3-dev"));
    g_assert_nonnull(strstr(out, "a packet and hop; not built, install libsimgrid-dev"));
    play(peer, "echo packets $(($1 * $2 * $3)) last_ps 1 sum_ps 2 weighted_ps 3 peak_bytes 5000000");
    g_assert_cmpint(RUN(own, NULL, &err, "--quick", "--only", "8/SimGrid sleep"), ==, 1);
    g_assert_nonnull(strstr(err, "8/SimGrid sleep: instants differ from the scenario's: last 1 ps"));
    play(peer, "kill -SEGV $$");
    g_assert_cmpint(RUN(own, NULL, &crash, "--quick", "--only", "8/SimGrid sleep"), ==, 1);
    g_assert_nonnull(strstr(crash, "killed by signal 11"));
    play(peer, "echo packets many");
    g_assert_cmpint(RUN(own, NULL, &silent, "--quick", "--only", "8/SimGrid sleep"), ==, 1);
    g_assert_nonnull(strstr(silent, "says 'packets many"));
    g_assert_cmpint(g_remove(own) + g_remove(weft) + g_remove(peer) + g_rmdir(directory), ==, 0);
}

static void bad_usage(void)
{
    g_autofree char *home = g_path_get_dirname(bench), *weft = g_build_filename(home, "weft-peer-weft", NULL);
    g_autofree char *out = NULL;
    g_assert_cmpint(RUN(bench, NULL, NULL, "--only", "nothing"), ==, 2);
    g_assert_cmpint(RUN(bench, NULL, NULL, "--frobnicate"), ==, 2);
    g_assert_cmpint(RUN(bench, NULL, NULL, "argument"), ==, 2);
    g_assert_cmpint(RUN(bench, NULL, NULL, "--rounds", "-1"), ==, 2);
    g_assert_cmpint(RUN(bench, NULL, NULL, "--tune", "--stock"), ==, 2);
    g_assert_cmpint(RUN(bench, NULL, NULL, "--quick", "--cpu", "100000"), ==, 2);
    g_assert_cmpint(RUN(bench, NULL, NULL, "--quick", "--json", "/nowhere/at/all"), ==, 1);
    g_assert_cmpint(RUN(weft, &out, NULL, "8", "500", "1"), ==, 0);
    g_assert_cmpint(RUN(weft, NULL, NULL, "8", "500"), ==, 2);
    g_assert_cmpint(RUN(weft, NULL, NULL, "8", "1000", "1"), ==, 2); /* more than a port carries */
    g_assert_cmpint(RUN(weft, NULL, NULL, "8", "500", "0"), ==, 2);
    g_assert_cmpint(RUN(weft, NULL, NULL, "8", "500", "1", "backend=other"), ==, 2);
    g_assert_cmpint(RUN(weft, NULL, NULL, "8", "500", "1", "back=reference"), ==, 2);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(argc, ==, 2);
    bench = argv[1];
    g_test_add_func("/bench/peers/form", form);
    g_test_add_func("/bench/peers/table", table);
    g_test_add_func("/bench/peers/tuned", tuned);
    g_test_add_func("/bench/peers/expected", expected);
    g_test_add_func("/bench/peers/check", check);
    g_test_add_func("/bench/peers/alone", alone);
    g_test_add_func("/bench/peers/bad-usage", bad_usage);
    return g_test_run();
}
