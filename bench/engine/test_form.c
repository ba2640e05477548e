/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft-bench-engine --quick runs every case and writes JSON of the form that docs/performance.md states. Nothing is
 * said of speed: that depends on the machine. usage: test-bench-engine [--tap] PROGRAM SOURCE */

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

static const char *program, *source;

static int run(char **out, const char *const *options)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    int status = 0;
    GError *error = NULL;
    g_ptr_array_add(argv, (gpointer)program);
    for (; *options; options++)
        g_ptr_array_add(argv, (gpointer)*options);
    g_ptr_array_add(argv, NULL);
    g_spawn_sync(NULL, (char **)argv->pdata, NULL, G_SPAWN_DEFAULT, NULL, NULL, out, NULL, &status, &error);
    g_assert_no_error(error);
    g_assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}
#define RUN(out, ...) run(out, (const char *const[]){__VA_ARGS__, NULL})

static double number(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);
    g_assert_nonnull(node);
    g_assert_true(JSON_NODE_HOLDS_VALUE(node));
    g_assert_true(json_node_get_value_type(node) == G_TYPE_DOUBLE ||
                  json_node_get_value_type(node) == G_TYPE_INT64);
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

static void assert_speed(JsonObject *object)
{
    g_assert_cmpfloat(median(object, "ns_per_packet"), >, 0);
    g_assert_cmpfloat_with_epsilon(median(object, "ns_per_packet") * median(object, "packets_per_s"), 1e9, 1);
    g_assert_cmpfloat(number(object, "packets"), >=, 1);
}

static const char *text(JsonObject *object, const char *name)
{
    const char *value = json_object_get_string_member(object, name);
    g_assert_nonnull(value);
    g_assert_cmpstr(value, !=, "");
    return value;
}

/* The limit on the arrivals of this result. */
static JsonObject *limit_of(JsonArray *limits, JsonObject *result, const char *loop)
{
    for (guint i = 0; i < json_array_get_length(limits); i++) {
        JsonObject *limit = json_array_get_object_element(limits, i);
        if (strcmp(text(limit, "loop"), loop) == 0 &&
            strcmp(text(limit, "method"), text(result, "method")) == 0 &&
            strcmp(text(limit, "scale"), text(result, "scale")) == 0)
            return limit;
    }
    g_error("no limit for %s", text(result, "method"));
}

static void assert_result(JsonObject *result, JsonArray *limits, const char *name)
{
    g_autofree char *own = g_strdup_printf("%s/%s/%s/%s", text(result, "backend"), text(result, "method"),
                                           text(result, "scale"), text(result, "observers"));
    g_assert_cmpstr(own, ==, name);
    assert_speed(result);
    double ns = median(result, "ns_per_packet");
    double ratio = median(limit_of(limits, result, "lindley-loop"), "ns_per_packet") / ns,
           memory = median(limit_of(limits, result, "lindley-loop-memory"), "ns_per_packet") / ns;
    g_assert_cmpfloat_with_epsilon(number(result, "of_limit"), ratio, 1e-9);
    g_assert_cmpfloat_with_epsilon(number(result, "of_memory_limit"), memory, 1e-9);
    g_assert_cmpfloat(median(result, "cpu_share"), >, 0);
    g_assert_cmpfloat(median(result, "startup_ms"), >=, 0);
    g_assert_cmpfloat(median(result, "memory_bytes"), >, 0);
    g_assert_cmpfloat(median(result, "peak_rss_bytes"), >, 0);
    g_assert_cmpfloat(number(result, "link_busy"), >, 0.3);
    g_assert_cmpfloat(number(result, "link_busy"), <, 0.9);
    g_assert_cmpfloat(number(result, "streams"), >=, number(result, "servers"));
    g_assert_cmpfloat(number(result, "servers"), >=, 1);
    g_assert_cmpfloat(number(result, "applications"), >=, 1);
    JsonNode *slope = json_object_get_member(result, "bytes_per_stream");
    g_assert_nonnull(slope);
    g_assert_true(JSON_NODE_HOLDS_NULL(slope) || json_node_get_value_type(slope) == G_TYPE_DOUBLE);
}

