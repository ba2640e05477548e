/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The scripts of plots/ run alone: what they refuse, and that each is as the table of figures says. */

#include "figures.h"
#include "weft.h"

#include <string.h>
#include <sys/wait.h>

#define GOLDEN "tests/golden/figures/"

/* --- scripts and table in step --- */

static char *script_name(const char *figure)
{
    return g_strdup_printf("plots/%s.gp", figure);
}

/* Each row has a script, which says the row's question as its title and finds its own directory by its own name. */
static void test_rows(void)
{
    for (const struct figure *figure = figure_table; figure->name; figure++) {
        g_autofree char *name = script_name(figure->name), *text = source_text(name);
        g_autofree char *title = g_strdup_printf("\nquestion = \"%s\"\n", figure->question);
        g_autofree char *home =
            g_strdup_printf("\nhome = ARG0[1:strlen(ARG0) - strlen(\"%s.gp\")]\n", figure->name);
        g_autofree char *usage = g_strdup_printf("\n# gnuplot -c %s.gp ", figure->name);
        g_test_message("%s", name);
        g_assert_nonnull(strstr(text, title));
        g_assert_nonnull(strstr(text, home));
        g_assert_nonnull(strstr(text, usage));
        g_assert_nonnull(strstr(text, " OUTPUT svg|png|pdf"));
        g_assert_true(figure->inputs[0] && *figure->needs);
    }
}

/* What the scripts must not do; style.gpi alone may. */
static void assert_style(const char *name, const char *text)
{
    static const char *const bad[] = {"set terminal", "set term ", "set encoding", "rgb \"#", "font \"",
                                      "rgb \"b",      NULL};
    for (const char *const *word = bad; *word; word++)
        if (strstr(text, *word)) {
            g_test_message("%s: %s stands in style.gpi only", name, *word);
            g_test_fail();
        }
}

/* Each script has a row, and all have their looks from one place. */
static void test_scripts(void)
{
    g_autofree char *path = source_path("plots");
    g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
    guint scripts = 0;
    for (const char *name; (name = g_dir_read_name(directory));) {
        g_autofree char *file = g_build_filename("plots", name, NULL), *text = source_text(file);
        if (strcmp(name, "style.gpi") != 0)
            assert_style(name, text);
        if (!g_str_has_suffix(name, ".gp"))
            continue;
        g_autofree char *figure = g_strndup(name, strlen(name) - strlen(".gp"));
        g_test_message("%s", name);
        g_assert_nonnull(figure_find(figure));
        scripts++;
    }
    guint rows = 0;
    while (figure_table[rows].name)
        rows++;
    g_assert_cmpuint(scripts, ==, rows);
}

/* --- scripts alone --- */

