/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft-bench-peers: one scenario in weft, and written directly against ns-3 and SimGrid. Programs run one after the other on
 * one core, and rounds go over all of them, so that a slow minute of the machine meets every program once. */

#include "compare.h"
#include "failure.h"
#include "outfile.h"

#include <locale.h>
#include <stdio.h>

struct options {
    gboolean quick, list, tune, stock;
    gint rounds, cpu;
    char *json, *only;
};

static gboolean publish(const struct peers_report *report, struct outfile **json, bool table, GError **error)
{
    if (table) {
        g_autofree char *text = peers_table(report);
        if (fputs(text, stdout) < 0 || fflush(stdout) != 0)
            return failure(error, STATUS_FAILED, "weft-bench-peers: standard output cannot be written");
    }
    if (!*json)
        return TRUE;
    gsize length;
    g_autofree char *text = peers_json(report, &length);
    return outfile_write(*json, text, length, error) && outfile_commit(g_steal_pointer(json), error);
}

static void print_names(const struct peers_report *report)
{
    for (guint i = 0; i < report->results->len; i++) {
        const struct peers_result *result = &g_array_index(report->results, struct peers_result, i);
        g_autofree char *name = peers_name(result->row, result->scale);
        puts(name);
    }
}

static gboolean measure(struct peers_report *report, const struct options *options, GError **error)
{
    report->cpu = peers_pin(options->cpu, error);
    return report->cpu >= 0 && peers_tune(report, error) && peers_rounds(report, error);
}

static gboolean run(const struct options *options, GError **error)
{
    struct peers_report report;
    struct outfile *json = NULL;
    peers_report_init(&report, options->quick, options->only);
    report.rounds = options->rounds ? options->rounds : options->quick ? 1 : 5;
    report.tune = options->tune || !(options->stock || options->quick);
    gboolean good = TRUE;
    if (report.results->len == 0)
        good = failure(error, STATUS_INPUT,
                       "weft-bench-peers: no program matches \"%s\"; --list shows them all", options->only);
    else if (options->list)
        print_names(&report);
    else
        good = (!options->json || (json = outfile_new(options->json, error))) &&
               measure(&report, options, error) &&
               publish(&report, &json, g_strcmp0(options->json, "-") != 0, error);
    outfile_abandon(json);
    peers_report_clear(&report);
    return good;
}

int main(int argc, char **argv)
{
    struct options options = {.cpu = -1};
    const GOptionEntry entries[] = {
        {"quick", 'q', 0, G_OPTION_ARG_NONE, &options.quick,
         "Few packets, and stock configurations: shows that all agree", NULL},
        {"json", 'j', 0, G_OPTION_ARG_FILENAME, &options.json,
         "Write the result; - is standard output, instead of the table", "FILE"},
        {"rounds", 'r', 0, G_OPTION_ARG_INT, &options.rounds, "Over all programs [5; 1 with --quick]", "N"},
        {"only", 'o', 0, G_OPTION_ARG_STRING, &options.only,
         "Peers whose name matches: STREAMS/PROGRAM with * and ?, several separated by |; weft's run with "
         "them",
         "PATTERN"},
        {"tune", 't', 0, G_OPTION_ARG_NONE, &options.tune,
         "With --quick too: first find each peer's best configuration", NULL},
        {"stock", 's', 0, G_OPTION_ARG_NONE, &options.stock, "Peers as they come", NULL},
        {"cpu", 'c', 0, G_OPTION_ARG_INT, &options.cpu, "Processor that all run on [the last]", "N"},
        {"list", 'l', 0, G_OPTION_ARG_NONE, &options.list, "Print the programs' names only", NULL},
        G_OPTION_ENTRY_NULL,
    };
    setlocale(LC_CTYPE, "");
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_summary(context,
                                 "How much faster weft simulates a scenario than the same scenario written "
                                 "directly against ns-3 and SimGrid.");
    GError *error = NULL;
    int status = STATUS_OK;
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        GError *usage = NULL;
        failure(&usage, STATUS_INPUT, "weft-bench-peers: %s", error->message);
        g_error_free(error);
        status = failure_report(usage);
    } else if (argc > 1 || options.rounds < 0 || (options.tune && options.stock)) {
        failure(&error, STATUS_INPUT,
                "weft-bench-peers: takes no argument, a positive number of rounds, and --tune or --stock");
        status = failure_report(error);
    } else if (!run(&options, &error)) {
        status = failure_report(error);
    }
    g_free(options.json);
    g_free(options.only);
    return status;
}
