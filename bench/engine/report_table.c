/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The results for people: limits, cases, and peers with how many times faster weft is. */

#include "report.h"
#include "table.h"

#include <inttypes.h>
#include <math.h>

enum { CELLS_AFTER_SPEED = 9 };

static void put_dashes(struct table *table, int cells)
{
    for (int i = 0; i < cells; i++)
        table_cell(table, "-");
}

static void put_speed(struct table *table, const struct spread ns_per_packet)
{
    table_cell(table, "%.2f", 1e3 / ns_per_packet.median);
    table_cell(table, "%.2f", 1e3 / ns_per_packet.most);
    table_cell(table, "%.2f", 1e3 / ns_per_packet.least);
    table_cell(table, "%.2f", ns_per_packet.median);
}

/* A number, or a dash where there is none. */
static void put_number(struct table *table, double value, int digits)
{
    if (isnan(value))
        table_cell(table, "-");
    else
        table_cell(table, "%.*f", digits, value);
}

static void put_result(struct table *table, const struct report *report, const struct bench_result *result)
{
    table_row(table);
    table_cell(table, "%s", result->what.backend->name);
    table_cell(table, "%s", result->what.method);
    table_cell(table, "%s", result->what.observers->name);
    table_cell(table, "%s", result->what.scale->name);
    put_speed(table, series_spread(result->ns_per_packet));
    put_number(table, result->instructions, 0);
    for (int loop = 0; loop < BENCH_LIMITS; loop++)
        table_cell(table, "%.2f %%", 100 * report_of_limit(report, result, loop));
    table_cell(table, "%.1f", series_spread(result->startup_ms).median);
    table_cell(table, "%.1f", series_spread(result->memory_bytes).median / 1e6);
    table_cell(table, "%.1f", series_spread(result->peak_bytes).median / 1e6);
    put_number(table, report_bytes_per_stream(report, result), 0);
    put_dashes(table, 2);
}

static void put_limit(struct table *table, const struct bench_limit *limit)
{
    for (int loop = 0; loop < BENCH_LIMITS; loop++) {
        table_row(table);
        table_cell(table, "%s", bench_limit_names[loop].title);
        table_cell(table, "%s", limit->what.method);
        table_cell(table, "-");
        table_cell(table, "%s", limit->what.scale->name);
        put_speed(table, series_spread(limit->loop[loop].ns_per_packet));
        put_dashes(table, CELLS_AFTER_SPEED);
    }
}

/* How many times slower than a program of weft's in the same rounds, both without start-up: median (least-most). */
static void put_times(struct table *table, const struct report *report, const struct peers_result *peer,
                      const char *weft)
{
    const struct peers_result *than = peers_weft(&report->peers, weft, peer->scale);
    if (!than) {
        put_dashes(table, 1);
        return;
    }
    g_autoptr(GArray) series = peers_ratios(peer, than, TRUE);
    struct spread times = series_spread(series);
    table_cell(table, "%.4g (%.4g-%.4g)", times.median, times.least, times.most);
}

static void put_peer(struct table *table, const struct report *report, const struct peers_result *peer)
{
    table_row(table);
    table_cell(table, "%s", peer->row->name);
    table_cell(table, "interleaved");
    table_cell(table, "-");
    table_cell(table, "%" PRIu32, peers_scales[peer->scale].streams);
    put_speed(table, series_spread(peer->slope_ns));
    put_dashes(table, 3);
    table_cell(table, "%.1f", series_spread(peer->startup_ms).median);
    put_dashes(table, 1);
    table_cell(table, "%.1f", series_spread(peer->peak_bytes).median / 1e6);
    put_dashes(table, 1);
    put_times(table, report, peer, "reference");
    put_times(table, report, peer, "reference full");
}

static void put_all(struct table *table, const struct report *report)
{
    for (guint i = 0; i < report->limits->len; i++)
        put_limit(table, &g_array_index(report->limits, struct bench_limit, i));
    for (guint i = 0; i < report->results->len; i++)
        put_result(table, report, &g_array_index(report->results, struct bench_result, i));
    for (guint i = 0; report->with_peers && i < report->peers.results->len; i++) {
        const struct peers_result *peer = &g_array_index(report->peers.results, struct peers_result, i);
        if (!peer->row->backend)
            put_peer(table, report, peer);
    }
}

/* What is special about scales that were measured. */
static char *legend(const struct report *report)
{
    GString *text = g_string_new(NULL);
    for (const struct bench_scale *scale = bench_scales; scale->name; scale++)
        for (guint i = 0; scale->help && i < report->results->len; i++)
            if (g_array_index(report->results, struct bench_result, i).what.scale == scale) {
                g_string_append_printf(text, "%s: %s\n", scale->name, scale->help);
                break;
            }
    if (report->with_peers)
        g_string_append(
            text,
            "Peers, and weft's programs beside them, are processes of their own: processor time without "
            "start-up; how many times slower\nthan reference, and than reference full, round by round.\n");
    return g_string_free(text, FALSE);
}

static char *long_runs(const struct report *report)
{
    GString *text = g_string_new(report->long_runs->len > 0 ? "\n" : NULL);
    for (guint i = 0; i < report->long_runs->len; i++) {
        const struct bench_long_result *result =
            &g_array_index(report->long_runs, struct bench_long_result, i);
        struct spread cpu = series_spread(result->cpu_s);
        g_string_append_printf(text,
                               "weft run, %s: %.2f s (%.2f-%.2f) of processor time, %" PRIu64
                               " packets, %.2f ns each, %.0f MB\n",
                               result->what->help, cpu.median, cpu.least, cpu.most, result->packets,
                               cpu.median * 1e9 / (double)result->packets,
                               series_spread(result->peak_bytes).most / 1e6);
    }
    return g_string_free(text, FALSE);
}

char *report_table(const struct report *report)
{
    static const char *const titles[] = {
        "back end", "method",  "observers", "scale",           "Mpkt/s",      "least",
        "most",     "ns/pkt",  "instr/pkt", "of limit",        "of memory's", "startup ms",
        "MB",       "peak MB", "B/stream",  "times reference", "times full"};
    const struct machine *machine = &report->machine;
    struct table *table = table_new();
    table_row(table);
    for (size_t i = 0; i < G_N_ELEMENTS(titles); i++)
        table_cell(table, "%s", titles[i]);
    put_all(table, report);
    g_autofree char *cells = table_text(table, 3, FALSE), *words = legend(report), *runs = long_runs(report);
    table_free(table);
    return g_strdup_printf(
        "%s, %u cores, load %.2f, %s, %s (%s), %s\n%d repetition%s%s\n\n%s%s%s%s", machine->cpu,
        machine->cores, machine->load, machine->kernel, machine->compiler, machine->flags, machine->date,
        report->repetitions, report->repetitions == 1 ? "" : "s",
        report->quick ? ", quick: too short to mean anything" : "", cells, *words ? "\n" : "", words, runs);
}
