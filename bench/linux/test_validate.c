/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft validate: measures beside what it foretold, refuses in one line, leaves nothing behind, whenever it is killed. How near the two
 * are is not looked at: this machine may be doing something else. Ends with 77 where the machine refuses namespaces.
 * usage: test-linux-validate [--tap] WEFT */

#include "killed.h"
#include "outcome.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

enum { SKIPPED = 77 };

static const char *weft;
static char *directory; /* in which it runs */

#define RUN(set_up, ...) outcome_of(directory, weft, (const char *const[]){__VA_ARGS__, NULL}, set_up, NULL)

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names of what is in the directory, or in one in it, sorted. */
static char *names(const char *in)
{
    g_autofree char *path = g_build_filename(directory, in, NULL);
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    GDir *dir = g_dir_open(path, 0, NULL);
    g_assert_nonnull(dir);
    for (const char *name; (name = g_dir_read_name(dir));)
        g_ptr_array_add(found, g_strdup(name));
    g_dir_close(dir);
    g_ptr_array_sort(found, by_name);
    g_ptr_array_add(found, NULL);
    return g_strjoinv(" ", (char **)found->pdata);
}

static void take_away(const char *name)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);
    g_assert_cmpint(g_remove(path), ==, 0);
}

/* --- it measures --- */

/* Every point is foretold and measured, and its error is what lies between. */
static void check_points(JsonObject *root, guint least)
{
    JsonObject *points = json_object_get_object_member(root, "points");
    JsonArray *measured = json_object_get_array_member(points, "measured");
    g_assert_cmpuint(json_array_get_length(measured), >=, least);
    g_assert_cmpint(json_object_get_int_member(points, "judged"), <=, json_array_get_length(measured));
    for (guint i = 0; i < json_array_get_length(measured); i++) {
        JsonObject *point = json_array_get_object_element(measured, i);
        double predicted = json_object_get_double_member(point, "predicted_ratio"),
               ratio = json_object_get_double_member(json_object_get_object_member(point, "ratio"), "median");
        g_assert_cmpfloat(ratio, >, 0);
        g_assert_cmpfloat(predicted, >, 0);
        g_assert_cmpfloat_with_epsilon(json_object_get_double_member(point, "error"), predicted / ratio - 1,
                                       1e-6);
    }
}

static void check_json(const char *text, gboolean points, gboolean ports)
{
    enum {
        POINTS_LEAST = 7
    }; /* a packet a message: connected and sendmmsg, which every Linux with namespaces has */
    g_autoptr(JsonParser) parser = json_parser_new();
    g_assert_true(json_parser_load_from_data(parser, text, -1, NULL));
    JsonObject *root = json_node_get_object(json_parser_get_root(parser));
    g_assert_cmpstr(json_object_get_string_member(root, "schema"), ==, "weft-validate/1");
    g_assert_true(json_object_get_boolean_member(root, "quick"));
    g_assert_cmpint(json_object_has_member(root, "points"), ==, points);
    g_assert_cmpint(json_object_has_member(root, "switch"), ==, ports);
    if (points)
        check_points(root, POINTS_LEAST);
}

/* Calibrated first; what it writes, and that CSV and JSON have as many points. */
static void calibrates_first(void)
{
    struct outcome outcome =
        RUN(NULL, "validate", "--quick", "--only", "points", "--out", "results", "--json", "-");
    g_assert_cmpstr(outcome.err, ==, "");
    g_assert_cmpint(outcome.status, ==, 0);
    check_json(outcome.out, TRUE, FALSE);
    g_autofree char *written = names("results"), *path = g_build_filename(directory, "results", NULL);
    g_assert_cmpstr(written, ==,
                    "points.csv validation-repeat.json validation.json validation.png validation.svg");
    g_autofree char *csv_path = g_build_filename(path, "points.csv", NULL), *csv = NULL;
    g_assert_true(g_file_get_contents(csv_path, &csv, NULL, NULL));
    g_assert_true(
        g_str_has_prefix(csv, "method,payload_bytes,batch,group,destinations,data,zero_copy,cut_by,"));
    g_auto(GStrv) files = g_strsplit(written, " ", -1);
    for (char **file = files; *file; file++) {
        g_autofree char *each = g_build_filename("results", *file, NULL);
        take_away(each);
    }
    take_away("results");
    outcome_clear(&outcome);
}

