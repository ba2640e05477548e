/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Results, ratios to the limits, and memory per stream. */

#include "report.h"

#include <math.h>
#include <string.h>

enum { FEWEST_STREAMS_BETWEEN = 500 };

const struct bench_limit_name bench_limit_names[BENCH_LIMITS] = {
    {"Lindley loop", "lindley-loop"}, {"Lindley loop, memory", "lindley-loop-memory"}};

static void clear_result(void *data)
{
    struct bench_result *result = data;
    g_array_unref(result->ns_per_packet);
    g_array_unref(result->cpu_share);
    g_array_unref(result->startup_ms);
    g_array_unref(result->memory_bytes);
    g_array_unref(result->peak_bytes);
}

static void clear_limit(void *data)
{
    struct bench_limit *limit = data;
    for (int i = 0; i < BENCH_LIMITS; i++)
        g_array_unref(limit->loop[i].ns_per_packet);
}

static void clear_long(void *data)
{
    struct bench_long_result *result = data;
    g_array_unref(result->cpu_s);
    g_array_unref(result->wall_s);
    g_array_unref(result->peak_bytes);
}

static bool same_traffic(const struct bench_case *a, const struct bench_case *b)
{
    return strcmp(a->method, b->method) == 0 && a->scale == b->scale;
}

static const struct bench_limit *limit_of(const struct report *report, const struct bench_case *what)
{
    for (guint i = 0; i < report->limits->len; i++) {
        const struct bench_limit *limit = &g_array_index(report->limits, struct bench_limit, i);
        if (same_traffic(&limit->what, what))
            return limit;
    }
    return NULL;
}

/* ns-3 at layer 2, with stock devices and with the least that it can do with; as its applications come; SimGrid's messages. */
#define PEERS "*/ns-3 point-to-point|*/ns-3 own device|*/ns-3 UDP sockets|*/SimGrid mailbox"
enum { PEERS_MOST_ROUNDS = 3 };

static void init_peers(struct report *report)
{
    peers_report_init(&report->peers, report->quick, PEERS);
    report->peers.rounds = MIN(report->repetitions, PEERS_MOST_ROUNDS);
    report->peers.tune = !report->quick;
}

void report_init(struct report *report, gboolean quick, gint repetitions, const char *only,
                 gboolean with_peers)
{
    g_autoptr(GArray) cases = bench_cases(quick, only);
    *report = (struct report){.quick = quick, .repetitions = repetitions, .with_peers = with_peers};
    machine_init(&report->machine);
    report->results = g_array_new(FALSE, TRUE, sizeof(struct bench_result));
    report->limits = g_array_new(FALSE, TRUE, sizeof(struct bench_limit));
    report->long_runs = g_array_new(FALSE, TRUE, sizeof(struct bench_long_result));
    g_array_set_clear_func(report->long_runs, clear_long);
    g_array_set_clear_func(report->results, clear_result);
    g_array_set_clear_func(report->limits, clear_limit);
    for (guint i = 0; i < cases->len; i++) {
        const struct bench_case what = g_array_index(cases, struct bench_case, i);
        const struct bench_result result = {.what = what,
                                            .ns_per_packet = series_new(),
                                            .cpu_share = series_new(),
                                            .startup_ms = series_new(),
                                            .memory_bytes = series_new(),
                                            .peak_bytes = series_new(),
                                            .instructions = NAN};
        g_array_append_val(report->results, result);
        if (limit_of(report, &what))
            continue;
        const struct bench_limit limit = {
            .what = what, .loop = {{.ns_per_packet = series_new()}, {.ns_per_packet = series_new()}}};
        g_array_append_val(report->limits, limit);
    }
    if (with_peers)
        init_peers(report);
}

void report_add_long_runs(struct report *report)
{
    for (const struct bench_long_run *what = bench_long_runs; what->name; what++) {
        const struct bench_long_result result = {
            .what = what, .cpu_s = series_new(), .wall_s = series_new(), .peak_bytes = series_new()};
        g_array_append_val(report->long_runs, result);
    }
}

void report_clear(struct report *report)
{
    machine_clear(&report->machine);
    if (report->with_peers)
        peers_report_clear(&report->peers);
    g_array_unref(report->results);
    g_array_unref(report->limits);
    g_array_unref(report->long_runs);
}

double report_of_limit(const struct report *report, const struct bench_result *result, int loop)
{
    const struct bench_limit *limit = limit_of(report, &result->what);
    return series_spread(limit->loop[loop].ns_per_packet).median /
           series_spread(result->ns_per_packet).median;
}

/* Named after its streams: nothing else is different. */
static bool is_plain(const struct bench_scale *scale)
{
    return scale->name[strspn(scale->name, "0123456789")] == '\0';
}

/* The same back end, method and observers at the next smaller plain scale that was measured; NULL if none was, or so few
 * streams less that pages would be measured instead. */
static const struct bench_result *smaller(const struct report *report, const struct bench_result *result)
{
    const struct bench_result *found = NULL;
    if (!is_plain(result->what.scale))
        return NULL;
    for (guint i = 0; i < report->results->len; i++) {
        const struct bench_result *other = &g_array_index(report->results, struct bench_result, i);
        if (other->what.backend == result->what.backend && other->what.observers == result->what.observers &&
            strcmp(other->what.method, result->what.method) == 0 && is_plain(other->what.scale) &&
            other->what.scale->streams + FEWEST_STREAMS_BETWEEN <= result->what.scale->streams)
            found = other;
    }
    return found;
}

/* The difference over the streams between. */
double report_bytes_per_stream(const struct report *report, const struct bench_result *result)
{
    const struct bench_result *less = smaller(report, result);
    if (!less)
        return NAN;
    double bytes = series_spread(result->memory_bytes).median - series_spread(less->memory_bytes).median;
    return bytes / (result->what.scale->streams - less->what.scale->streams);
}
