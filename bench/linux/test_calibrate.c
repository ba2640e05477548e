/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft calibrate: measures, writes a profile that a scenario can be run with, refuses in one line, leaves nothing behind, whenever it is
 * killed. Ends with 77 where the machine refuses namespaces. usage: test-linux-calibrate [--tap] WEFT SCENARIO */

#include "killed.h"
#include "outcome.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SKIPPED = 77 };

static const char *weft, *scenario;
static char *directory; /* in which it runs */

static struct outcome measured;        /* of a whole run */
static char *profile_path, *json_path; /* what it wrote, elsewhere */

#define RUN(set_up, ...)                                                                                     \
    outcome_of(directory, weft, (const char *const[]){__VA_ARGS__, NULL}, set_up,                            \
               GUINT_TO_POINTER(CAP_SYS_ADMIN))

/* --- surroundings --- */

static guint files_in_directory(void)
{
    guint files = 0;
    GDir *dir = g_dir_open(directory, 0, NULL);
    while (g_dir_read_name(dir))
        files++;
    g_dir_close(dir);
    return files;
}

static void take_away(const char *name)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);
    g_assert_cmpint(g_unlink(path), ==, 0);
}

/* --- it measures --- */

static void check_json(const char *text)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    g_assert_true(json_parser_load_from_data(parser, text, -1, NULL));
    JsonObject *root = json_node_get_object(json_parser_get_root(parser));
    JsonArray *points = json_object_get_array_member(root, "points"),
              *primitives = json_object_get_array_member(root, "primitives");
    g_assert_cmpstr(json_object_get_string_member(root, "schema"), ==, "weft-calibrate/1");
    /* what every Linux with namespaces has: sendto, connected and sendmmsg, a packet a message, hot and cold */
    g_assert_cmpuint(json_array_get_length(points), >=, 11);
    g_assert_cmpuint(json_array_get_length(primitives), >=, 10);
    for (guint i = 0; i < json_array_get_length(points); i++) {
        JsonObject *point = json_array_get_object_element(points, i),
                   *ns = json_object_get_object_member(point, "cpu_ns_per_packet"),
                   *ratio = json_object_get_object_member(point, "ratio_to_sendto");
        g_assert_cmpfloat(json_object_get_double_member(ns, "min"), >, 0);
        g_assert_cmpfloat(json_object_get_double_member(ratio, "median"), >, 0);
        if (strcmp(json_object_get_string_member(point, "method"), "sendto") == 0 &&
            json_object_get_int_member(point, "group") == 1 &&
            !json_object_get_boolean_member(point, "zero_copy"))
            g_assert_cmpfloat(json_object_get_double_member(ratio, "max"), ==, 1);
    }
}

static double cycles_per_packet(const char *profile)
{
    g_autofree char *assignment = g_strdup_printf("server.profile=%s", profile);
    struct outcome outcome =
        RUN(NULL, "run", scenario, "--set", assignment, "--set", "write.method=per-packet", "--json", "-");
    g_autoptr(JsonParser) parser = json_parser_new();
    g_assert_cmpstr(outcome.err, ==, "");
    g_assert_cmpint(outcome.status, ==, 0);
    g_assert_true(json_parser_load_from_data(parser, outcome.out, -1, NULL));
    g_autofree char *found = NULL;
    const char *at = strstr(outcome.out, "\"cycles_per_packet\"");
    g_assert_nonnull(at);
    double cycles = g_ascii_strtod(strchr(at, ':') + 1, NULL);
    outcome_clear(&outcome);
    return cycles;
}

/* The profile is one with which a scenario runs; what a packet costs by sockets is thousands of cycles, not none or millions. */
static void measures(void)
{
    g_autofree char *json = NULL, *profile = g_strdup_printf("measured:%s", profile_path);
    g_assert_cmpstr(measured.err, ==, "");
    g_assert_cmpint(measured.status, ==, 0);
    g_assert_nonnull(strstr(measured.out, "sendto 1472 B, 1 x 1 to 64"));
    g_assert_nonnull(strstr(measured.out, "system-call"));
    g_assert_true(g_file_get_contents(json_path, &json, NULL, NULL));
    check_json(json);
    double cycles = cycles_per_packet(profile);
    g_assert_cmpfloat(cycles, >, 300);
    g_assert_cmpfloat(cycles, <, 1e6);
}

static void takes_little_memory(void)
{
    enum { MOST_KIB = 1 << 20 };
    struct rusage usage;
    g_assert_cmpint(getrusage(RUSAGE_CHILDREN, &usage), ==, 0);
    g_test_message("%ld KiB at most", usage.ru_maxrss);
    g_assert_cmpint(usage.ru_maxrss, <, MOST_KIB);
}