/* The profile at `path` with a price that is wrong. */
static void spoil(const char *path)
{
    static const char wrong[] = "\n[stack_walks]\nlow = 1 cycles\ntypical = 1 cycles\nhigh = 1 cycles\n"
                                "source = nobody\nconfidence = low\n";
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    char *end = strstr(text, "\n[stack_walks]\n");
    g_assert_nonnull(end);
    *end = '\0'; /* what comes after it is the base's */
    g_autofree char *spoilt = g_strconcat(text, wrong, NULL);
    g_assert_true(g_file_set_contents(path, spoilt, -1, NULL));
}

/* The table is for people, and has no fit where nothing was calibrated. */
static void assert_takes_a_profile(void)
{
    struct outcome outcome = RUN(NULL, "validate", "--quick", "--only", "points", "--profile", "here.ini");
    g_assert_cmpstr(outcome.err, ==, "");
    g_assert_cmpint(outcome.status, ==, 0);
    g_assert_nonnull(strstr(outcome.out, "point not in the fit"));
    g_assert_nonnull(strstr(outcome.out, ": median error "));
    g_assert_true(g_str_has_suffix(outcome.out, "\nquick: too few rounds, no limit is judged\n"));
    g_assert_null(strstr(outcome.out, "cycles a packet = a / g + b"));
    outcome_clear(&outcome);
}

/* It says so after all that it has to show. */
static void assert_finds_wrong_prices(void)
{
    struct outcome outcome =
        RUN(NULL, "validate", "--rounds", "3", "--only", "points", "--profile", "here.ini");
    g_assert_cmpstr(outcome.err, ==, "weft validate: points are not within their limits\n");
    g_assert_cmpint(outcome.status, ==, 1);
    g_assert_true(g_str_has_suffix(outcome.out, ": NOT within\n"));
    outcome_clear(&outcome);
}

static void takes_a_profile(void)
{
    g_autofree char *path = g_build_filename(directory, "here.ini", NULL);
    struct outcome calibrated = RUN(NULL, "calibrate", "--quick", "--out", "here.ini");
    g_assert_cmpint(calibrated.status, ==, 0);
    assert_takes_a_profile();
    spoil(path);
    assert_finds_wrong_prices();
    take_away("here.ini");
    outcome_clear(&calibrated);
}

/* --- it refuses --- */

static void assert_refuses(GSpawnChildSetupFunc set_up, int status, const char *says,
                           const char *const *options)
{
    struct outcome outcome = outcome_of(directory, weft, options, set_up, NULL);
    g_assert_cmpstr(outcome.out, ==, "");
    if (!g_str_has_prefix(outcome.err, says))
        g_error("it says: %s", outcome.err);
    g_assert_true(strchr(outcome.err, '\n') == outcome.err + strlen(outcome.err) - 1);
    g_assert_cmpint(outcome.status, ==, status);
    outcome_clear(&outcome);
}
#define REFUSES(set_up, status, says, ...)                                                                   \
    assert_refuses(set_up, status, says, (const char *const[]){"validate", __VA_ARGS__, NULL})

/* Prices of another machine say nothing of this one. */
static const char elsewhere[] =
    "[profile]\nbase = modern-x86\n[measured]\nmachine = another, 1 processors\nkernel = Linux 1.0\n"
    "date = 2026-01-02\nweft = 0.1.0\nclock = 1 GHz\n";

