/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Figures: what they are given is held by small directories of results in tests/golden/figures, each made by one command; what is
 * drawn of these is whole, names its question and its methods and has a point a row. After a wanted change:
 *     WEFT_GOLDEN_UPDATE=1 ctest -R command-figures
 * writes the tables anew; look at the difference, and at the pictures (weft plot), before they are committed. */

#include "figures.h"
#include "weft.h"

#include <string.h>

/* A directory of results. */
struct study {
    const char *name;
    const char *
        arguments; /* of weft, separated by '|', SMALL, LEAF, SWEEP and TIMELINE for files; NULL: measured, and kept as it is */
    const char *tables;  /* what is kept of it */
    const char *figures; /* what is drawn of it, in the order of the table */
    const char *lines;   /* which of these have a point for each row of the table, and one beside each name */
};

#define THREE "--methods|per-packet,multi-destination,interleaved|--out|out|"
#define TWO   "--methods|multi-destination,interleaved|--out|out|"
#define VALUE "cycles-vs-value buffer-vs-value loss-vs-value"
#define LEVEL "cycles-vs-value buffer-vs-value"

static const struct study studies[] = {
    {"compare", "compare|SMALL|" TWO "--intervals|20 ms,40 ms|--set|scenario.duration=300 ms",
     "compare.csv interval.csv device-buffer.csv",
     "cycles-vs-interval cpu-vs-interval buffer-vs-interval plane device-buffer",
     "cycles-vs-interval cpu-vs-interval buffer-vs-interval"},
    {"streams", "compare|SMALL|" THREE "--vary|stream.count=1,4,8", "vary.csv", VALUE " buffer-vs-streams",
     VALUE " buffer-vs-streams"},
    {"buffer", "compare|SMALL|" THREE "--vary|switch.buffer=2 KiB,8 KiB,32 KiB", "vary.csv",
     VALUE " loss-vs-buffer", VALUE " loss-vs-buffer"},
    {"shared", "compare|SMALL|" THREE "--set|switch.alpha=1|--vary|switch.shared=4 KiB,16 KiB,64 KiB",
     "vary.csv", VALUE " shared-buffer", VALUE " shared-buffer"},
    {"order", "compare|SMALL|" TWO "--vary|write.order=sequential,round-robin,smooth", "vary.csv",
     VALUE " orders-unequal-rates", VALUE " orders-unequal-rates"},
    {"link", "compare|SMALL|" TWO "--set|server.count=3|--vary|server.link=100 Mbit/s,1 Gbit/s,10 Gbit/s",
     "vary.csv", VALUE " three-servers", VALUE " three-servers"},
    {"background",
     "compare|LEAF|" TWO "--set|scenario.duration=200 ms|--vary|background.bulk.rate=25 Mbit/s,100 Mbit/s",
     "vary.csv", VALUE " leaf-spine", VALUE " leaf-spine"},
    {"replications",
     "compare|SMALL|" TWO
     "--set|scenario.replications=3|--set|stream.start=random|--vary|write.interval=20 ms,40 ms",
     "vary.csv", "cycles-vs-interval cpu-vs-interval buffer-vs-interval " VALUE,
     "cycles-vs-interval cpu-vs-interval buffer-vs-interval " LEVEL},
    {"sweep", "sweep|SWEEP|--out|out", "sweep.csv",
     "plane sweep-cycles sweep-cpu sweep-buffer sweep-loss sweep-late sweep-startup", ""},
    {"timeline", "compare|TIMELINE|--out|out", "timeline.csv", "timeline", ""},
    {"queues",
     "run|SMALL|--set|stream.count=2|--set|scenario.duration=200 ms|--trace-queues|out/queues.csv|--quiet",
     "queues.csv", "queues", ""},
    {"ablation", "compare|SMALL|" TWO "--ablate", "ablation.csv", "ablation", ""},
    {"factors", "compare|SMALL|--methods|batched,interleaved-paced|--out|out|--factors", "factors.csv",
     "factors", ""},
    {"sensitivity", "run|SMALL|--sensitivity|--out|out", "sensitivity.csv", "sensitivity", ""},
    {"size", "size|SMALL|" TWO "--find|buffer", "size.csv", "capacity", ""},
    {"engine", NULL, "engine.csv", "engine-speed", ""},
    {"validation", NULL, "points.csv", "validation", ""},
};

static char *golden_path(const struct study *study, const char *table)
{
    g_autofree char *name = g_build_filename("tests/golden/figures", study->name, table, NULL);
    return source_path(name);
}

