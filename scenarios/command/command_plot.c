/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft plot: the figures of a directory of results. */

#include "choices.h"
#include "command.h"
#include "csv_check.h"
#include "figures.h"
#include "table.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct options {
    char *figures, *formats, *out;
};

/* What is drawn: rows of the table, of const struct figure; formats; where it comes from and where it goes. */
struct wish {
    GPtrArray *figures;
    char **formats;
    const char *from, *to;
    gboolean named; /* figures were asked for by name: each must be drawn */
};

/* --- what is asked for --- */

static gboolean choose_formats(struct wish *wish, const char *list, GError **error)
{
    g_autofree char *allowed = g_strjoinv(",", (char **)figure_formats);
    wish->formats = choices_split("--format", list ? list : allowed, error);
    for (char **format = wish->formats; format && *format; format++)
        if (!g_strv_contains(figure_formats, *format))
            return failure(error, STATUS_INPUT, "--format: \"%s\" is no format; allowed: %s", *format,
                           allowed);
    return wish->formats != NULL;
}

static gboolean choose_figures(struct wish *wish, const char *list, GError **error)
{
    wish->named = list != NULL;
    for (const struct figure *figure = figure_table; !list && figure->name; figure++)
        g_ptr_array_add(wish->figures, (void *)figure);
    if (!list)
        return TRUE;
    g_auto(GStrv) names = choices_split("--figure", list, error);
    if (!names || !figures_check("--figure", (const char *const *)names, error))
        return FALSE;
    for (char **name = names; *name; name++)
        if (!g_ptr_array_find(wish->figures, figure_find(*name), NULL))
            g_ptr_array_add(wish->figures, (void *)figure_find(*name));
    return TRUE;
}

static gboolean check_directory(const char *directory, GError **error)
{
    if (!g_file_test(directory, G_FILE_TEST_EXISTS))
        return failure(error, STATUS_INPUT, "%s: is not there; needed: a directory of results", directory);
    if (!g_file_test(directory, G_FILE_TEST_IS_DIR))
        return failure(error, STATUS_INPUT, "%s: is no directory; needed: one of results", directory);
    return access(directory, R_OK | X_OK) == 0 ||
           failure(error, STATUS_INPUT, "%s: cannot be read: %s", directory, g_strerror(errno));
}

/* --- what is there --- */

/* The k-th input of a figure as a path, or NULL: it is not there. The caller frees with g_free. */
static char *input_path(const struct wish *wish, const struct figure *figure, guint k)
{
    char *path = g_build_filename(wish->from, figure->inputs[k], NULL);
    if (g_file_test(path, G_FILE_TEST_EXISTS))
        return path;
    g_free(path);
    return NULL;
}

static gboolean has_input(const struct wish *wish, const struct figure *figure)
{
    for (guint k = 0; figure->inputs[k]; k++) {
        g_autofree char *path = input_path(wish, figure, k);
        if (path)
            return TRUE;
    }
    return FALSE;
}

/* All inputs of all rows of the table, each once, for a message. */
static char *all_inputs(void)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (const struct figure *figure = figure_table; figure->name; figure++)
        for (const char *const *input = figure->inputs; *input; input++)
            if (!g_ptr_array_find_with_equal_func(names, *input, g_str_equal, NULL))
                g_ptr_array_add(names, (void *)*input);
    g_ptr_array_add(names, NULL);
    return g_strjoinv(", ", (char **)names->pdata);
}

/* Something is there, and of each figure that was named. */
static gboolean check_inputs(const struct wish *wish, GError **error)
{
    gboolean there = FALSE;
    for (guint i = 0; i < wish->figures->len; i++) {
        const struct figure *figure = wish->figures->pdata[i];
        gboolean has = has_input(wish, figure);
        there = there || has;
        if (wish->named && !has) {
            g_autofree char *inputs = g_strjoinv(" or ", (char **)figure->inputs);
            return failure(error, STATUS_INPUT, "%s: figure %s cannot be drawn; needed: %s", wish->from,
                           figure->name, inputs);
        }
    }
    if (there)
        return TRUE;
    g_autofree char *inputs = all_inputs();
    return failure(error, STATUS_INPUT, "%s: holds nothing to draw; needed: any of %s", wish->from, inputs);
}

