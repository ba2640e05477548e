/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What stands beside the results: peers with their ratios, long runs, and the machine. */

#include "report.h"
#include "table.h"

#include <inttypes.h>

/* In the order of put_program(). Times: how many times slower than a program of weft's, round by round. */
static const char *const peers_titles[] = {"program",
                                           "is_weft",
                                           "streams",
                                           "rounds",
                                           "packets",
                                           "ns_per_packet",
                                           "slope_ns_per_packet",
                                           "startup_ms",
                                           "peak_bytes",
                                           "times_reference",
                                           "times_full",
                                           "slope_times_reference",
                                           "slope_times_reference_least",
                                           "slope_times_reference_most",
                                           "slope_times_full",
                                           "slope_times_full_least",
                                           "slope_times_full_most",
                                           "agrees_in",
                                           "chosen"};

static void put_titles(struct table *table, const char *const *title, size_t n)
{
    table_row(table);
    for (size_t i = 0; i < n; i++)
        table_cell(table, "%s", title[i]);
}

static struct spread times(const struct report *report, const struct peers_result *peer, const char *weft,
                           gboolean slopes)
{
    g_autoptr(GArray) series = peers_ratios(peer, peers_weft(&report->peers, weft, peer->scale), slopes);
    return series_spread(series);
}

static void put_program(struct table *table, const struct report *report, const struct peers_result *peer)
{
    static const char *const weft[] = {"reference", "reference full"};
    g_autofree char *chosen = peers_choice_text(peer->row, &peer->choice);
    table_row(table);
    table_cell(table, "%s", peer->row->name);
    table_cell(table, "%d", peer->row->backend != NULL);
    table_cell(table, "%" PRIu32, peers_scales[peer->scale].streams);
    table_cell(table, "%u", peer->slope_ns->len);
    table_cell(table, "%" PRIu64, peer->packets);
    table_cell(table, "%.4g", series_spread(peer->ns_per_packet).median);
    table_cell(table, "%.4g", series_spread(peer->slope_ns).median);
    table_cell(table, "%.4g", series_spread(peer->startup_ms).median);
    table_cell(table, "%.0f", series_spread(peer->peak_bytes).median);
    for (size_t i = 0; i < G_N_ELEMENTS(weft); i++)
        table_cell(table, "%.4g", times(report, peer, weft[i], FALSE).median);
    for (size_t i = 0; i < G_N_ELEMENTS(weft); i++) {
        struct spread slope = times(report, peer, weft[i], TRUE);
        table_cell(table, "%.4g", slope.median);
        table_cell(table, "%.4g", slope.least);
        table_cell(table, "%.4g", slope.most);
    }
    table_cell(table, "%s", peer->row->counts_only ? "packets" : "instants");
    table_cell(table, "%s", *chosen ? chosen : "-");
}

char *report_peers_csv(const struct report *report)
{
    struct table *table = table_new();
    put_titles(table, peers_titles, G_N_ELEMENTS(peers_titles));
    for (guint i = 0; report->with_peers && i < report->peers.results->len; i++)
        put_program(table, report, &g_array_index(report->peers.results, struct peers_result, i));
    char *text = table_csv(table);
    table_free(table);
    return text;
}

char *report_long_csv(const struct report *report)
{
    static const char *const titles[] = {"run",         "rounds",     "packets", "cpu_s",
                                         "cpu_s_least", "cpu_s_most", "wall_s",  "peak_bytes"};
    struct table *table = table_new();
    put_titles(table, titles, G_N_ELEMENTS(titles));
    for (guint i = 0; i < report->long_runs->len; i++) {
        const struct bench_long_result *result =
            &g_array_index(report->long_runs, struct bench_long_result, i);
        struct spread cpu = series_spread(result->cpu_s);
        table_row(table);
        table_cell(table, "%s", result->what->name);
        table_cell(table, "%u", result->cpu_s->len);
        table_cell(table, "%" PRIu64, result->packets);
        table_cell(table, "%.4g", cpu.median);
        table_cell(table, "%.4g", cpu.least);
        table_cell(table, "%.4g", cpu.most);
        table_cell(table, "%.4g", series_spread(result->wall_s).median);
        table_cell(table, "%.0f", series_spread(result->peak_bytes).most);
    }
    char *text = table_csv(table);
    table_free(table);
    return text;
}

char *report_machine_csv(const struct report *report)
{
    static const char *const titles[] = {"cpu",   "cores", "load",        "kernel", "compiler",
                                         "flags", "date",  "repetitions", "ns3",    "simgrid"};
    const struct machine *machine = &report->machine;
    g_autofree char *cpu = g_strdelimit(g_strdup(machine->cpu), ",\"", ' ');
    struct table *table = table_new();
    put_titles(table, titles, G_N_ELEMENTS(titles));
    table_row(table);
    table_cell(table, "%s", cpu);
    table_cell(table, "%u", machine->cores);
    table_cell(table, "%.2f", machine->load);
    table_cell(table, "%s", machine->kernel);
    table_cell(table, "%s", machine->compiler);
    table_cell(table, "%s", machine->flags);
    table_cell(table, "%s", machine->date);
    table_cell(table, "%d", report->repetitions);
    table_cell(table, "%s", report->with_peers ? report->peers.ns3_version : "-");
    table_cell(table, "%s", report->with_peers ? report->peers.simgrid_version : "-");
    char *text = table_csv(table);
    table_free(table);
    return text;
}
