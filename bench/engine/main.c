/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft-bench-engine: how fast the engine is, against bare Lindley loops on the same arrivals, and against peers. */

#include "failure.h"
#include "guards.h"
#include "instructions.h"
#include "outfile.h"
#include "rounds.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

struct options {
    gboolean quick, list, check, instructions, peers, long_runs;
    gint repetitions;
    char *json, *out, *only, *child;
};

/* Where the results go, opened before anything is measured. NULL: not asked for. */
struct outputs {
    struct outfile *json, *in_directory, *csv, *peers, *long_runs, *machine;
};

static gboolean outputs_open(struct outputs *outputs, const struct options *options, GError **error)
{
    return (!options->json || (outputs->json = outfile_new(options->json, error))) &&
           (!options->out || ((outputs->in_directory = outfile_new_in(options->out, "engine.json", error)) &&
                              (outputs->csv = outfile_new_in(options->out, "engine.csv", error)) &&
                              (outputs->machine = outfile_new_in(options->out, "machine.csv", error)))) &&
           (!options->out || !options->peers ||
            (outputs->peers = outfile_new_in(options->out, "peers.csv", error))) &&
           (!options->out || !options->long_runs ||
            (outputs->long_runs = outfile_new_in(options->out, "long-runs.csv", error)));
}

static void outputs_abandon(struct outputs *outputs)
{
    outfile_abandon(outputs->json);
    outfile_abandon(outputs->in_directory);
    outfile_abandon(outputs->csv);
    outfile_abandon(outputs->peers);
    outfile_abandon(outputs->long_runs);
    outfile_abandon(outputs->machine);
}

static gboolean put(struct outfile **file, const char *text, gsize length, GError **error)
{
    return !*file ||
           (outfile_write(*file, text, length, error) && outfile_commit(g_steal_pointer(file), error));
}

static gboolean publish(const struct report *report, struct outputs *outputs, bool table, GError **error)
{
    if (table) {
        g_autofree char *text = report_table(report);
        if (fputs(text, stdout) < 0 || fflush(stdout) != 0)
            return failure(error, STATUS_FAILED, "weft-bench-engine: standard output cannot be written");
    }
    gsize length;
    g_autofree char *json = report_json(report, &length), *csv = report_csv(report),
                    *peers = report_peers_csv(report), *long_runs = report_long_csv(report),
                    *machine = report_machine_csv(report);
    return put(&outputs->json, json, length, error) && put(&outputs->in_directory, json, length, error) &&
           put(&outputs->csv, csv, strlen(csv), error) && put(&outputs->peers, peers, strlen(peers), error) &&
           put(&outputs->long_runs, long_runs, strlen(long_runs), error) &&
           put(&outputs->machine, machine, strlen(machine), error);
}

static void print_names(const struct report *report)
{
    for (guint i = 0; i < report->results->len; i++) {
        g_autofree char *name = bench_case_name(&g_array_index(report->results, struct bench_result, i).what);
        puts(name);
    }
}

static gboolean measure(struct report *report, const struct options *options, GError **error)
{
    if (options->instructions && !bench_instructions_known())
        return failure(error, STATUS_INPUT,
                       "weft-bench-engine: instructions are counted by valgrind, which is missing");
    return rounds_time(report, error) && (!options->instructions || rounds_count(report, error)) &&
           rounds_long(report, error) && (!options->peers || rounds_peers(report, error));
}

static gboolean run_child(const struct options *options, GError **error)
{
    g_autoptr(GArray) cases = bench_cases(options->quick, options->only);
    return cases->len > 0 &&
           bench_instructions_child(&g_array_index(cases, struct bench_case, 0), options->child, error);
}

static gboolean run(const struct options *options, GError **error)
{
    if (options->child)
        return run_child(options, error);
    if (options->check)
        return bench_guards_check(error);
    struct report report;
    struct outputs outputs = {0};
    gint repetitions = options->repetitions ? options->repetitions : options->quick ? 1 : 5;
    report_init(&report, options->quick, repetitions, options->only, options->peers);
    if (options->long_runs)
        report_add_long_runs(&report);
    gboolean good = TRUE;
    if (report.results->len == 0)
        good = failure(error, STATUS_INPUT,
                       "weft-bench-engine: no case matches \"%s\"; --list shows them all", options->only);
    else if (options->list)
        print_names(&report);
    else
        good = outputs_open(&outputs, options, error) && measure(&report, options, error) &&
               publish(&report, &outputs, g_strcmp0(options->json, "-") != 0, error);
    outputs_abandon(&outputs);
    report_clear(&report);
    return good;
}

int main(int argc, char **argv)
{
    struct options options = {0};
    const GOptionEntry entries[] = {
        {"quick", 'q', 0, G_OPTION_ARG_NONE, &options.quick, "As short as can be: shows that all cases run",
         NULL},
        {"json", 'j', 0, G_OPTION_ARG_FILENAME, &options.json,
         "Write the result; - is standard output, instead of the table", "FILE"},
        {"out", 0, 0, G_OPTION_ARG_FILENAME, &options.out,
         "Write DIR/engine.json, engine.csv (of which weft plot DIR draws engine-speed), machine.csv, and "
         "peers.csv",
         "DIR"},
        {"instructions", 'i', 0, G_OPTION_ARG_NONE, &options.instructions,
         "Also count instructions a packet, once a case (valgrind)", NULL},
        {"long", 0, 0, G_OPTION_ARG_NONE, &options.long_runs,
         "Also run weft itself for long: a minute and an hour of 10,000 streams, 100,000 streams; in at most "
         "3 rounds",
         NULL},
        {"peers", 'p', 0, G_OPTION_ARG_NONE, &options.peers,
         "Also run what weft-bench-peers does: ns-3 and SimGrid, tuned, beside weft, in at most 3 rounds",
         NULL},
        {"repetitions", 'r', 0, G_OPTION_ARG_INT, &options.repetitions, "Of each case [5; 1 with --quick]",
         "N"},
        {"only", 'o', 0, G_OPTION_ARG_STRING, &options.only,
         "Cases whose name matches: BACKEND/METHOD/SCALE/OBSERVERS with * and ?", "PATTERN"},
        {"check", 0, 0, G_OPTION_ARG_NONE, &options.check,
         "Fail where a guarded case takes over 5 % more instructions a packet than when it was last looked "
         "at",
         NULL},
        {"child", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &options.child, NULL, NULL},
        {"list", 'l', 0, G_OPTION_ARG_NONE, &options.list, "Print the cases' names only", NULL},
        G_OPTION_ENTRY_NULL,
    };
    setlocale(LC_CTYPE, "");
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_summary(context,
                                 "How many packets a second the engine simulates, by back end, scale and "
                                 "observer, against bare Lindley loops\non the same arrivals.");
    GError *error = NULL;
    int status = STATUS_OK;
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        GError *usage = NULL;
        failure(&usage, STATUS_INPUT, "weft-bench-engine: %s", error->message);
        g_error_free(error);
        status = failure_report(usage);
    } else if (argc > 1 || options.repetitions < 0) {
        failure(&error, STATUS_INPUT,
                "weft-bench-engine: takes no argument and a positive number of repetitions");
        status = failure_report(error);
    } else if (!run(&options, &error)) {
        status = failure_report(error);
    }
    g_free(options.json);
    g_free(options.out);
    g_free(options.only);
    g_free(options.child);
    return status;
}
