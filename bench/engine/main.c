/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft-bench-engine: how fast the engine is, against a bare Lindley loop on the same arrivals. Repetitions go round
 * all cases, so that a slow minute of the machine meets every case once and not one case always. */

#include "child.h"
#include "failure.h"
#include "guards.h"
#include "instructions.h"
#include "lindley.h"
#include "measure.h"
#include "outfile.h"
#include "report.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

struct options {
    gboolean quick, list, check;
    gint repetitions;
    char *json, *out, *only, *child;
};

static gboolean measure_limit(struct bench_limit *limit, GError **error)
{
    struct bench_lindley sample;
    if (!bench_in_child(bench_lindley, &limit->what, &sample, sizeof sample, error)) {
        g_prefix_error(error, "weft-bench-engine: Lindley loop, %s, scale %s: ", limit->what.method,
                       limit->what.scale->name);
        return FALSE;
    }
    struct bench_limit_loop *cached = &limit->loop[0], *written = &limit->loop[1];
    cached->packets = sample.packets;
    cached->passes = sample.passes;
    series_add(cached->ns_per_packet, sample.wall_ns / (double)sample.packets);
    written->packets = sample.memory_packets;
    written->passes = sample.memory_passes;
    series_add(written->ns_per_packet, sample.memory_wall_ns / (double)sample.memory_packets);
    return TRUE;
}

static gboolean measure_case(struct bench_result *result, GError **error)
{
    struct bench_sample sample;
    if (!bench_in_child(bench_measure, &result->what, &sample, sizeof sample, error)) {
        g_autofree char *name = bench_case_name(&result->what);
        g_prefix_error(error, "weft-bench-engine: %s: ", name);
        return FALSE;
    }
    result->packets = sample.packets;
    result->link_busy = sample.link_busy;
    series_add(result->ns_per_packet, sample.wall_ns / (double)sample.packets);
    series_add(result->cpu_share, sample.cpu_ns / sample.wall_ns);
    series_add(result->startup_ms, sample.startup_ns / 1e6);
    series_add(result->memory_bytes, (double)sample.memory_bytes);
    series_add(result->peak_bytes, (double)sample.peak_bytes);
    return TRUE;
}

static gboolean measure(struct report *report, GError **error)
{
    gboolean good = TRUE;
    for (gint round = 0; good && round < report->repetitions; round++) {
        if (!report->quick)
            fprintf(stderr, "round %d of %d\n", round + 1, report->repetitions);
        for (guint i = 0; good && i < report->limits->len; i++)
            good = measure_limit(&g_array_index(report->limits, struct bench_limit, i), error);
        for (guint i = 0; good && i < report->results->len; i++)
            good = measure_case(&g_array_index(report->results, struct bench_result, i), error);
    }
    return good;
}

/* Where the results go, opened before anything is measured. */
struct outputs {
    struct outfile *json, *in_directory, *csv; /* NULL: not asked for */
};

static gboolean outputs_open(struct outputs *outputs, const struct options *options, GError **error)
{
    return (!options->json || (outputs->json = outfile_new(options->json, error))) &&
           (!options->out || ((outputs->in_directory = outfile_new_in(options->out, "engine.json", error)) &&
                              (outputs->csv = outfile_new_in(options->out, "engine.csv", error))));
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
    g_autofree char *json = report_json(report, &length), *csv = report_csv(report);
    return put(&outputs->json, json, length, error) && put(&outputs->in_directory, json, length, error) &&
           put(&outputs->csv, csv, strlen(csv), error);
}

static void print_names(const struct report *report)
{
    for (guint i = 0; i < report->results->len; i++) {
        g_autofree char *name = bench_case_name(&g_array_index(report->results, struct bench_result, i).what);
        puts(name);
    }
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
    report_init(&report, options->quick, repetitions, options->only);
    gboolean good = TRUE;
    if (report.results->len == 0)
        good = failure(error, STATUS_INPUT,
                       "weft-bench-engine: no case matches \"%s\"; --list shows them all", options->only);
    else if (options->list)
        print_names(&report);
    else
        good = outputs_open(&outputs, options, error) && measure(&report, error) &&
               publish(&report, &outputs, g_strcmp0(options->json, "-") != 0, error);
    outfile_abandon(outputs.json);
    outfile_abandon(outputs.in_directory);
    outfile_abandon(outputs.csv);
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
         "Write DIR/engine.json, and DIR/engine.csv, of which weft plot DIR draws engine-speed", "DIR"},
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
                                 "observer, against a bare Lindley loop\non the same arrivals.");
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