/* gnuplot with a script in `directory`; what it said is the caller's, its exit status comes back. */
static int gnuplot(const char *directory, const char *figure, const char *arguments, char **said)
{
    g_autofree char *name = script_name(figure), *script = source_path(name);
    g_autofree char *line = g_strdup_printf("gnuplot|-d|-c|%s|%s", script, arguments);
    g_auto(GStrv) argv = g_strsplit(line, "|", -1);
    int status = 0;
    g_assert_true(g_spawn_sync(directory, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL,
                               NULL, NULL, said, &status, NULL));
    g_assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* The script refuses with words in a line. */
static void assert_refuses(const char *directory, const char *figure, const char *arguments,
                           const char *words)
{
    g_autofree char *said = NULL;
    int status = gnuplot(directory, figure, arguments, &said);
    g_test_message("%s %s: status %d: %s", figure, arguments, status, said);
    g_assert_true(status != 0 && status != 4);
    g_assert_nonnull(strstr(said, words));
}

static void assert_status(const char *directory, const char *figure, const char *arguments, int must)
{
    g_autofree char *said = NULL;
    int status = gnuplot(directory, figure, arguments, &said);
    g_test_message("%s %s: status %d (must be %d): %s", figure, arguments, status, must, said);
    g_assert_cmpint(status, ==, must);
    if (status == 0) /* of a table without rows gnuplot warns */
        g_assert_cmpstr(said, ==, "");
}

/* A table of tests/golden/figures/ that a figure shows. */
static const char *const tables[][2] = {
    {"cycles-vs-interval", "compare/interval.csv"},
    {"buffer-vs-interval", "replications/vary.csv"},
    {"cpu-vs-interval", "compare/interval.csv"},
    {"plane", "sweep/sweep.csv"},
    {"sweep-cycles", "sweep/sweep.csv"},
    {"sweep-cpu", "sweep/sweep.csv"},
    {"sweep-buffer", "sweep/sweep.csv"},
    {"sweep-loss", "sweep/sweep.csv"},
    {"sweep-late", "sweep/sweep.csv"},
    {"sweep-startup", "sweep/sweep.csv"},
    {"cycles-vs-value", "streams/vary.csv"},
    {"buffer-vs-value", "order/vary.csv"},
    {"loss-vs-value", "buffer/vary.csv"},
    {"loss-vs-buffer", "buffer/vary.csv"},
    {"shared-buffer", "shared/vary.csv"},
    {"buffer-vs-streams", "streams/vary.csv"},
    {"orders-unequal-rates", "order/vary.csv"},
    {"three-servers", "link/vary.csv"},
    {"leaf-spine", "background/vary.csv"},
    {"device-buffer", "compare/device-buffer.csv"},
    {"queues", "queues/queues.csv"},
    {"ablation", "ablation/ablation.csv"},
    {"factors", "factors/factors.csv"},
    {"sensitivity", "sensitivity/sensitivity.csv"},
    {"capacity", "size/size.csv"},
    {"validation", "validation/points.csv"},
};

/* Whole, without its rows, without its columns, empty, not there; wrong arguments. */
static void test_alone(gconstpointer data)
{
    const char *figure = ((const char *const *)data)[0];
    char *directory = scratch_new();
    g_autofree char *name = g_strconcat(GOLDEN, ((const char *const *)data)[1], NULL);
    g_autofree char *table = source_text(name), *head = g_strndup(table, strcspn(table, "\n") + 1);
    g_autofree char *other = g_strconcat("a,b\n1,2\n", NULL);
    g_free(scratch_file(directory, "with space.csv", table));
    g_free(scratch_file(directory, "head.csv", head));
    g_free(scratch_file(directory, "other.csv", other));
    g_auto(GStrv) lines = g_strsplit(table, "\n", 3);
    g_autofree char *one = g_strdup_printf("%s\n%s\n", lines[0], lines[1]);
    g_free(scratch_file(directory, "one.csv", one));
    g_free(scratch_file(directory, "empty.csv", ""));
    assert_status(directory, figure, "with space.csv|o p.svg|svg", 0);
    assert_status(directory, figure, "head.csv|o.svg|svg", 4);
    g_autofree char *said = NULL;
    int status = gnuplot(directory, figure, "one.csv|one.svg|svg", &said);
    g_test_message("%s of one row: status %d: %s", figure, status, said);
    g_assert_true(status == 0 || status == 4);
    assert_refuses(directory, figure, "other.csv|o.svg|svg", "other.csv: there is no column ");
    assert_refuses(directory, figure, "empty.csv|o.svg|svg", "empty.csv: cannot be read as a table");
    assert_refuses(directory, figure, "none.csv|o.svg|svg", "none.csv: cannot be read as a table");
    assert_refuses(directory, figure, "with space.csv|o.gif|gif", "format gif; allowed: svg, png, pdf");
    assert_refuses(directory, figure, "with space.csv|o.svg", "arguments: ");
    scratch_free(directory);
}

/* Of several back ends the first is drawn, and the others change nothing. */
static void test_backends(void)
{
    static const char *const cases[][2] = {{"buffer-vs-interval", "replications/vary.csv"},
                                           {"cycles-vs-interval", "compare/interval.csv"},
                                           {"buffer-vs-value", "streams/vary.csv"}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *directory = scratch_new();
        g_autofree char *name = g_strconcat(GOLDEN, cases[i][1], NULL), *table = source_text(name);
        g_auto(GStrv) parts = g_strsplit(strchr(table, '\n') + 1, ",reference,", -1);
        g_autofree char *others = g_strjoinv(",other,", parts), *both = g_strconcat(table, others, NULL);
        g_assert_cmpuint(g_strv_length(parts), >, 1);
        g_free(scratch_file(directory, "first.csv", table));
        g_free(scratch_file(directory, "both.csv", both));
        assert_status(directory, cases[i][0], "first.csv|first.svg|svg", 0);
        assert_status(directory, cases[i][0], "both.csv|both.svg|svg", 0);
        g_autofree char *first = g_build_filename(directory, "first.svg", NULL), *one = NULL;
        g_autofree char *second = g_build_filename(directory, "both.svg", NULL), *two = NULL;
        g_assert_true(g_file_get_contents(first, &one, NULL, NULL) &&
                      g_file_get_contents(second, &two, NULL, NULL));
        g_assert_true(strcmp(one, two) == 0);
        scratch_free(directory);
    }
}

/* Tables of other questions. */
static void test_unfit(void)
{
    static const char *const cases[][2] = {
        {"cycles-vs-interval", "streams/vary.csv"}, {"buffer-vs-interval", "buffer/vary.csv"},
        {"loss-vs-buffer", "shared/vary.csv"},      {"shared-buffer", "buffer/vary.csv"},
        {"buffer-vs-streams", "buffer/vary.csv"},   {"buffer-vs-streams", "link/vary.csv"},
        {"orders-unequal-rates", "link/vary.csv"},  {"three-servers", "streams/vary.csv"},
        {"three-servers", "background/vary.csv"},   {"leaf-spine", "buffer/vary.csv"},
        {"leaf-spine", "replications/vary.csv"},
    };
    char *directory = scratch_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = g_strconcat(GOLDEN, cases[i][1], NULL), *path = source_path(name);
        g_autofree char *arguments = g_strdup_printf("%s|o.svg|svg", path);
        assert_status(directory, cases[i][0], arguments, 4);
    }
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/plot-scripts/rows", test_rows);
    g_test_add_func("/plot-scripts/scripts", test_scripts);
    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
        g_autofree char *name = g_strconcat("/plot-scripts/alone/", tables[i][0], NULL);
        g_test_add_data_func(name, tables[i], test_alone);
    }
    g_test_add_func("/plot-scripts/backends", test_backends);
    g_test_add_func("/plot-scripts/unfit", test_unfit);
    return g_test_run();
}
