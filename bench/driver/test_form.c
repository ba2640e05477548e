/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft-bench-driver measures every path; instructions are the same each time, and parts add up. Nothing is said of how many there
 * are: that is the thresholds' test. usage: test-bench-driver [--tap] PROGRAM */

#include <json-glib/json-glib.h>
#include <string.h>

static const char *program;

static int run(char **out, const char *const *options)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    int status = 0;
    GError *error = NULL;
    g_ptr_array_add(argv, (gpointer)program);
    for (; *options; options++)
        g_ptr_array_add(argv, (gpointer)*options);
    g_ptr_array_add(argv, NULL);
    g_spawn_sync(NULL, (char **)argv->pdata, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, out, NULL, &status,
                 &error);
    g_assert_no_error(error);
    g_assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}
#define RUN(out, ...) run(out, (const char *const[]){__VA_ARGS__, NULL})

static JsonParser *run_json(const char *kind, const char *only)
{
    g_autofree char *out = NULL;
    JsonParser *parser = json_parser_new();
    g_assert_cmpint(RUN(&out, kind, "--rounds", "1", "--only", only, "--json", "-"), ==, 0);
    g_assert_true(json_parser_load_from_data(parser, out, -1, NULL));
    return parser;
}

static JsonArray *results(JsonParser *parser)
{
    JsonObject *root = json_node_get_object(json_parser_get_root(parser));
    g_assert_cmpstr(json_object_get_string_member(root, "schema"), ==, "weft-bench-driver/1");
    return json_object_get_array_member(root, "results");
}

/* All paths of --list, in its order. */
static void assert_paths(JsonArray *array)
{
    g_autofree char *out = NULL;
    g_assert_cmpint(RUN(&out, "--list"), ==, 0);
    g_auto(GStrv) names = g_strsplit(g_strchomp(out), "\n", -1);
    g_assert_cmpuint(g_strv_length(names), ==, json_array_get_length(array));
    for (guint i = 0; names[i]; i++)
        g_assert_cmpstr(json_object_get_string_member(json_array_get_object_element(array, i), "path"), ==,
                        names[i]);
}

static void instructions_repeat_and_add_up(void)
{
    static const char *const parts[] = {"call",   "translate",  "order", "cut",
                                        "header", "descriptor", "clock", "price"};
    g_autoptr(JsonParser) first = run_json("--instructions", "*e*d*"),
                          second = run_json("--instructions", "*e*d*");
    JsonArray *one = results(first), *two = results(second);
    g_assert_cmpuint(json_array_get_length(one), >=, 4);
    g_assert_cmpuint(json_array_get_length(one), ==, json_array_get_length(two));
    for (guint i = 0; i < json_array_get_length(one); i++) {
        JsonObject *path = json_array_get_object_element(one, i),
                   *again = json_array_get_object_element(two, i);
        JsonObject *counted = json_object_get_object_member(path, "instructions_per_packet"),
                   *repeated = json_object_get_object_member(again, "instructions_per_packet");
        double sum = 0, all = json_object_get_double_member(counted, "all");
        for (guint part = 0; part < G_N_ELEMENTS(parts); part++) {
            double each = json_object_get_double_member(counted, parts[part]);
            if (strcmp(parts[part], "clock") != 0) /* only RTP and one order ask it */
                g_assert_cmpfloat(each, >, 0);
            g_assert_cmpfloat(each, ==, json_object_get_double_member(repeated, parts[part]));
            sum += each;
        }
        g_assert_cmpfloat_with_epsilon(sum, all, all / 1000);
    }
}

static void cycles_are_measured(void)
{
    g_autoptr(JsonParser) parser = run_json("--cycles", "*");
    assert_paths(results(parser));
    for (guint i = 0; i < json_array_get_length(results(parser)); i++) {
        JsonObject *path = json_array_get_object_element(results(parser), i),
                   *cycles = json_object_get_object_member(path, "cycles_per_packet"),
                   *all = json_object_get_object_member(cycles, "all");
        g_assert_cmpfloat(json_object_get_double_member(all, "median"), >, 0);
        g_assert_null(json_object_get_member(path, "instructions_per_packet"));
    }
}

static void bad_usage_is_refused(void)
{
    g_assert_cmpint(RUN(NULL, "--only", "nothing"), ==, 2);
    g_assert_cmpint(RUN(NULL, "--rounds", "-1"), ==, 2);
    g_assert_cmpint(RUN(NULL, "argument"), ==, 2);
    g_assert_cmpint(RUN(NULL, "--instructions", "--only", "seed", "--json", "/nowhere/to/write"), ==, 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(argc, ==, 2);
    program = argv[1];
    g_test_add_func("/bench-driver/instructions", instructions_repeat_and_add_up);
#if defined(__x86_64__)
    g_test_add_func("/bench-driver/cycles", cycles_are_measured);
#endif
    g_test_add_func("/bench-driver/usage", bad_usage_is_refused);
    return g_test_run();
}
