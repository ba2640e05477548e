/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft report: a page about a directory of results. */

#include "command.h"
#include "outfile.h"
#include "report.h"

#include <string.h>

#define USUAL "report.html"

static gboolean put(const char *directory, const char *out, const char *page, GError **error)
{
    return out ? outfile_put(out, page, strlen(page), error)
               : outfile_put_in(directory, USUAL, page, strlen(page), error);
}

static gboolean report(const char *directory, const char *out, GError **error)
{
    struct report_extent extent;
    g_autofree char *page = report_page(directory, !out, &extent, error);
    if (!page || !put(directory, out, page, error))
        return FALSE;
    g_autofree char *usual = g_build_filename(directory, USUAL, NULL);
    g_autofree char *text =
        g_strdup_printf("%s: figures: %u, tables: %u\n", out ? out : usual, extent.figures, extent.tables);
    return g_strcmp0(out, "-") == 0 || command_print(text, error);
}

static int report_main(const struct command *command, int argc, char **argv)
{
    g_autofree char *out = NULL;
    const GOptionEntry entries[] = {
        {"out", 'o', 0, G_OPTION_ARG_FILENAME, &out,
         "Write the page as FILE [DIR/" USUAL "]; - is standard output", "FILE"},
        G_OPTION_ENTRY_NULL,
    };
    g_auto(GStrv) arguments = NULL;
    int status = STATUS_OK;
    if (command_options(command, entries, argc, argv, 1, 1, &arguments, &status)) {
        GError *error = NULL;
        if (!report(arguments[0], out, &error))
            status = failure_report(error);
    }
    return status;
}

const struct command command_report = {
    .name = "report",
    .arguments = "DIR",
    .help = "Write a page about a directory of results: question, tables, figures, and how to repeat it",
    .run = report_main,
};
