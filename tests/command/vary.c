/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A key that takes one value after the other: each row of vary.csv is what `weft run` says of that value and method, the
 * file and the command line ask for the same, and what is wrong is found before anything runs or is written. */

#include "weft.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define SMALL                                                                                                \
    "[scenario]\nduration = 100 ms\n[server a]\n[switch s]\n[device d]\ncount = 8\n[stream f]\ncount = 4\n"  \
    "rate = 4 Mbit/s\n[write]\ninterval = 20 ms\n"
#define COMPARE                                                                                              \
    "[compare]\nmethods = interleaved, multi-destination\nvary = stream.count\nvalues = 1, 4, 8\n"           \
    "figure = buffer-vs-streams\n"

static char **rows_of(const char *directory, const char *name)
{
    g_autofree char *path = g_build_filename(directory, name, NULL), *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return g_strsplit(g_strchomp(text), "\n", -1);
}

static char *cell(char *const *rows, guint row, const char *column)
{
    g_auto(GStrv) titles = g_strsplit(rows[0], ",", -1), cells = g_strsplit(rows[row], ",", -1);
    for (guint i = 0; titles[i]; i++)
        if (strcmp(titles[i], column) == 0)
            return g_strdup(cells[i]);
    g_test_message("no column %s", column);
    g_assert_not_reached();
}

static void assert_cell(char *const *rows, guint row, const char *column, const char *expected)
{
    g_autofree char *is = cell(rows, row, column);
    g_assert_cmpstr(is, ==, expected);
}

/* What `weft run` says of the same point. */
static void assert_row_is_run(const char *directory, char *const *rows, guint row)
{
    g_autofree char *value = cell(rows, row, "value"), *method = cell(rows, row, "method");
    g_autofree char *set = g_strdup_printf("stream.count=%s", value);
    struct said said =
        weft(directory, "run", "plain.ini", "--method", method, "--set", set, "--json", "-", NULL);
    assert_good(&said);
    g_autoptr(JsonNode) root = json_from_string(said.out, NULL);
    said_clear(&said);
    JsonObject *totals = json_object_get_object_member(json_node_get_object(root), "totals");
    static const char *const same[][2] = {{"sent_packets", "packets_sent"},
                                          {"peak_port_bytes", "peak_port_bytes"},
                                          {"peak_switch_bytes", "peak_switch_bytes"},
                                          {"copied_bytes", "payload_bytes_copied"}};
    for (gsize i = 0; i < G_N_ELEMENTS(same); i++) {
        g_autofree char *expected =
            g_strdup_printf("%" G_GINT64_FORMAT, json_object_get_int_member(totals, same[i][1]));
        assert_cell(rows, row, same[i][0], expected);
    }
}

static void test_rows(void)
{
    char *directory = scratch_new();
    g_autofree char *plain = scratch_file(directory, "plain.ini", SMALL);
    g_autofree char *with = scratch_file(directory, "with.ini", SMALL COMPARE);
    struct said said = weft(directory, "compare", "with.ini", "--out", "of-file", NULL);
    assert_good(&said);
    said_clear(&said);
    said = weft(directory, "compare", "plain.ini", "--vary", "stream.count=1,4,8", "--methods",
                "interleaved,multi-destination", "--out", "of-option", NULL);
    assert_good(&said);
    said_clear(&said);
    g_auto(GStrv) rows = rows_of(directory, "of-file/vary.csv"),
                  same = rows_of(directory, "of-option/vary.csv");
    g_assert_cmpuint(g_strv_length(rows), ==, 1 + 3 * 2);
    g_assert_true(g_strv_equal((const char *const *)rows, (const char *const *)same));
    for (guint row = 1; rows[row]; row++) {
        assert_cell(rows, row, "key", "stream.count");
        assert_cell(rows, row, "method", row % 2 ? "interleaved" : "multi-destination");
        assert_row_is_run(directory, rows, row);
    }
    g_autofree char *figures = g_build_filename(directory, "of-file/buffer-vs-streams.svg", NULL);
    g_autofree char *usual = g_build_filename(directory, "of-option/buffer-vs-value.png", NULL);
    g_assert_true(g_file_test(figures, G_FILE_TEST_EXISTS) && g_file_test(usual, G_FILE_TEST_EXISTS));
    scratch_free(directory);
}

/* Numbers are in base units, choices are none. */
static void test_numbers(void)
{
    char *directory = scratch_new();
    g_autofree char *plain = scratch_file(directory, "plain.ini", SMALL);
    struct said said = weft(directory, "compare", "plain.ini", "--vary", "switch.s.port=100 Mbit/s,1 Gbit/s",
                            "--methods", "interleaved", "--out", "rates", NULL);
    assert_good(&said);
    said_clear(&said);
    g_auto(GStrv) rates = rows_of(directory, "rates/vary.csv");
    assert_cell(rates, 2, "value", "1 Gbit/s");
    assert_cell(rates, 2, "number", "1e+09");
    assert_cell(rates, 2, "unit", "bit/s");
    assert_cell(rates, 2, "port_bps", "1000000000");
    said = weft(directory, "compare", "plain.ini", "--vary", "write.order=sequential,smooth", "--methods",
                "interleaved", "--out", "orders", NULL);
    assert_good(&said);
    said_clear(&said);
    g_auto(GStrv) orders = rows_of(directory, "orders/vary.csv");
    assert_cell(orders, 1, "number", "nan");
    g_autofree char *burst = cell(orders, 1, "peak_port_packets"),
                    *even = cell(orders, 2, "peak_port_packets");
    g_assert_cmpint(atoi(burst), >, atoi(even));
    scratch_free(directory);
}

