/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft agree, of a `weft` whose other back ends (liars.c) each tell one thing otherwise: what it says of each, and how it
 * ends. */

#include "weft.h"

#include <json-glib/json-glib.h>
#include <string.h>

static const char scene[] =
    "[scenario]\nduration = 100 ms\n[server main]\n[switch access]\nport = 100 Mbit/s\n"
    "[device set]\ncount = 4\n[stream film]\ncount = 4\nrate = 8 Mbit/s\n"
    "payload = 1316 B\n[write]\nmethod = interleaved\ninterval = 20 ms\n";

struct lie {
    const char *backend;
    const char *differs[12]; /* rows of the table that are not 0, as "NAME VALUE" */
    const char *shown;       /* a regex for the rows that are shown; NULL: nothing is */
};

/* A frame of 1362 bytes takes 11.056 us on a link of 1 Gbit/s. */
static const struct lie lies[] = {
    {"shifts", {"switch_out_ps 1 (1 ps)"}, "\nreference +0 +100 .*\nshifts +0 +100 .*  switch_out_ps \\+1\n"},
    {"drops", {"missing 1", "disorder 1"}, "\nreference +0 +100 .*  missing in drops\n"},
    {"loses",
     {"switch_out_ps 1", "device_in_ps 1", "outcome 1"},
     "\nreference .* delivered .*\nloses +0 +100 .* - +- +buffer .*  switch_out_ps, device_in_ps, outcome\n"},
    {"swaps",
     {"missing 1", "tx_ps 1 (11056000 ps)", "sent_ps 1 (11056000 ps)", "switch_in_ps 1 (11056000 ps)",
      "port_in_ps 1 (11056000 ps)", "switch_out_ps 1 (11056000 ps)", "device_in_ps 1 (11056000 ps)", "port 1",
      "stream 1", "disorder 1", "stray 3"},
     "\nswaps +0 +101 .*  tx_ps -11056000, .*, stream\n"},
    {"repeats", {"stray 1"}, "\nrepeats +0 +100 .*  stray\n"},
    {"stretches", {"device_in_ps 1", "contradiction 1", "unfinished 1"}, "\nstretches .*  contradiction\n"},
    {"forgets", {"device_in_ps 1", "unfinished 1"}, "\nforgets +0 +100 .* - +delivered .*  device_in_ps\n"},
    {"disorders", {"disorder 1"}, "\ndisorders .*  disorder\n"},
    {"miscounts", {"counters 1"}, "\nserver 0: overruns: reference 0, miscounts 1\n"},
};

static struct said agree(const char *directory, const char *backends, const char *more, const char *value)
{
    return weft(directory, "agree", "scene.ini", "--backends", backends, more, value, NULL);
}

/* The value of a row of the table, of the last back end: what stands before the help. The caller frees with g_free. */
static char *cell(const char *out, const char *row)
{
    g_autofree char *pattern = g_strdup_printf("^%s +(?:[0-9]+ +)?([0-9]+(?: \\([0-9]+ ps\\))?)  ", row);
    g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_MULTILINE, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    if (!g_regex_match(regex, out, 0, &match))
        g_error("no row %s in:\n%s", row, out);
    return g_match_info_fetch(match, 1);
}

static void check_table(const struct lie *lie, const char *out)
{
    static const char *const rows[] = {
        "missing",      "extra",    "tx_ps", "sent_ps",       "switch_in_ps",  "port_in_ps", "switch_out_ps",
        "device_in_ps", "outcome",  "port",  "frame_bytes",   "payload_bytes", "stream",     "number",
        "bytes",        "counters", "stray", "contradiction", "disorder",      "unfinished"};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *is = cell(out, rows[i]);
        const char *must = "0";
        for (size_t k = 0; k < G_N_ELEMENTS(lie->differs) && lie->differs[k]; k++)
            if (g_str_has_prefix(lie->differs[k], rows[i]) && lie->differs[k][strlen(rows[i])] == ' ')
                must = lie->differs[k] + strlen(rows[i]) + 1;
        if (strcmp(is, must) != 0)
            g_error("%s: row %s is %s, must be %s, in:\n%s", lie->backend, rows[i], is, must, out);
    }
}