static void assert_header(JsonObject *root)
{
    JsonObject *machine = json_object_get_object_member(root, "machine");
    g_assert_cmpstr(text(root, "schema"), ==, "weft-bench-engine/1");
    text(root, "version");
    text(root, "date");
    g_assert_true(json_object_get_boolean_member(root, "quick"));
    g_assert_cmpfloat(number(root, "repetitions"), ==, 1);
    text(machine, "cpu");
    text(machine, "kernel");
    text(machine, "compiler");
    text(machine, "flags");
    g_assert_cmpfloat(number(machine, "cores"), >=, 1);
    g_assert_cmpfloat(number(machine, "load_before"), >=, 0);
    g_assert_true(json_object_has_member(root, "not_built"));
}

/* Every case that --list names is there, in that order, and says what it has to. */
static void form(void)
{
    g_autofree char *list = NULL, *json = NULL;
    g_assert_cmpint(RUN(&list, "--quick", "--list"), ==, 0);
    g_assert_cmpint(RUN(&json, "--quick", "--json", "-"), ==, 0);
    g_auto(GStrv) names = g_strsplit(g_strstrip(list), "\n", -1);
    g_autoptr(JsonNode) node = json_from_string(json, NULL);
    g_assert_nonnull(node);
    JsonObject *root = json_node_get_object(node);
    JsonArray *limits = json_object_get_array_member(root, "limits");
    JsonArray *results = json_object_get_array_member(root, "results");
    assert_header(root);
    for (guint i = 0; i < json_array_get_length(limits); i++) {
        assert_speed(json_array_get_object_element(limits, i));
        g_assert_cmpfloat(number(json_array_get_object_element(limits, i), "passes"), >=, 1);
    }
    g_assert_cmpuint(json_array_get_length(results), ==, g_strv_length(names));
    g_assert_cmpuint(json_array_get_length(results), >=, 20);
    for (guint i = 0; i < json_array_get_length(results); i++)
        assert_result(json_array_get_object_element(results, i), limits, names[i]);
}

/* One line a case and a limit below the head, then what is special about scales; a file beside it. */
static void table(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *directory = g_dir_make_tmp("weft-bench-XXXXXX", &error);
    g_assert_no_error(error);
    g_autofree char *path = g_build_filename(directory, "engine.json", NULL), *out = NULL;
    g_assert_cmpint(RUN(&out, "--quick", "--only", "reference/interleaved/*/metrics", "--json", path), ==, 0);
    g_auto(GStrv) lines = g_strsplit(g_strstrip(out), "\n", -1);
    g_assert_cmpuint(g_strv_length(lines), ==, 3 + 1 + 3 * 9 + 1 + 6);
    g_assert_true(g_str_has_prefix(lines[3], "back end"));
    g_assert_true(g_str_has_prefix(lines[4], "Lindley loop"));
    g_assert_true(g_str_has_prefix(lines[4 + 2 * 9], "reference"));
    g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
    g_assert_cmpint(g_remove(path), ==, 0);
    g_assert_cmpint(g_rmdir(directory), ==, 0);
}

