/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Results, ratios to the limit, and memory per stream. */

#include "report.h"

#include "json_add.h"
#include "result_json.h"
#include "table.h"

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

void report_init(struct report *report, gboolean quick, gint repetitions, const char *only)
{
    g_autoptr(GArray) cases = bench_cases(quick, only);
    *report = (struct report){.quick = quick, .repetitions = repetitions};
    machine_init(&report->machine);
    report->results = g_array_new(FALSE, TRUE, sizeof(struct bench_result));
    report->limits = g_array_new(FALSE, TRUE, sizeof(struct bench_limit));
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
}

void report_clear(struct report *report)
{
    machine_clear(&report->machine);
    g_array_unref(report->results);
    g_array_unref(report->limits);
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

/* --- table --- */

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
        for (int i = 0; i < 7; i++)
            table_cell(table, "-");
    }
}

char *report_table(const struct report *report)
{
    static const char *const titles[] = {"back end",    "method",     "observers", "scale",     "Mpkt/s",
                                         "least",       "most",       "ns/pkt",    "instr/pkt", "of limit",
                                         "of memory's", "startup ms", "MB",        "peak MB",   "B/stream"};
    const struct machine *machine = &report->machine;
    struct table *table = table_new();
    table_row(table);
    for (size_t i = 0; i < G_N_ELEMENTS(titles); i++)
        table_cell(table, "%s", titles[i]);
    for (guint i = 0; i < report->limits->len; i++)
        put_limit(table, &g_array_index(report->limits, struct bench_limit, i));
    for (guint i = 0; i < report->results->len; i++)
        put_result(table, report, &g_array_index(report->results, struct bench_result, i));
    g_autofree char *cells = table_text(table, 3, FALSE);
    table_free(table);
    return g_strdup_printf("%s, %u cores, load %.2f, %s, %s (%s), %s\n%d repetition%s%s\n\n%s", machine->cpu,
                           machine->cores, machine->load, machine->kernel, machine->compiler, machine->flags,
                           machine->date, report->repetitions, report->repetitions == 1 ? "" : "s",
                           report->quick ? ", quick: too short to mean anything" : "", cells);
}

/* --- JSON --- */

static void add_scale(JsonBuilder *builder, const struct bench_scale *scale)
{
    json_add_text(builder, "scale", scale->name);
    json_add_count(builder, "streams", scale->streams);
    json_add_count(builder, "servers", scale->servers);
    json_add_count(builder, "applications", scale->applications);
}

static void add_result(JsonBuilder *builder, const struct report *report, const struct bench_result *result)
{
    double bytes_per_stream = report_bytes_per_stream(report, result);
    json_builder_begin_object(builder);
    json_add_text(builder, "backend", result->what.backend->name);
    json_add_text(builder, "method", result->what.method);
    json_add_text(builder, "observers", result->what.observers->name);
    add_scale(builder, result->what.scale);
    json_add_number(builder, "link_busy", result->link_busy);
    json_add_count(builder, "packets", result->packets);
    json_add_speed(builder, result->ns_per_packet);
    json_add_known(builder, "instructions_per_packet", result->instructions);
    json_add_number(builder, "of_limit", report_of_limit(report, result, 0));
    json_add_number(builder, "of_memory_limit", report_of_limit(report, result, 1));
    json_add_series(builder, "cpu_share", result->cpu_share);
    json_add_series(builder, "startup_ms", result->startup_ms);
    json_add_series(builder, "memory_bytes", result->memory_bytes);
    json_add_series(builder, "peak_rss_bytes", result->peak_bytes);
    json_add_known(builder, "bytes_per_stream", bytes_per_stream);
    json_builder_end_object(builder);
}

static void add_limit(JsonBuilder *builder, const struct bench_limit *limit, int loop)
{
    json_builder_begin_object(builder);
    json_add_text(builder, "loop", bench_limit_names[loop].name);
    json_add_text(builder, "method", limit->what.method);
    add_scale(builder, limit->what.scale);
    json_add_count(builder, "packets", limit->loop[loop].packets);
    json_add_count(builder, "passes", limit->loop[loop].passes);
    json_add_speed(builder, limit->loop[loop].ns_per_packet);
    json_builder_end_object(builder);
}

/* Back ends without their simulator: missing from the results, and why. */
static void add_not_built(JsonBuilder *builder)
{
    json_builder_set_member_name(builder, "not_built");
    json_builder_begin_array(builder);
    for (size_t i = 0; backends[i]; i++)
        if (!backend_check(backends[i], NULL))
            json_builder_add_string_value(builder, backends[i]->name);
    json_builder_end_array(builder);
}

char *report_json(const struct report *report, gsize *length)
{
    JsonBuilder *builder = json_builder_new();
    json_builder_begin_object(builder);
    json_add_text(builder, "schema", "weft-bench-engine/1");
    json_add_text(builder, "version", WEFT_VERSION);
    json_add_text(builder, "date", report->machine.date);
    json_add_flag(builder, "quick", report->quick);
    json_add_count(builder, "repetitions", (uint64_t)report->repetitions);
    json_add_machine(builder, &report->machine);
    add_not_built(builder);
    json_builder_set_member_name(builder, "limits");
    json_builder_begin_array(builder);
    for (guint i = 0; i < report->limits->len; i++)
        for (int loop = 0; loop < BENCH_LIMITS; loop++)
            add_limit(builder, &g_array_index(report->limits, struct bench_limit, i), loop);
    json_builder_end_array(builder);
    json_builder_set_member_name(builder, "results");
    json_builder_begin_array(builder);
    for (guint i = 0; i < report->results->len; i++)
        add_result(builder, report, &g_array_index(report->results, struct bench_result, i));
    json_builder_end_array(builder);
    json_builder_end_object(builder);
    return result_json_text(builder, length);
}