static void test_lie(gconstpointer data)
{
    const struct lie *lie = data;
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "scene.ini", scene);
    g_autofree char *both = g_strconcat("reference,", lie->backend, NULL);
    g_autofree char *line = g_strdup_printf("weft agree: not within the tolerance: %s\n", lie->backend);
    g_autofree char *verdict = g_strdup_printf("\n%s differs from reference\n", lie->backend);
    struct said said = agree(directory, both, NULL, NULL);
    g_assert_cmpint(said.status, ==, 1);
    g_assert_cmpstr(said.err, ==, line);
    g_assert_nonnull(strstr(said.out, verdict));
    check_table(lie, said.out);
    if (!g_regex_match_simple(lie->shown, said.out, 0, 0))
        g_error("%s is not in:\n%s", lie->shown, said.out);
    said_clear(&said);
    scratch_free(directory);
}

static void expect(const char *backends, const char *more, const char *value, int status, const char *out)
{
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "scene.ini", scene);
    struct said said = agree(directory, backends, more, value);
    g_test_message("%s %s %s: %s%s", backends, more ? more : "", value ? value : "", said.out, said.err);
    g_assert_cmpint(said.status, ==, status);
    g_assert_true(g_regex_match_simple(out, status == 0 ? said.out : said.err, 0, 0));
    said_clear(&said);
    scratch_free(directory);
}

/* A difference within what is allowed is shown and is none. */
static void test_tolerance(void)
{
    expect("reference,honest", NULL, NULL, 0, "\nhonest agrees with reference\n$");
    expect("reference,shifts_openly", NULL, NULL, 0,
           "\nswitch_out_ps +1 \\(1 ps\\) .*\n(.*\n)*shifts_openly agrees with reference within 1 ps\n$");
    expect("shifts_openly,reference", NULL, NULL, 0, "\nreference agrees with shifts_openly within 1 ps\n$");
    expect("reference,shifts_openly", "--tolerance", "0 ps", 1, "^weft agree: .*: shifts_openly\n$");
    expect("reference,shifts", "--tolerance", "1 ps", 0, "\nshifts agrees with reference within 1 ps\n$");
    expect("reference,loses", "--tolerance", "1 h", 1, "^weft agree: .*: loses\n$"); /* no instant is none */
    expect("shifts,reference", NULL, NULL, 1, "^weft agree: .*: reference\n$");
    expect("repeats,reference", NULL, NULL, 1,
           "^weft agree: .*: repeats\n$"); /* the first is held to the rules */
}

static void test_failures(void)
{
    expect("reference,refuses", NULL, NULL, 2, "^weft: back end refuses: 1 servers; allowed: none\n$");
    expect("refuses,reference", NULL, NULL, 2, "^weft: back end refuses: 1 servers; allowed: none\n$");
    expect("reference,crashes", NULL, NULL, 1,
           "^weft: back end crashes: killed by signal 6 \\(Aborted\\)\n$");
    expect("crashes,reference", NULL, NULL, 1,
           "^weft: back end crashes: killed by signal 6 \\(Aborted\\)\n$");
    expect("reference,absent", NULL, NULL, 2, "^weft: back end absent: not built, install libabsent-dev\n$");
    expect("reference", NULL, NULL, 2,
           "^--backends: there is nothing to hold reference against; allowed: two");
    expect("reference,reference", NULL, NULL, 2, "^--backends: \"reference\" stands there twice");
    expect("reference,fly", NULL, NULL, 2,
           "^--backends: unknown back end \"fly\"; allowed: reference, honest, ");
    expect("reference,honest", "--tolerance", "1", 2, "^--tolerance: \"1\" has no unit; allowed: a time");
    expect("reference,honest", "--methods", "fly", 2,
           "^--methods: unknown method \"fly\"; allowed: per-packet, ");
    expect("reference,honest", "--json", "none/x.json", 1, "^none/x\\.json: cannot be written: ");
}

