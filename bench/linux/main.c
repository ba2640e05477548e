/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft-bench-linux: libweft's driver on a real kernel. It delivers through a veth, and its processor time a packet is measured beside
 * sockets'. Everything happens in namespaces of children, which go with them. */

#include "failure.h"
#include "linux_report.h"
#include "outfile.h"
#include "switch_report.h"
#include "worker.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

enum { STREAMS_MOST = 1000, PACKETS_MOST = 64, SETS_MOST = 1000, CALLS_MOST = 100000, PORT_MOST_MBPS = 1000 };

struct options {
    gboolean deliver, measure, switch_lab;
    gint streams, packets, sets, calls, rounds, repeats;
    gint lab_port_mbps; /* 0: the model's */
    char *json, *csv, *rows, *scenarios, *flaw;
};

static gboolean work(worker_job *job, void *what, GError **error)
{
    struct worker worker;
    return worker_start(&worker, job, what, error) && worker_wait(&worker, error);
}

static gboolean find_flaw(const char *name, enum delivery_flaw *flaw)
{
    for (int i = 0; i < FLAWS; i++)
        if (g_strcmp0(name, delivery_flaws[i]) == 0) {
            *flaw = (enum delivery_flaw)i;
            return TRUE;
        }
    return FALSE;
}

static gboolean deliver(const struct options *options, struct report *report, GError **error)
{
    struct delivery *delivery = worker_shared(sizeof(*delivery));
    delivery->plan = (struct delivery_plan){.streams = (uint32_t)options->streams,
                                            .calls = (uint32_t)options->calls,
                                            .most_packets = (uint32_t)options->packets};
    if (options->flaw && !find_flaw(options->flaw, &delivery->flaw))
        return failure(error, STATUS_INPUT, "no such flaw: %s", options->flaw);
    report->delivery = delivery;
    return work(delivery_run, delivery, error);
}

static gboolean measure(const struct options *options, struct report *report, GError **error)
{
    struct measurement *measurement = report->measurement = g_new0(struct measurement, 1);
    measurement->size = (struct call_size){.streams = (uint32_t)options->streams,
                                           .packets = (uint32_t)options->packets,
                                           .sets = (uint32_t)options->sets};
    measurement->rounds = (uint32_t)options->rounds;
    return measurement_run(measurement, error);
}

static gboolean try_switch(const struct options *options, struct report *report, GError **error)
{
    const struct switch_options what = {.repeats = (uint32_t)options->repeats,
                                        .only = options->rows,
                                        .lab_port_bps = (uint64_t)options->lab_port_mbps * 1000000};
    report->switch_lab = switch_lab_run(&what, error);
    return report->switch_lab != NULL;
}

static gboolean publish(const struct report *report, struct outfile **json, bool table, GError **error)
{
    if (table) {
        g_autofree char *text = linux_report_table(report);
        if (fputs(text, stdout) < 0 || fflush(stdout) != 0)
            return failure(error, STATUS_FAILED, "standard output cannot be written");
    }
    if (!*json)
        return TRUE;
    gsize length;
    g_autofree char *text = linux_report_json(report, &length);
    return outfile_write(*json, text, length, error) && outfile_commit(g_steal_pointer(json), error);
}

static gboolean publish_switch(const struct options *options, const struct report *report, GError **error)
{
    if (!report->switch_lab)
        return TRUE;
    g_autofree char *csv = switch_report_csv(report->switch_lab);
    if (options->csv && !outfile_put(options->csv, csv, strlen(csv), error))
        return FALSE;
    return switch_result_agrees(report->switch_lab) ||
           failure(error, STATUS_FAILED, "ports do not hold what weft foretells");
}

static gboolean run(const struct options *options, GError **error)
{
    gboolean both = !options->deliver && !options->measure && !options->switch_lab;
    struct outfile *json = NULL;
    struct report report = {0};
    machine_init(&report.machine);
    gboolean good = (!options->json || (json = outfile_new(options->json, error))) &&
                    (!(both || options->deliver) || deliver(options, &report, error)) &&
                    (!(both || options->measure) || measure(options, &report, error)) &&
                    (!options->switch_lab || try_switch(options, &report, error)) &&
                    publish(&report, &json, g_strcmp0(options->json, "-") != 0, error) &&
                    publish_switch(options, &report, error);
    switch_result_free(report.switch_lab);
    outfile_abandon(json);
    machine_clear(&report.machine);
    g_free(report.measurement);
    return good;
}