struct wrong {
    const char *group, *vary, *more; /* what [compare] says, what --vary says, one more option */
    const char *regex;
};

static const struct wrong wrongs[] = {
    {"", "stream.count", NULL,
     "^--vary: \"stream.count\" varies nothing; allowed: GROUP\\.KEY=A,B,\\.\\.\\.\n$"},
    {"", "stream.cuont=1", NULL, "^--vary: stream\\.cuont: unknown key.+; allowed: .+\n$"},
    {"", "stream.count=1,0", NULL, "^--vary: stream\\.count: .+; allowed: .+\n$"},
    {"", "stream.count=1,,2", NULL, "^--vary: stream\\.count: .+; allowed: .+\n$"},
    {"", "stream.count=", NULL, "^--vary: stream\\.count: has no values; allowed: A,B,\\.\\.\\.\n$"},
    {"", "write.method=batched", NULL,
     "^--vary: write\\.method: cannot be varied; allowed: methods, with --methods or compare\\.methods\n$"},
    {"", "compare.figure=a", NULL,
     "^--vary: compare\\.figure: cannot be varied; allowed: keys of other groups\n$"},
    {"", "stream.count=2,2", NULL,
     "^--vary: stream\\.count: \"2\" stands there twice; allowed: each value once\n$"},
    {"", "switch.t.port=1 Gbit/s", NULL,
     "^--vary: switch\\.port: there is no \\[switch t\\]; allowed: .+\n$"},
    {"", "scenario.warmup=1 ms", NULL,
     "^.+scenario\\.warmup: .+; allowed: .+\n$"}, /* wrong together with T */
    {"", "stream.count=1", "--ablate", "^weft compare: --vary does not go with --ablate\n$"},
    {"[compare]\nvary = stream.count\n", NULL, NULL,
     "^bad\\.ini:13: compare\\.vary: is given without values; allowed: both\n$"},
    {"[compare]\nvalues = 1\n", NULL, NULL,
     "^bad\\.ini:13: compare\\.values: is given without vary; allowed: both\n$"},
    {"[compare]\nvary = stream.count\nvalues = 1, much\n", NULL, NULL,
     "^bad\\.ini:14: stream\\.count: .+; allowed: .+\n$"},
    {"[compare]\nvary = stream.count\nvalues = 1\nfigure = no-such\n", NULL, NULL,
     "^bad\\.ini:15: compare\\.figure: there is no figure \"no-such\"; allowed: .+\n$"},
    {"[compare]\nfigure = buffer-vs-streams\n", NULL, NULL,
     "^bad\\.ini:13: compare\\.figure: is given without vary; allowed: both\n$"},
    {"[compare]\nvary = write.method\nvalues = batched\n", NULL, NULL,
     "^bad\\.ini:14: write\\.method: cannot be varied; allowed: .+\n$"},
    {"", NULL, "--set=compare.methods=no-such",
     "^--set: compare\\.methods: unknown method \"no-such\"; allowed: .+\n$"},
    {"[compare]\nmethods = no-such\n", NULL, NULL,
     "^bad\\.ini:13: compare\\.methods: unknown method \"no-such\"; allowed: .+\n$"},
};

static void test_wrong(void)
{
    char *directory = scratch_new();
    for (gsize i = 0; i < G_N_ELEMENTS(wrongs); i++) {
        const struct wrong *wrong = &wrongs[i];
        g_autofree char *text = g_strconcat(SMALL, wrong->group, NULL);
        g_autofree char *path = scratch_file(directory, "bad.ini", text);
        const char *arguments[] = {"compare", "bad.ini", "--out", "out", NULL, NULL, NULL, NULL};
        gsize n = 4;
        if (wrong->vary) {
            arguments[n++] = "--vary";
            arguments[n++] = wrong->vary;
        }
        arguments[n] = wrong->more;
        g_test_message("%s%s", wrong->group, wrong->vary ? wrong->vary : "");
        struct said said = weft_with(directory, NULL, arguments);
        assert_bad(&said, 2, wrong->regex);
        said_clear(&said);
        g_autofree char *left = scratch_names(directory);
        g_assert_cmpstr(left, ==, "bad.ini");
    }
    scratch_free(directory);
}

/* A run does not depend on [compare]: its settings and hash are the same. */
static void test_run_ignores(void)
{
    char *directory = scratch_new();
    g_autofree char *plain = scratch_file(directory, "s.ini", SMALL);
    struct said without = weft(directory, "run", "s.ini", "--json", "-", NULL);
    g_autofree char *with = scratch_file(directory, "s.ini", SMALL COMPARE);
    struct said ignored = weft(directory, "run", "s.ini", "--json", "-", NULL);
    assert_good(&without);
    g_assert_cmpstr(without.out, ==, ignored.out);
    said_clear(&without);
    said_clear(&ignored);
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vary/rows", test_rows);
    g_test_add_func("/vary/numbers", test_numbers);
    g_test_add_func("/vary/wrong", test_wrong);
    g_test_add_func("/vary/run-ignores", test_run_ignores);
    return g_test_run();
}