static char *read_file(const char *path, gsize *length)
{
    char *text = NULL;
    g_autoptr(GError) error = NULL;
    if (!g_file_get_contents(path, &text, length, &error))
        g_error("%s", error->message);
    return text;
}

/* --- what figures are given --- */

static void assert_table(const struct study *study, const char *table, const char *is)
{
    g_autofree char *path = golden_path(study, table), *folder = g_path_get_dirname(path);
    if (g_getenv("WEFT_GOLDEN_UPDATE")) {
        g_assert_cmpint(g_mkdir_with_parents(folder, 0777), ==, 0);
        g_assert_true(g_file_set_contents(path, is, -1, NULL));
    }
    g_autofree char *must = read_file(path, NULL);
    if (strcmp(is, must) == 0)
        return;
    g_test_message("%s is not what the command writes; if it is meant so: WEFT_GOLDEN_UPDATE=1 ctest -R "
                   "command-figures",
                   path);
    g_test_fail();
}

static void test_data(gconstpointer data)
{
    const struct study *study = data;
    char *directory = scratch_new();
    g_autofree char *out = g_build_filename(directory, "out", NULL);
    g_assert_cmpint(g_mkdir_with_parents(out, 0777), ==, 0);
    g_auto(GStrv) argument = g_strsplit(study->arguments, "|", -1);
    for (char **at = argument; *at; at++) {
        const char *path = strcmp(*at, "SMALL") == 0      ? "scenarios/small.ini"
                           : strcmp(*at, "LEAF") == 0     ? "scenarios/leaf-spine.ini"
                           : strcmp(*at, "SWEEP") == 0    ? "tests/golden/figures/small.ini"
                           : strcmp(*at, "TIMELINE") == 0 ? "scenarios/timeline.ini"
                                                          : NULL;
        if (path) {
            g_free(*at);
            *at = source_path(path);
        }
    }
    struct said said = weft_with(directory, NULL, (const char *const *)argument);
    assert_good(&said);
    said_clear(&said);
    g_auto(GStrv) tables = g_strsplit(study->tables, " ", -1);
    for (char **table = tables; *table; table++) {
        g_autofree char *path = g_build_filename(out, *table, NULL), *text = read_file(path, NULL);
        assert_table(study, *table, text);
    }
    scratch_free(directory);
}

/* --- what is drawn --- */

/* What an SVG holds: its words, and how many points. */
struct svg {
    GString *words;
    guint points;
};

static void on_element(GMarkupParseContext *context, const char *name, const char **names,
                       const char **values, gpointer data, GError **error)
{
    (void)context, (void)error;
    struct svg *svg = data;
    gboolean use = strcmp(name, "use") == 0; /* of a point's shape; one with an id makes a shape of another */
    if (strcmp(name, "text") == 0)
        g_string_append_c(svg->words, '\n');
    for (; *names; names++, values++) {
        g_assert_null(strstr(*values, "nan"));
        g_assert_null(strstr(*values, "scale(0")); /* what draws SVG for papers refuses it */
        use = use && strcmp(*names, "id") != 0;
    }
    svg->points += use ? 1 : 0;
}

static void on_text(GMarkupParseContext *context, const char *text, gsize length, gpointer data,
                    GError **error)
{
    (void)context, (void)error;
    g_string_append_len(((struct svg *)data)->words, text, (gssize)length);
}

static struct svg svg_read(const char *text, gsize length)
{
    static const GMarkupParser parser = {.start_element = on_element, .text = on_text};
    struct svg svg = {g_string_new(NULL), 0};
    GMarkupParseContext *context = g_markup_parse_context_new(&parser, 0, &svg, NULL);
    g_autoptr(GError) error = NULL;
    g_assert_true(g_markup_parse_context_parse(context, text, (gssize)length, &error));
    g_assert_true(g_markup_parse_context_end_parse(context, &error));
    g_assert_no_error(error);
    g_markup_parse_context_free(context);
    return svg;
}

/* The different values in a column of a table, and how many rows it has. */
static GPtrArray *column_values(const char *table, const char *name, guint *rows)
{
    g_auto(GStrv) lines = g_strsplit(table, "\n", -1), heads = g_strsplit(lines[0], ",", -1);
    GPtrArray *values = g_ptr_array_new_with_free_func(g_free);
    guint column = 0;
    while (heads[column] && strcmp(heads[column], name) != 0)
        column++;
    for (*rows = 0; *lines[*rows + 1]; ++*rows) {
        g_auto(GStrv) cells = g_strsplit(lines[*rows + 1], ",", -1);
        if (heads[column] && !g_ptr_array_find_with_equal_func(values, cells[column], g_str_equal, NULL))
            g_ptr_array_add(values, g_strdup(cells[column]));
    }
    return values;
}