/* Tables are whole before anything is drawn: gnuplot would pass over what is not. */
static gboolean check_tables(const struct wish *wish, GError **error)
{
    g_autoptr(GHashTable) checked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < wish->figures->len; i++) {
        const struct figure *figure = wish->figures->pdata[i];
        for (guint k = 0; figure->inputs[k]; k++) {
            char *path = input_path(wish, figure, k);
            if (path && g_hash_table_add(checked, path) && !csv_check(path, error))
                return FALSE;
        }
    }
    return TRUE;
}

/* --- what is drawn --- */

/* A figure of the first of its inputs that fits; `*of`: that one, or the last. */
static gboolean draw_one(const struct wish *wish, const struct figure *figure, gboolean *drawn,
                         const char **of, GError **error)
{
    *drawn = FALSE;
    for (guint k = 0; figure->inputs[k] && !*drawn; k++) {
        g_autofree char *path = input_path(wish, figure, k);
        if (!path)
            continue;
        *of = figure->inputs[k];
        if (!figure_draw(figure, path, (const char *const *)wish->formats, wish->to, drawn, error))
            return FALSE;
    }
    return *drawn || !wish->named ||
           failure(error, STATUS_INPUT, "%s: %s has nothing that figure %s shows; weft list figures",
                   wish->from, *of, figure->name);
}

static gboolean draw(const struct wish *wish, GString *text, GError **error)
{
    g_autofree char *formats = g_strjoinv(", ", wish->formats);
    guint without = 0;
    struct table *table = table_new();
    gboolean good = TRUE;
    for (guint i = 0; good && i < wish->figures->len; i++) {
        const struct figure *figure = wish->figures->pdata[i];
        gboolean drawn;
        const char *of = "";
        if (!has_input(wish, figure)) {
            without++;
            continue;
        }
        good = draw_one(wish, figure, &drawn, &of, error);
        table_row(table);
        table_cell(table, "%s", figure->name);
        table_cell(table, "%s", of);
        table_cell(table, "%s", drawn ? formats : "left out: nothing that it shows");
    }
    g_autofree char *rows = table_text(table, 3, FALSE);
    table_free(table);
    g_string_append(text, rows);
    if (without > 0)
        g_string_append_printf(text, "%u more are made of other tables: weft list figures\n", without);
    return good;
}

static gboolean plot(const struct options *options, const char *directory, GError **error)
{
    g_autoptr(GPtrArray) figures = g_ptr_array_new();
    struct wish wish = {.figures = figures, .from = directory, .to = options->out ? options->out : directory};
    g_autoptr(GString) text = g_string_new(NULL);
    gboolean good = choose_formats(&wish, options->formats, error) &&
                    choose_figures(&wish, options->figures, error) && check_directory(directory, error) &&
                    check_inputs(&wish, error) && check_tables(&wish, error) && draw(&wish, text, error) &&
                    command_print(text->str, error);
    g_strfreev(wish.formats);
    return good;
}

static int plot_main(const struct command *command, int argc, char **argv)
{
    struct options options = {0};
    const GOptionEntry entries[] = {
        {"figure", 'f', 0, G_OPTION_ARG_STRING, &options.figures,
         "Which figures [all that fit]; weft list figures", "A,B,..."},
        {"format", 0, 0, G_OPTION_ARG_STRING, &options.formats, "As what [svg,png,pdf]", "A,B,..."},
        {"out", 'o', 0, G_OPTION_ARG_FILENAME, &options.out, "Draw into DIR [beside the results]", "DIR"},
        G_OPTION_ENTRY_NULL,
    };
    g_auto(GStrv) arguments = NULL;
    int status = STATUS_OK;
    if (command_options(command, entries, argc, argv, 1, 1, &arguments, &status)) {
        GError *error = NULL;
        if (!plot(&options, arguments[0], &error))
            status = failure_report(error);
    }
    g_free(options.figures);
    g_free(options.formats);
    g_free(options.out);
    return status;
}

const struct command command_plot = {
    .name = "plot",
    .arguments = "DIR",
    .help = "Draw the figures of a directory of results, as SVG, PNG and PDF",
    .run = plot_main,
};