static void refuses(void)
{
    g_autofree char *path = g_build_filename(directory, "elsewhere.ini", NULL);
    g_assert_true(g_file_set_contents(path, elsewhere, -1, NULL));
    REFUSES(outcome_without_namespaces, 2, "weft validate: no network namespace: ", "--only", "points",
            "--out", "below/results");
    REFUSES(outcome_without_namespaces, 2, "weft validate: ", "--only", "switch", "--json", "x.json");
    REFUSES(NULL, 2,
            "weft validate: --profile: was measured on another, 1 processors with Linux 1.0; this is ",
            "--only", "points", "--profile", "elsewhere.ini");
    REFUSES(NULL, 1, "nowhere/x.json: cannot be written: ", "--json", "nowhere/x.json");
    REFUSES(NULL, 2, "\"\" is no name of a directory", "--out", "");
    REFUSES(NULL, 1, "elsewhere.ini/results: cannot be made: ", "--out", "elsewhere.ini/results");
    take_away("elsewhere.ini");
    g_autofree char *left = names("");
    g_assert_cmpstr(left, ==, "");
}

/* A profile of this machine in which nothing costs anything. */
static void refuses_free_prices(void)
{
    struct outcome calibrated = RUN(NULL, "calibrate", "--quick", "--out", "here.ini");
    g_assert_cmpint(calibrated.status, ==, 0);
    g_autofree char *path = g_build_filename(directory, "here.ini", NULL), *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_autoptr(GRegex) price = g_regex_new("= [0-9.]+ cycles", 0, 0, NULL);
    g_autofree char *free_of_charge = g_regex_replace_literal(price, text, -1, 0, "= 0 cycles", 0, NULL);
    g_assert_true(g_file_set_contents(path, free_of_charge, -1, NULL));
    REFUSES(NULL, 2, "weft validate: --profile: a packet of sendto costs nothing", "--only", "points",
            "--profile", "here.ini", "--quick");
    take_away("here.ini");
    outcome_clear(&calibrated);
}

/* --- it leaves nothing --- */

static void leaves_nothing_behind(void)
{
    static const char *const parts[] = {"points", "switch"};
    static const int signals[] = {SIGKILL, SIGTERM, SIGINT}; /* each has another instant in each part */
    enum { SOONEST_US = 100000, LATEST_US = 1600000 };
    g_autofree char *out = g_build_filename(directory, "killed", NULL),
                    *json = g_build_filename(directory, "killed.json", NULL);
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
        const char *argv[] = {weft, "validate", "--only", parts[i], "--out", out, "--json", json, NULL};
        guint most = 0, turn = i;
        for (gulong after_us = SOONEST_US; after_us <= LATEST_US; after_us *= 2, turn++)
            most = MAX(most, killed_after(argv, signals[turn % G_N_ELEMENTS(signals)], after_us));
        most = MAX(most, killed_midway(argv, SIGKILL));
        g_autofree char *left = names("");
        g_assert_cmpstr(left, ==, "");
        g_assert_cmpuint(most, >=, 1); /* else it would not have been killed midway */
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(argc, ==, 2);
    weft = argv[1];
    directory = g_dir_make_tmp("weft-validate-XXXXXX", NULL);
    g_assert_nonnull(directory);
    struct outcome outcome = RUN(NULL, "validate", "--quick", "--only", "switch", "--json", "-");
    gboolean refused = outcome.status == 2;
    if (refused)
        g_printerr("%s", outcome.err);
    else
        check_json(outcome.out, FALSE, TRUE);
    outcome_clear(&outcome);
    g_test_add_func("/validate/calibrates-first", calibrates_first);
    g_test_add_func("/validate/takes-a-profile", takes_a_profile);
    g_test_add_func("/validate/refuses", refuses);
    g_test_add_func("/validate/refuses-free-prices", refuses_free_prices);
    g_test_add_func("/validate/leaves-nothing-behind", leaves_nothing_behind);
    int status = refused ? SKIPPED : g_test_run();
    g_rmdir(directory);
    g_free(directory);
    return status;
}
