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
                                     "instructions_per_packet",
                                     "of_limit",
                                     "of_memory_limit",
                                     "startup_ms",
                                     "memory_bytes",
                                     "peak_bytes",
                                     "bytes_per_stream"};

enum { OWN_COLUMNS = 7 }; /* that a limit has not */

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

static void put_limit(struct table *table, const struct bench_limit *limit)
{
    for (int loop = 0; loop < BENCH_LIMITS; loop++) {
        put_row(table, bench_limit_names[loop].name, "none", &limit->what, limit->loop[loop].packets,
                limit->loop[loop].ns_per_packet);
        for (int i = 0; i < OWN_COLUMNS; i++)
            table_cell(table, "nan");
    }
}

static void put_result(struct table *table, const struct report *report, const struct bench_result *result)
{
    put_row(table, result->what.backend->name, result->what.observers->name, &result->what, result->packets,
            result->ns_per_packet);
    table_cell(table, "%.4g", result->instructions);
    for (int loop = 0; loop < BENCH_LIMITS; loop++)
        table_cell(table, "%.4g", report_of_limit(report, result, loop));
    table_cell(table, "%.4g", series_spread(result->startup_ms).median);
    table_cell(table, "%.0f", series_spread(result->memory_bytes).median);
    table_cell(table, "%.0f", series_spread(result->peak_bytes).median);
    table_cell(table, "%.0f", report_bytes_per_stream(report, result));
}

/* Letters and digits of a peer's name, for lists whose words are separated by spaces. */
static char *peer_word(const struct peers_row *row)
{
    return g_strdelimit(g_strdup(row->name), " ", '-');
}

/* As a case: without start-up, which is beside it. */
static void put_peer(struct table *table, const struct peers_result *peer)
{
    struct spread ns = series_spread(peer->slope_ns);
    g_autofree char *word = peer_word(peer->row);
    uint32_t streams = peers_scales[peer->scale].streams;
    table_row(table);
    table_cell(table, "%s", word);
    table_cell(table, "interleaved");
    table_cell(table, "none");
    table_cell(table, "%" PRIu32, streams);
    table_cell(table, "%" PRIu32, streams);
    table_cell(table, "1");
    table_cell(table, "1");
    table_cell(table, "%u", peer->slope_ns->len);
    table_cell(table, "%" PRIu64, peer->packets);
    table_cell(table, "%.4g", ns.median);
    table_cell(table, "%.4g", 1e9 / ns.median);
    table_cell(table, "%.4g", 1e9 / ns.most);
    table_cell(table, "%.4g", 1e9 / ns.least);
    for (int i = 0; i <= BENCH_LIMITS; i++)
        table_cell(table, "nan");
    table_cell(table, "%.4g", series_spread(peer->startup_ms).median);
    table_cell(table, "nan");
    table_cell(table, "%.0f", series_spread(peer->peak_bytes).median);
    table_cell(table, "nan");
}

char *report_csv(const struct report *report)
{
    struct table *table = table_new();
    put_titles(table);
    for (guint i = 0; i < report->limits->len; i++)
        put_limit(table, &g_array_index(report->limits, struct bench_limit, i));
    for (guint i = 0; i < report->results->len; i++)
        put_result(table, report, &g_array_index(report->results, struct bench_result, i));
    for (guint i = 0; report->with_peers && i < report->peers.results->len; i++) {
        const struct peers_result *peer = &g_array_index(report->peers.results, struct peers_result, i);
        if (!peer->row->backend)
            put_peer(table, peer);
    }
    char *text = table_csv(table);
    table_free(table);
    return text;
}