static gboolean in_range(const char *name, gint value, gint most, GError **error)
{
    return (value >= 1 && value <= most) ||
           failure(error, STATUS_INPUT, "--%s is a whole number from 1 to %d", name, most);
}

static gboolean check(const struct options *options, int arguments, GError **error)
{
    if (arguments > 1)
        return failure(error, STATUS_INPUT, "takes no argument");
    return in_range("streams", options->streams, STREAMS_MOST, error) &&
           in_range("packets", options->packets, PACKETS_MOST, error) &&
           in_range("sets", options->sets, SETS_MOST, error) &&
           in_range("calls", options->calls, CALLS_MOST, error) &&
           in_range("repeats", options->repeats, SWITCH_REPEATS_MOST, error) &&
           (options->lab_port_mbps == 0 ||
            in_range("lab-port", options->lab_port_mbps, PORT_MOST_MBPS, error)) &&
           in_range("rounds", options->rounds, POINT_ROUNDS_MOST, error);
}

int main(int argc, char **argv)
{
    struct options options = {
        .streams = 64, .packets = 36, .sets = 1, .calls = 20, .rounds = 31, .repeats = 10};
    const GOptionEntry entries[] = {
        {"deliver", 'd', 0, G_OPTION_ARG_NONE, &options.deliver,
         "Deliver through a veth and check every byte, only", NULL},
        {"measure", 'm', 0, G_OPTION_ARG_NONE, &options.measure, "Measure processor time a packet, only",
         NULL},
        {"streams", 's', 0, G_OPTION_ARG_INT, &options.streams, "Destinations [64]", "N"},
        {"packets", 'p', 0, G_OPTION_ARG_INT, &options.packets,
         "To each destination a call; delivered: at most so many [36]", "N"},
        {"sets", 0, 0, G_OPTION_ARG_INT, &options.sets,
         "Sets of data that the calls measured take in turn: many do not fit into caches [1]", "N"},
        {"calls", 'c', 0, G_OPTION_ARG_INT, &options.calls, "Write calls that are delivered [20]", "N"},
        {"rounds", 'r', 0, G_OPTION_ARG_INT, &options.rounds, "Rounds over all methods [31]", "N"},
        {"switch", 'w', 0, G_OPTION_ARG_NONE, &options.switch_lab,
         "Compare what ports of a bridge hold with weft's own run, only", NULL},
        {"rows", 0, 0, G_OPTION_ARG_STRING, &options.rows,
         "Of the switch: rows whose names fit, as interleaved/250M or *M [all]", "PATTERN"},
        {"repeats", 0, 0, G_OPTION_ARG_INT, &options.repeats, "Of each row of the switch [10]", "N"},
        {"scenarios", 0, 0, G_OPTION_ARG_FILENAME, &options.scenarios,
         "Write the scenario of each row of the switch, for `weft run`, only", "DIR"},
        {"csv", 0, 0, G_OPTION_ARG_FILENAME, &options.csv, "Write every port of every repeat of the switch",
         "FILE"},
        {"lab-port", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &options.lab_port_mbps, NULL, "MBPS"},
        {"json", 'j', 0, G_OPTION_ARG_FILENAME, &options.json,
         "Write the result; - is standard output, instead of the table", "FILE"},
        {"flaw", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &options.flaw, NULL, "FLAW"},
        G_OPTION_ENTRY_NULL,
    };
    setlocale(LC_CTYPE, "");
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_summary(
        context, "libweft's driver on this machine's kernel, in network namespaces of its own: every byte "
                 "through a veth, "
                 "and processor\ntime a packet beside sockets'; with --switch, what ports of a bridge hold.");
    GError *error = NULL, *usage = NULL;
    if (!g_option_context_parse(context, &argc, &argv, &usage))
        failure(&error, STATUS_INPUT, "%s", usage->message);
    else if (check(&options, argc, &error))
        (void)(options.scenarios ? switch_lab_scenarios(options.rows, options.scenarios, &error)
                                 : run(&options, &error));
    g_clear_error(&usage);
    g_free(options.json);
    g_free(options.csv);
    g_free(options.scenarios);
    g_free(options.rows);
    g_free(options.flaw);
    g_prefix_error(&error, "weft-bench-linux: ");
    return error ? failure_report(error) : STATUS_OK;
}