/* All that are built take part but for those that refuse, and it says so; a crash is not passed over. */
static void test_default(void)
{
    static const char *const lines[] = {
        "\nhonest agrees with reference\n",
        "\nshifts differs from reference\n",
        "\nshifts_openly agrees with reference within 1 ps\n",
        "\nrefuses was left out of 1 of 1 runs: weft: back end refuses: 2 servers; allowed: none\n",
        "\ncrashes was left out of 1 of 1 runs: weft: back end crashes: 2 servers; allowed: others\n",
        "\nabsent was left out: not built, install libabsent-dev\n",
    };
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "scene.ini", scene);
    struct said crashed = weft(directory, "agree", "scene.ini", NULL);
    assert_bad(&crashed, 1, "^weft: back end crashes: killed by signal 6");
    said_clear(&crashed);
    struct said said = weft(directory, "agree", "scene.ini", "--set", "server.count=2", NULL);
    g_assert_cmpint(said.status, ==, 1);
    g_assert_null(strstr(said.err, "honest"));
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
        if (!strstr(said.out, lines[i]))
            g_error("no %s in:\n%s", lines[i], said.out);
    said_clear(&said);
    scratch_free(directory);
}

/* With all methods and replications: one table, and the rows that are shown say of which run they are. */
static void test_methods(void)
{
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "scene.ini", scene);
    struct said bad = weft(directory, "agree", "scene.ini", "-b", "reference,honest", "-m", "batched", "-s",
                           "write.method=batched", NULL);
    assert_bad(&bad, 2, "^--set: write\\.method: does not go with --methods");
    said_clear(&bad);
    g_auto(GStrv) parts = g_strsplit(scene, "method = interleaved\n", -1);
    g_autofree char *without = g_strjoinv("", parts);
    g_autofree char *again = scratch_file(directory, "scene.ini", without);
    struct said said = weft(directory, "agree", "scene.ini", "-b", "reference,shifts", "-m",
                            "per-packet,interleaved", "-s", "scenario.replications=2", NULL);
    g_assert_cmpint(said.status, ==, 1);
    g_assert_nonnull(strstr(said.out, "scene: 4 runs\nrun 0: per-packet, seed 1\nrun 1: per-packet, seed "));
    g_autofree char *shifted = cell(said.out, "switch_out_ps");
    g_assert_cmpstr(shifted, ==, "4 (1 ps)");
    said_clear(&said);
    scratch_free(directory);
}

/* One row, by 1 ps, in the column that was shifted. */
static void check_columns(JsonArray *columns)
{
    for (guint i = 0; i < json_array_get_length(columns); i++) {
        JsonObject *column = json_array_get_object_element(columns, i);
        gboolean shifted = g_str_equal(json_object_get_string_member(column, "name"), "switch_out_ps");
        g_assert_cmpint(json_object_get_int_member(column, "rows"), ==, shifted);
        g_assert_cmpint(json_object_get_int_member(column, "largest_ps"), ==, shifted);
    }
}

static void check_json(JsonObject *object)
{
    JsonArray *sides = json_object_get_array_member(object, "backends");
    JsonObject *reference = json_array_get_object_element(sides, 0);
    JsonObject *shifts = json_array_get_object_element(sides, 1);
    g_assert_cmpstr(json_object_get_string_member(object, "schema"), ==, "weft-agree/1");
    g_assert_false(json_object_get_boolean_member(object, "agrees"));
    g_assert_true(json_object_get_boolean_member(reference, "agrees"));
    g_assert_false(json_object_get_boolean_member(shifts, "agrees"));
    g_assert_cmpint(json_object_get_int_member(shifts, "packets"), ==, 304);
    check_columns(json_object_get_array_member(shifts, "columns"));
}

static void test_json(void)
{
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "scene.ini", scene);
    struct said said = agree(directory, "reference,shifts", "--json", "-");
    g_assert_cmpint(said.status, ==, 1);
    g_autoptr(JsonNode) root = json_from_string(said.out, NULL);
    check_json(json_node_get_object(root));
    said_clear(&said);
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(lies); i++) {
        g_autofree char *path = g_strconcat("/agree/lies/", lies[i].backend, NULL);
        g_test_add_data_func(path, &lies[i], test_lie);
    }
    g_test_add_func("/agree/tolerance", test_tolerance);
    g_test_add_func("/agree/failures", test_failures);
    g_test_add_func("/agree/default", test_default);
    g_test_add_func("/agree/methods", test_methods);
    g_test_add_func("/agree/json", test_json);
    return g_test_run();
}
