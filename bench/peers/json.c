/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The comparison for programs. */

#include "compare.h"
#include "json_add.h"
#include "result_json.h"

static void add_ratios(JsonBuilder *builder, const struct peers_report *report,
                       const struct peers_result *result, gboolean slopes)
{
    json_builder_set_member_name(builder, slopes ? "slope_ratios" : "ratios");
    json_builder_begin_object(builder);
    for (guint i = 0; i < report->results->len; i++) {
        const struct peers_result *weft = &g_array_index(report->results, struct peers_result, i);
        if (!weft->row->backend || weft->scale != result->scale)
            continue;
        g_autoptr(GArray) ratios = peers_ratios(result, weft, slopes);
        json_add_series(builder, weft->row->name, ratios);
    }
    json_builder_end_object(builder);
}

static void add_tried(JsonBuilder *builder, const struct peers_report *report,
                      const struct peers_result *result)
{
    json_builder_set_member_name(builder, "tried");
    json_builder_begin_array(builder);
    for (guint i = 0; i < report->trials->len; i++) {
        const struct peers_trial *trial = &g_array_index(report->trials, struct peers_trial, i);
        if (trial->row != result->row || trial->scale != result->scale)
            continue;
        const struct peers_axis *axis = trial->row->axis[trial->axis];
        json_builder_begin_object(builder);
        json_add_text(builder, "key", axis->key ? axis->key : "allocator");
        json_add_text(builder, "value", axis->value[trial->value]);
        json_builder_set_member_name(builder, "ns_per_packet");
        if (trial->ns_per_packet > 0)
            json_builder_add_double_value(builder, trial->ns_per_packet);
        else
            json_builder_add_null_value(builder);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static void add_result(JsonBuilder *builder, const struct peers_report *report,
                       const struct peers_result *result)
{
    g_autofree char *choice = peers_choice_text(result->row, &result->choice);
    json_builder_begin_object(builder);
    json_add_text(builder, "program", result->row->name);
    json_add_text(builder, "help", result->row->help);
    json_add_flag(builder, "weft", result->row->backend != NULL);
    json_add_count(builder, "streams", peers_scales[result->scale].streams);
    json_add_count(builder, "per_interval", peers_scales[result->scale].per_interval);
    json_add_count(builder, "packets", result->packets);
    json_add_text(builder, "agrees_in", result->row->counts_only ? "packets" : "instants");
    json_add_text(builder, "chosen", choice);
    json_add_speed(builder, result->ns_per_packet);
    json_add_series(builder, "slope_ns_per_packet", result->slope_ns);
    json_add_series(builder, "startup_ms", result->startup_ms);
    json_add_series(builder, "cpu_share", result->cpu_share);
    json_add_series(builder, "peak_rss_bytes", result->peak_bytes);
    add_ratios(builder, report, result, FALSE);
    add_ratios(builder, report, result, TRUE);
    add_tried(builder, report, result);
    json_builder_end_object(builder);
}

void peers_add_json(JsonBuilder *builder, const struct peers_report *report)
{
    json_builder_begin_object(builder);
    json_add_text(builder, "schema", "weft-bench-peers/1");
    json_add_text(builder, "version", WEFT_VERSION);
    json_add_text(builder, "date", report->machine.date);
    json_add_flag(builder, "quick", report->quick);
    json_add_flag(builder, "tuned", report->tune);
    json_add_count(builder, "rounds", (uint64_t)report->rounds);
    json_add_machine(builder, &report->machine);
    json_add_count(builder, "processor", (uint64_t)report->cpu);
    json_add_text(builder, "cxx_compiler", WEFT_PEERS_CXX);
    json_add_text(builder, "ns3_version", WEFT_PEERS_NS3);
    json_add_text(builder, "simgrid_version", WEFT_PEERS_SIMGRID);
    json_builder_set_member_name(builder, "not_built");
    json_builder_begin_array(builder);
    for (guint i = 0; i < report->not_built->len; i++)
        json_builder_add_string_value(builder, g_ptr_array_index(report->not_built, i));
    json_builder_end_array(builder);
    json_builder_set_member_name(builder, "results");
    json_builder_begin_array(builder);
    for (guint i = 0; i < report->results->len; i++)
        add_result(builder, report, &g_array_index(report->results, struct peers_result, i));
    json_builder_end_array(builder);
    json_builder_end_object(builder);
}

char *peers_json(const struct peers_report *report, gsize *length)
{
    JsonBuilder *builder = json_builder_new();
    peers_add_json(builder, report);
    return result_json_text(builder, length);
}