static char *read_text(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

/* All that is in the directory, and the directory. */
static void remove_files(const char *directory, const char *names)
{
    g_auto(GStrv) name = g_strsplit(names, " ", -1);
    for (char **at = name; *at; at++) {
        g_autofree char *path = g_build_filename(directory, *at, NULL);
        g_assert_cmpint(g_remove(path), ==, 0);
    }
    g_assert_cmpint(g_rmdir(directory), ==, 0);
}

/* A row of engine.csv says what the JSON does, to the four digits that it has. */
static void assert_row(const char *row, JsonObject *object, const char *backend, const char *observers)
{
    enum {
        BACKEND,
        METHOD,
        OBSERVERS,
        SCALE,
        STREAMS,
        REPETITIONS = 7,
        NS = 9,
        SPEED,
        LEAST,
        MOST,
        INSTRUCTIONS,
        OF_LIMIT
    };
    g_auto(GStrv) cells = g_strsplit(row, ",", -1);
    JsonObject *ns = json_object_get_object_member(object, "ns_per_packet");
    double is = g_ascii_strtod(cells[NS], NULL), speed = g_ascii_strtod(cells[SPEED], NULL),
           least = g_ascii_strtod(cells[LEAST], NULL), most = g_ascii_strtod(cells[MOST], NULL);
    g_assert_cmpstr(cells[BACKEND], ==, backend);
    g_assert_cmpstr(cells[METHOD], ==, text(object, "method"));
    g_assert_cmpstr(cells[OBSERVERS], ==, observers);
    g_assert_cmpstr(cells[SCALE], ==, text(object, "scale"));
    g_assert_cmpfloat(g_ascii_strtod(cells[STREAMS], NULL), ==, number(object, "streams"));
    g_assert_cmpstr(cells[REPETITIONS], ==, "3");
    g_assert_cmpfloat_with_epsilon(is / number(ns, "median"), 1, 1e-3);
    g_assert_cmpfloat_with_epsilon(speed * number(ns, "median") / 1e9, 1, 1e-3);
    g_assert_cmpfloat_with_epsilon(least * number(ns, "max") / 1e9, 1, 1e-3);
    g_assert_cmpfloat_with_epsilon(most * number(ns, "min") / 1e9, 1, 1e-3);
    if (json_object_has_member(object, "of_limit"))
        g_assert_cmpfloat_with_epsilon(g_ascii_strtod(cells[OF_LIMIT], NULL) / number(object, "of_limit"), 1,
                                       1e-3);
}

/* --out: the JSON and a CSV of the same numbers, with the columns of the table that the figure is tested with. */
static void directory(void)
{
    g_autofree char *out = g_dir_make_tmp("weft-bench-XXXXXX", NULL), *table = NULL;
    g_assert_cmpint(
        RUN(&table, "--quick", "-r", "3", "--only", "reference/interleaved/*/metrics", "--out", out), ==, 0);
    g_assert_true(strstr(table, "Lindley loop"));
    g_autofree char *json = read_text(out, "engine.json"), *csv = read_text(out, "engine.csv"),
                    *drawn = read_text(source, "tests/golden/figures/engine/engine.csv");
    g_auto(GStrv) rows = g_strsplit(csv, "\n", -1);
    g_assert_true(g_str_has_prefix(drawn, rows[0]) && drawn[strlen(rows[0])] == '\n');
    g_autoptr(JsonNode) node = json_from_string(json, NULL);
    JsonObject *root = json_node_get_object(node);
    JsonArray *limits = json_object_get_array_member(root, "limits"),
              *results = json_object_get_array_member(root, "results");
    guint i = 1;
    for (guint k = 0; k < json_array_get_length(limits); k++) {
        JsonObject *limit = json_array_get_object_element(limits, k);
        assert_row(rows[i++], limit, text(limit, "loop"), "none");
    }
    for (guint k = 0; k < json_array_get_length(results); k++) {
        JsonObject *result = json_array_get_object_element(results, k);
        assert_row(rows[i++], result, text(result, "backend"), text(result, "observers"));
    }
    g_assert_cmpstr(rows[i], ==, "");
    g_assert_cmpuint(i, >, 10);
    remove_files(out, "engine.json engine.csv machine.csv");
}

/* The number in a column that is named in the first row. */
static double cell(char **rows, guint row, const char *title)
{
    g_auto(GStrv) titles = g_strsplit(rows[0], ",", -1), cells = g_strsplit(rows[row], ",", -1);
    g_assert_cmpuint(g_strv_length(titles), ==, g_strv_length(cells));
    guint column = 0;
    while (titles[column] && strcmp(titles[column], title) != 0)
        column++;
    g_assert_nonnull(titles[column]);
    return g_ascii_strtod(cells[column], NULL);
}

/* The row of a program at 64 streams. */
static guint find_row(char **rows, const char *name)
{
    for (guint i = 1; rows[i] && rows[i][0]; i++)
        if (g_str_has_prefix(rows[i], name) && rows[i][strlen(name)] == ',' && strstr(rows[i], ",64,"))
            return i;
    return 0;
}

/* --peers and --instructions: what they find stands in the table, in engine.csv, in a file beside it and in the JSON. A
 * sanitizer's runtime does not start under valgrind, and finds what simulators do not free at their ends. */
static void peers(void)
{
    g_autofree char *valgrind = g_find_program_in_path("valgrind"),
                    *out = g_dir_make_tmp("weft-bench-XXXXXX", NULL);
    if (WEFT_SANITIZED) {
        g_test_skip("peers and callgrind are not for sanitizers");
        return;
    }
    g_assert_cmpint(RUN(NULL, "--quick", "--peers", valgrind ? "--instructions" : "--quick", "--only",
                        "reference/interleaved/64/none", "--out", out),
                    ==, 0);
    g_autofree char *engine = read_text(out, "engine.csv"), *beside = read_text(out, "peers.csv"),
                    *json = read_text(out, "engine.json");
    g_auto(GStrv) rows = g_strsplit(engine, "\n", -1), programs = g_strsplit(beside, "\n", -1);
    guint own = find_row(rows, "reference"), weft = find_row(programs, "reference"), peer = 0;
    g_assert_true(own > 0 && weft > 0);
    double instructions = cell(rows, own, "instructions_per_packet");
    g_assert_true(valgrind ? instructions > 10 && instructions < 10000 : isnan(instructions));
    g_assert_cmpfloat(cell(programs, weft, "is_weft"), ==, 1);
    g_assert_cmpfloat(cell(programs, weft, "slope_times_reference"), ==, 1);
    g_autoptr(JsonNode) node = json_from_string(json, NULL);
    JsonObject *object = json_object_get_object_member(json_node_get_object(node), "peers");
    g_assert_cmpstr(text(object, "schema"), ==, "weft-bench-peers/1");
    guint results = json_array_get_length(json_object_get_array_member(object, "results"));
    g_assert_cmpuint(results, ==, g_strv_length(programs) - 2);
    if ((peer = find_row(programs, "SimGrid mailbox")) > 0) {
        guint row = find_row(rows, "SimGrid-mailbox");
        double slope = cell(programs, peer, "slope_ns_per_packet");
        g_assert_cmpfloat(cell(programs, peer, "slope_times_reference"), >, 10);
        g_assert_cmpfloat_with_epsilon(cell(programs, peer, "slope_times_reference") *
                                           cell(programs, weft, "slope_ns_per_packet") / slope,
                                       1, 2e-3);
        g_assert_cmpfloat(cell(rows, row, "ns_per_packet"), ==, slope);
    }
    remove_files(out, "engine.json engine.csv machine.csv peers.csv");
}

static void bad_usage(void)
{
    g_assert_cmpint(RUN(NULL, "--only", "nothing"), ==, 2);
    g_assert_cmpint(RUN(NULL, "--frobnicate"), ==, 2);
    g_assert_cmpint(RUN(NULL, "argument"), ==, 2);
    g_assert_cmpint(RUN(NULL, "--repetitions", "-1"), ==, 2);
    g_assert_cmpint(RUN(NULL, "--quick", "--only", "reference/*/8/none", "--json", "/nowhere/at/all"), ==, 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(argc, ==, 3);
    program = argv[1];
    source = argv[2];
    g_test_add_func("/bench/engine/form", form);
    g_test_add_func("/bench/engine/table", table);
    g_test_add_func("/bench/engine/directory", directory);
    g_test_add_func("/bench/engine/peers", peers);
    g_test_add_func("/bench/engine/bad-usage", bad_usage);
    return g_test_run();
}
