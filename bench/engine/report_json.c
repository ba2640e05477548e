/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The results for programs. */

#include "json_add.h"
#include "report.h"
#include "result_json.h"

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

static void add_long(JsonBuilder *builder, const struct bench_long_result *result)
{
    json_builder_begin_object(builder);
    json_add_text(builder, "run", result->what->name);
    json_add_text(builder, "help", result->what->help);
    json_add_count(builder, "packets", result->packets);
    json_add_series(builder, "cpu_s", result->cpu_s);
    json_add_series(builder, "wall_s", result->wall_s);
    json_add_series(builder, "peak_rss_bytes", result->peak_bytes);
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
    json_builder_set_member_name(builder, "long_runs");
    json_builder_begin_array(builder);
    for (guint i = 0; i < report->long_runs->len; i++)
        add_long(builder, &g_array_index(report->long_runs, struct bench_long_result, i));
    json_builder_end_array(builder);
    if (report->with_peers) {
        json_builder_set_member_name(builder, "peers");
        peers_add_json(builder, &report->peers);
    }
    json_builder_end_object(builder);
    return result_json_text(builder, length);
}
