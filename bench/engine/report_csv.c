/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The results as CSV: what plots/engine-speed.gp draws. */

#include "report.h"
#include "table.h"

#include <inttypes.h>

/* In the order of put_row(). */
static const char *const titles[] = {"backend",
                                     "method",
                                     "observers",
                                     "scale",
                                     "streams",
                                     "servers",
                                     "applications",
                                     "repetitions",
                                     "packets",
                                     "ns_per_packet",
                                     "packets_per_s",
                                     "packets_per_s_least",
                                     "packets_per_s_most",
                                     "of_limit",
                                     "startup_ms",
                                     "memory_bytes"};

static void put_titles(struct table *table)
{
    table_row(table);
    for (size_t i = 0; i < G_N_ELEMENTS(titles); i++)
        table_cell(table, "%s", titles[i]);
}

/* What both a case and a limit have. */
static void put_row(struct table *table, const char *backend, const char *observers,
                    const struct bench_case *what, uint64_t packets, const GArray *ns_per_packet)
{
    struct spread ns = series_spread(ns_per_packet);
    table_row(table);
    table_cell(table, "%s", backend);
    table_cell(table, "%s", what->method);
    table_cell(table, "%s", observers);
    table_cell(table, "%s", what->scale->name);
    table_cell(table, "%" PRIu32, what->scale->streams);
    table_cell(table, "%" PRIu32, what->scale->servers);
    table_cell(table, "%" PRIu32, what->scale->applications);
    table_cell(table, "%u", ns_per_packet->len);
    table_cell(table, "%" PRIu64, packets);
    table_cell(table, "%.4g", ns.median);
    table_cell(table, "%.4g", 1e9 / ns.median);
    table_cell(table, "%.4g", 1e9 / ns.most);
    table_cell(table, "%.4g", 1e9 / ns.least);
}

char *report_csv(const struct report *report)
{
    struct table *table = table_new();
    put_titles(table);
    for (guint i = 0; i < report->limits->len; i++) {
        const struct bench_limit *limit = &g_array_index(report->limits, struct bench_limit, i);
        put_row(table, REPORT_LIMIT, "none", &limit->what, limit->packets, limit->ns_per_packet);
        table_cell(table, "1");
        table_cell(table, "nan");
        table_cell(table, "nan");
    }
    for (guint i = 0; i < report->results->len; i++) {
        const struct bench_result *result = &g_array_index(report->results, struct bench_result, i);
        put_row(table, result->what.backend->name, result->what.observers->name, &result->what,
                result->packets, result->ns_per_packet);
        table_cell(table, "%.4g", report_of_limit(report, result));
        table_cell(table, "%.4g", series_spread(result->startup_ms).median);
        table_cell(table, "%.0f", series_spread(result->memory_bytes).median);
    }
    char *text = table_csv(table);
    table_free(table);
    return text;
}