/* And standard output has what was asked for and nothing else. */
static void takes_user_namespaces(void)
{
    struct outcome outcome = RUN(outcome_without_capability, "calibrate", "-q", "-o", "that.ini", "-j", "-");
    if (outcome.status == 2) {
        g_test_skip(outcome.err);
    } else {
        g_assert_cmpstr(outcome.err, ==, "");
        g_assert_cmpint(outcome.status, ==, 0);
        check_json(outcome.out);
        g_assert_cmpuint(files_in_directory(), ==, 1);
        take_away("that.ini");
    }
    g_assert_cmpuint(files_in_directory(), ==, 0);
    outcome_clear(&outcome);
}

/* --- it refuses --- */

static void assert_refuses(GSpawnChildSetupFunc set_up, const char *const *options, const char *says)
{
    struct outcome outcome = outcome_of(directory, weft, options, set_up, NULL);
    g_assert_cmpint(outcome.status, ==, 2);
    g_assert_cmpstr(outcome.out, ==, "");
    g_assert_true(g_str_has_prefix(outcome.err, says));
    g_assert_true(strchr(outcome.err, '\n') == outcome.err + strlen(outcome.err) - 1);
    outcome_clear(&outcome);
}
#define REFUSES(set_up, says, ...)                                                                           \
    assert_refuses(set_up, (const char *const[]){"calibrate", __VA_ARGS__, NULL}, says)

static void refuses(void)
{
    static const char was[] = "[profile]\n";
    g_autofree char *path = g_build_filename(directory, "old.ini", NULL), *is = NULL;
    g_assert_true(g_file_set_contents(path, was, -1, NULL));
    REFUSES(outcome_without_namespaces, "weft calibrate: no network namespace: ", "-o", "old.ini", "-j",
            "new.json");
    REFUSES(NULL, "weft calibrate: unexpected argument", "x");
    REFUSES(NULL, "weft calibrate: Unknown option --fly", "--fly");
    REFUSES(NULL, "weft calibrate: --out and --json: ", "-o", "-", "-j", "-");
    REFUSES(NULL, "\"\" is no name of a file", "-o", "");
    struct outcome outcome = RUN(NULL, "calibrate", "-o", "nowhere/x.ini");
    g_assert_cmpint(outcome.status, ==, 1);
    g_assert_true(g_str_has_prefix(outcome.err, "nowhere/x.ini: cannot be written: "));
    outcome_clear(&outcome);
    g_assert_cmpuint(files_in_directory(), ==, 1);
    g_assert_true(g_file_get_contents(path, &is, NULL, NULL));
    g_assert_cmpstr(is, ==, was); /* untouched */
    take_away("old.ini");
}

/* --- it leaves nothing --- */

static void leaves_nothing_behind(void)
{
    static const int signals[] = {SIGKILL, SIGTERM, SIGINT};
    enum { KILLS = 5, LONGEST_US = 1500000 };
    g_autofree char *path = g_build_filename(directory, "killed.ini", NULL);
    const char *argv[] = {weft, "calibrate", "--out", path, NULL};
    guint most = 0;
    for (guint i = 0; i < KILLS; i++) {
        gulong after_us = (gulong)g_test_rand_int_range(0, LONGEST_US);
        guint namespaces = killed_after(argv, signals[i % G_N_ELEMENTS(signals)], after_us);
        g_test_message("signal %d after %lu us: it had %u namespaces", signals[i % G_N_ELEMENTS(signals)],
                       after_us, namespaces);
        g_assert_cmpuint(files_in_directory(), ==, 0);
        most = MAX(most, namespaces);
    }
    /* single steps are measured without a namespace: once at least it is to have one */
    most = MAX(most, killed_midway(argv, SIGKILL));
    g_assert_cmpuint(files_in_directory(), ==, 0);
    g_assert_cmpuint(most, ==, 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(argc, ==, 3);
    weft = argv[1];
    scenario = argv[2];
    directory = g_dir_make_tmp("weft-calibrate-XXXXXX", NULL);
    g_assert_nonnull(directory);
    char *results = g_dir_make_tmp("weft-calibrate-XXXXXX", NULL);
    profile_path = g_build_filename(results, "this.ini", NULL);
    json_path = g_build_filename(results, "this.json", NULL);
    measured = RUN(NULL, "calibrate", "--quick", "--out", profile_path, "--json", json_path);
    bool refused = measured.status == 2;
    if (refused)
        g_printerr("%s", measured.err);
    g_test_add_func("/calibrate/measures", measures);
    g_test_add_func("/calibrate/takes-little-memory", takes_little_memory);
    g_test_add_func("/calibrate/takes-user-namespaces", takes_user_namespaces);
    g_test_add_func("/calibrate/refuses", refuses);
    g_test_add_func("/calibrate/leaves-nothing-behind", leaves_nothing_behind);
    int status = refused ? SKIPPED : g_test_run();
    outcome_clear(&measured);
    g_unlink(profile_path);
    g_unlink(json_path);
    g_rmdir(results);
    g_rmdir(directory);
    g_free(profile_path);
    g_free(json_path);
    g_free(results);
    g_free(directory);
    return status;
}
