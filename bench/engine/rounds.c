/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rounds over limits and cases, then what is run once. */

#include "rounds.h"

#include "child.h"
#include "failure.h"
#include "instructions.h"
#include "lindley.h"
#include "measure.h"

#include <stdio.h>

enum { MOST_LONG_ROUNDS = 3 };

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

gboolean rounds_time(struct report *report, GError **error)
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

gboolean rounds_count(struct report *report, GError **error)
{
    gboolean good = TRUE;
    for (guint i = 0; good && i < report->results->len; i++) {
        struct bench_result *result = &g_array_index(report->results, struct bench_result, i);
        if (!result->what.counted)
            continue;
        g_autofree char *name = bench_case_name(&result->what);
        if (!report->quick)
            fprintf(stderr, "count %s\n", name);
        good = bench_instructions(&result->what, &result->instructions, error);
    }
    return good;
}

static gboolean measure_long(struct bench_long_result *result, GError **error)
{
    struct bench_long_sample sample;
    if (!bench_long_run(result->what->argument, &sample, NULL, error))
        return FALSE;
    result->packets = sample.packets;
    series_add(result->cpu_s, sample.cpu_s);
    series_add(result->wall_s, sample.wall_s);
    series_add(result->peak_bytes, (double)sample.peak_bytes);
    return TRUE;
}

gboolean rounds_long(struct report *report, GError **error)
{
    gboolean good = TRUE;
    for (gint round = 0; good && round < MIN(report->repetitions, MOST_LONG_ROUNDS); round++)
        for (guint i = 0; good && i < report->long_runs->len; i++)
            good = measure_long(&g_array_index(report->long_runs, struct bench_long_result, i), error);
    return good;
}

gboolean rounds_peers(struct report *report, GError **error)
{
    report->peers.cpu = peers_pin(-1, error);
    return report->peers.cpu >= 0 && peers_tune(&report->peers, error) && peers_rounds(&report->peers, error);
}