static gboolean listed(const char *list, const char *word)
{
    g_auto(GStrv) words = g_strsplit(list, " ", -1);
    return g_strv_contains((const char *const *)words, word);
}

static void assert_svg(const struct study *study, const struct figure *figure, const char *text, gsize length)
{
    struct svg svg = svg_read(text, length);
    g_autofree char *title = g_strconcat("\n", figure->question, NULL), *table = NULL;
    g_assert_nonnull(strstr(svg.words->str, title));
    for (guint k = 0; figure->inputs[k] && !table; k++)
        if (listed(study->tables, figure->inputs[k])) {
            g_autofree char *path = golden_path(study, figure->inputs[k]);
            table = read_file(path, NULL);
        }
    guint rows;
    g_autoptr(GPtrArray) methods = column_values(table, "method", &rows);
    for (guint i = 0; study->arguments && i < methods->len; i++)
        g_assert_nonnull(strstr(svg.words->str, methods->pdata[i]));
    if (listed(study->lines, figure->name))
        g_assert_cmpuint(svg.points, ==, rows + methods->len);
    g_string_free(svg.words, TRUE);
}

static void assert_picture(const struct study *study, const struct figure *figure, const char *directory,
                           const char *format)
{
    g_autofree char *name = g_strdup_printf("%s.%s", figure->name, format);
    g_autofree char *path = g_build_filename(directory, name, NULL);
    gsize length;
    g_autofree char *data = read_file(path, &length);
    g_test_message("%s", name);
    g_assert_cmpuint(length, >, 1000);
    if (strcmp(format, "svg") == 0)
        assert_svg(study, figure, data, length);
    else if (strcmp(format, "png") == 0)
        g_assert_true(memcmp(data, "\x89PNG\r\n\x1a\n", 8) == 0 && memcmp(data + length - 8, "IEND", 4) == 0);
    else
        g_assert_true(g_str_has_prefix(data, "%PDF-1.") && g_str_has_suffix(data + length - 6, "%%EOF\n"));
}

/* All that fit and no other, the same bytes each time, and of each what was kept for it. */
static void test_pictures(gconstpointer data)
{
    const struct study *study = data;
    char *directory = scratch_new();
    g_autofree char *from = golden_path(study, NULL), *expected = NULL;
    g_autoptr(GString) names = g_string_new(NULL);
    struct said said = weft(directory, "plot", from, "--out", "out", NULL);
    assert_good(&said);
    g_auto(GStrv) lines = g_strsplit(said.out, "\n", -1);
    for (char **line = lines; *line; line++)
        if (g_str_has_suffix(*line, "  svg, png, pdf"))
            g_string_append_printf(names, "%s%.*s", names->len ? " " : "", (int)strcspn(*line, " "), *line);
    g_assert_cmpstr(names->str, ==, study->figures);
    said_clear(&said);
    g_autofree char *out = g_build_filename(directory, "out", NULL), *left = scratch_names(out);
    g_auto(GStrv) figures = g_strsplit(study->figures, " ", -1), files = g_strsplit(left, " ", -1);
    g_assert_cmpuint(g_strv_length(files), ==, 3 * g_strv_length(figures));
    for (char **figure = figures; *figure; figure++)
        for (const char *const *format = figure_formats; *format; format++)
            assert_picture(study, figure_find(*figure), out, *format);
    scratch_free(directory);
}

/* Each figure is drawn in one of the studies. */
static void test_all_drawn(void)
{
    for (const struct figure *figure = figure_table; figure->name; figure++) {
        gboolean drawn = FALSE;
        for (guint i = 0; i < G_N_ELEMENTS(studies); i++)
            drawn = drawn || listed(studies[i].figures, figure->name);
        if (!drawn)
            g_test_message("%s is drawn in no study of this test", figure->name);
        g_assert_true(drawn);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(studies); i++) {
        g_autofree char *data = g_strconcat("/figures/data/", studies[i].name, NULL);
        g_autofree char *pictures = g_strconcat("/figures/pictures/", studies[i].name, NULL);
        if (studies[i].arguments)
            g_test_add_data_func(data, &studies[i], test_data);
        g_test_add_data_func(pictures, &studies[i], test_pictures);
    }
    g_test_add_func("/figures/all-drawn", test_all_drawn);
    return g_test_run();
}
