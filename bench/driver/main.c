/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft-bench-driver: what the driver's own code costs a packet, in instructions and in cycles. */

#include "drive.h"
#include "driver_report.h"
#include "failure.h"
#include "outfile.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

struct options {
    gboolean instructions, cycles, check, list, child;
    gint rounds;
    char *json, *only;
};

static void clear_measured(void *data)
{
    struct measured *measured = data;
    cycles_clear(&measured->cycles);
}

static GArray *wanted_paths(const char *only)
{
    GArray *array = g_array_new(FALSE, TRUE, sizeof(struct measured));
    g_array_set_clear_func(array, clear_measured);
    for (const struct path *path = paths; path->name; path++) {
        if (only && !g_pattern_match_simple(only, path->name))
            continue;
        const struct measured measured = {.path = path, .cycles = cycles_new()};
        g_array_append_val(array, measured);
    }
    return array;
}

static gboolean count_instructions(struct report *report, const char *only, GError **error)
{
    g_autofree struct instructions *counted = g_new0(struct instructions, paths_count());
    if (!callgrind_measure(only, counted, error))
        return FALSE;
    for (guint i = 0; i < report->measured->len; i++) {
        struct measured *measured = &g_array_index(report->measured, struct measured, i);
        measured->instructions = counted[measured->path - paths];
    }
    return TRUE;
}

/* Rounds go over all paths, so that a slow moment of the machine meets each path once. */
static void measure_cycles(const struct report *report)
{
    for (gint round = 0; round < report->rounds; round++)
        for (guint i = 0; i < report->measured->len; i++) {
            struct measured *measured = &g_array_index(report->measured, struct measured, i);
            cycles_measure(measured->path, &measured->cycles);
        }
}

static gboolean check(const struct report *report, GError **error)
{
    g_autoptr(GString) over = g_string_new(NULL);
    for (guint i = 0; i < report->measured->len; i++) {
        const struct measured *measured = &g_array_index(report->measured, struct measured, i);
        double all = report_per_packet(measured, measured->instructions.all);
        if (all > measured->path->most_instructions)
            g_string_append_printf(over, "%s%s takes %.1f instructions a packet, at most %.0f",
                                   over->len ? "; " : "", measured->path->name, all,
                                   measured->path->most_instructions);
    }
    return over->len == 0 || failure(error, STATUS_FAILED, "weft-bench-driver: %s", over->str);
}

static gboolean publish(const struct report *report, struct outfile **json, bool table, GError **error)
{
    if (table) {
        g_autofree char *text = driver_report_table(report);
        if (fputs(text, stdout) < 0 || fflush(stdout) != 0)
            return failure(error, STATUS_FAILED, "weft-bench-driver: standard output cannot be written");
    }
    if (!*json)
        return TRUE;
    gsize length;
    g_autofree char *text = driver_report_json(report, &length);
    return outfile_write(*json, text, length, error) && outfile_commit(g_steal_pointer(json), error);
}

static gboolean measure(struct report *report, const struct options *options, GError **error)
{
    struct outfile *json = NULL;
    gboolean good = !options->json || (json = outfile_new(options->json, error));
    if (good && report->instructions)
        good = count_instructions(report, options->only, error);
    if (good && report->cycles)
        measure_cycles(report);
    good = good && publish(report, &json, g_strcmp0(options->json, "-") != 0, error) &&
           (!options->check || check(report, error));
    outfile_abandon(json);
    return good;
}

static gboolean run(const struct options *options, GError **error)
{
    if (options->child)
        return callgrind_child(options->only) ||
               failure(error, STATUS_INPUT, "weft-bench-driver: built without valgrind/callgrind.h");
    gboolean both = !options->instructions && !options->cycles;
    struct report report = {.instructions = both || options->instructions || options->check,
                            .cycles = (both && !options->check && cycles_known()) || options->cycles,
                            .rounds = options->rounds ? options->rounds : 11,
                            .measured = wanted_paths(options->only)};
    machine_init(&report.machine);
    gboolean good = TRUE;
    if (report.measured->len == 0)
        good = failure(error, STATUS_INPUT,
                       "weft-bench-driver: no path matches \"%s\"; --list shows them all", options->only);
    else if (report.cycles && !cycles_known())
        good = failure(error, STATUS_INPUT,
                       "weft-bench-driver: cycles need the time-stamp counter of an x86-64 processor");
    else if (options->list)
        for (guint i = 0; i < report.measured->len; i++)
            puts(g_array_index(report.measured, struct measured, i).path->name);
    else
        good = measure(&report, options, error);
    g_array_unref(report.measured);
    machine_clear(&report.machine);
    return good;
}

int main(int argc, char **argv)
{
    struct options options = {0};
    const GOptionEntry entries[] = {
        {"instructions", 'i', 0, G_OPTION_ARG_NONE, &options.instructions,
         "Count instructions only (valgrind): the same each time", NULL},
        {"cycles", 'c', 0, G_OPTION_ARG_NONE, &options.cycles, "Measure cycles only", NULL},
        {"check", 0, 0, G_OPTION_ARG_NONE, &options.check,
         "Fail where a path takes more instructions than its threshold", NULL},
        {"rounds", 'r', 0, G_OPTION_ARG_INT, &options.rounds, "Rounds over all paths, of cycles [11]", "N"},
        {"json", 'j', 0, G_OPTION_ARG_FILENAME, &options.json,
         "Write the result; - is standard output, instead of the table", "FILE"},
        {"only", 'o', 0, G_OPTION_ARG_STRING, &options.only, "Paths whose name matches, with * and ?",
         "PATTERN"},
        {"list", 'l', 0, G_OPTION_ARG_NONE, &options.list, "Print the paths' names only", NULL},
        {"child", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &options.child, NULL, NULL},
        G_OPTION_ENTRY_NULL,
    };
    setlocale(LC_CTYPE, "");
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_summary(
        context, "What the driver's own code costs a packet: translation, order, cutting, headers, "
                 "descriptors. No payload is copied.");
    GError *error = NULL, *usage = NULL;
    int status = STATUS_OK;
    if (!g_option_context_parse(context, &argc, &argv, &usage))
        failure(&error, STATUS_INPUT, "weft-bench-driver: %s", usage->message);
    else if (argc > 1 || options.rounds < 0)
        failure(&error, STATUS_INPUT, "weft-bench-driver: takes no argument and a positive number of rounds");
    else
        run(&options, &error);
    if (error)
        status = failure_report(error);
    g_clear_error(&usage);
    g_free(options.json);
    g_free(options.only);
    return status;
}
