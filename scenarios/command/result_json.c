/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One result as a JSON object: every key is always there; null says that nothing was measured. */

#include "result_json.h"

#include "summary.h"

#include <math.h>
#include <string.h>

static void add_text(JsonBuilder *builder, const char *name, const char *value)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_string_value(builder, value);
}

static void add_count(JsonBuilder *builder, const char *name, uint64_t value)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_int_value(builder, (gint64)MIN(value, (uint64_t)G_MAXINT64));
}

static void add_null(JsonBuilder *builder, const char *name)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_null_value(builder);
}

static void add_number(JsonBuilder *builder, const char *name, double value)
{
    if (!isfinite(value)) { /* JSON has no other numbers */
        add_null(builder, name);
        return;
    }
    json_builder_set_member_name(builder, name);
    json_builder_add_double_value(builder, value);
}

static void begin(JsonBuilder *builder, const char *name)
{
    json_builder_set_member_name(builder, name);
    json_builder_begin_object(builder);
}

static void add_scenario(JsonBuilder *builder, const struct plan *plan)
{
    g_autofree char *settings = plan_settings(plan);
    g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, settings, -1);
    begin(builder, "scenario");
    add_text(builder, "name", plan->setup.name);
    add_text(builder, "hash", hash);
    begin(builder, "settings");
    for (guint i = 0; i < plan->sections; i++) {
        g_autofree char *title = resolved_title(&plan->resolved[i]);
        begin(builder, title);
        for (size_t k = 0; k < keys_count(); k++) {
            g_autofree char *value = resolved_value(&plan->resolved[i], &keys[k]);
            if (value)
                add_text(builder, keys[k].name, value);
        }
        json_builder_end_object(builder);
    }
    json_builder_end_object(builder);
    json_builder_end_object(builder);
}

static void add_counts(JsonBuilder *builder, const struct summary *summary)
{
    const uint64_t *count = summary->ledger.count;
    add_count(builder, "payload_bytes_copied", count[WEFT_COPIED_BYTES]);
    add_count(builder, "write_calls", count[WEFT_WRITE_CALLS]);
    add_count(builder, "entries", count[WEFT_ENTRIES]);
    add_count(builder, "entries_below_packet", summary->entries_below_packet);
    add_count(builder, "refused_entries", summary->refused_entries);
    add_count(builder, "mode_switches", count[WEFT_MODE_SWITCHES]);
    add_count(builder, "context_switches", count[WEFT_CONTEXT_SWITCHES]);
    add_count(builder, "translations", count[WEFT_TRANSLATIONS]);
    add_count(builder, "interrupts", count[WEFT_INTERRUPTS]);
    add_count(builder, "timer_wakeups", count[WEFT_TIMER_WAKEUPS]);
    add_count(builder, "refills", count[WEFT_REFILLS]);
    add_count(builder, "overruns", summary->overruns);
}

/* Lost packets by cause, every cause by its name. */
static void add_causes(JsonBuilder *builder, const uint64_t *dropped_by)
{
    begin(builder, "dropped_by");
    for (int cause = WEFT_DELIVERED + 1; cause < WEFT_OUTCOMES; cause++)
        add_count(builder, weft_outcomes[cause].name, dropped_by[cause]);
    json_builder_end_object(builder);
}

static void add_totals(JsonBuilder *builder, const struct summary *summary, bool checked)
{
    const struct weft_totals *totals = &summary->totals;
    begin(builder, "totals");
    add_count(builder, "packets_sent", totals->packets_sent);
    add_count(builder, "packets_delivered", totals->packets_delivered);
    add_count(builder, "packets_dropped", totals->packets_dropped);
    add_causes(builder, totals->dropped_by);
    add_count(builder, "payload_bytes_sent", totals->payload_bytes_sent);
    add_count(builder, "payload_bytes_delivered", totals->payload_bytes_delivered);
    add_counts(builder, summary);
    add_number(builder, "cycles", summary->cycles[WEFT_TYPICAL]);
    add_number(builder, "cycles_low", summary->cycles[WEFT_LOW]);
    add_number(builder, "cycles_high", summary->cycles[WEFT_HIGH]);
    add_number(builder, "cycles_per_packet", summary->cycles_per_packet[WEFT_TYPICAL]);
    add_number(builder, "cpu_utilisation", summary->cpu_utilisation);
    add_number(builder, "dram_bytes_per_payload_byte", summary->dram_bytes_per_payload_byte);
    add_count(builder, "peak_port_packets", totals->peak_port_packets);
    add_count(builder, "peak_port_bytes", totals->peak_port_bytes);
    add_count(builder, "peak_switch_bytes", totals->peak_switch_bytes);
    add_number(builder, "mean_switch_bytes", summary->mean_switch_bytes);
    add_number(builder, "port_balance", summary->port_balance);
    add_count(builder, "late_packets", totals->late_packets);
    if (checked)
        add_count(builder, "corrupt_packets", summary->corrupt_packets);
    else
        add_null(builder, "corrupt_packets");
    json_builder_end_object(builder);
}

static void add_server(JsonBuilder *builder, const struct plan *plan, const struct run_result *result,
                       uint32_t index)
{
    const struct weft_server *server = &plan->setup.server[index];
    const struct weft_server_result *row = weft_metrics_server(result->metrics, index);
    const struct weft_host_counters *counters = &row->counters;
    json_builder_begin_object(builder);
    add_text(builder, "name", server->name);
    add_count(builder, "packets_sent", row->packets_sent);
    add_number(builder, "cpu_utilisation",
               weft_utilisation(counters->busy_ps, server->cores, plan_window_ps(plan)));
    begin(builder, "counts");
    for (int e = 0; e < WEFT_EVENTS; e++)
        add_count(builder, weft_events[e].name, counters->ledger.count[e]);
    json_builder_end_object(builder);
    begin(builder, "cycles");
    for (int e = 0; e < WEFT_EVENTS; e++)
        add_number(
            builder, weft_events[e].name,
            (double)weft_event_mcycles(counters->ledger.count[e], &server->profile->price[e], WEFT_TYPICAL) /
                1000);
    json_builder_end_object(builder);
    json_builder_end_object(builder);
}

/* For how long of the window the port held so many packets: an object a bin that is not empty. */
static void add_histogram(JsonBuilder *builder, const weft_ps *held_ps)
{
    json_builder_set_member_name(builder, "held");
    json_builder_begin_array(builder);
    for (uint32_t bin = 0; bin < WEFT_HELD_BINS; bin++) {
        if (held_ps[bin] == 0)
            continue;
        json_builder_begin_object(builder);
        add_count(builder, "packets_from", weft_held_bin_first(bin));
        add_count(builder, "ps", held_ps[bin]);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static void add_port(JsonBuilder *builder, const struct plan *plan, const struct run_result *result,
                     uint32_t index)
{
    const struct weft_device *device = &plan->setup.device[index];
    const struct weft_port_result *row = weft_metrics_port(result->metrics, index);
    json_builder_begin_object(builder);
    add_text(builder, "switch", plan->setup.switch_[device->switch_index].name);
    add_text(builder, "name", device->name);
    add_count(builder, "forwarded_packets", row->forwarded_packets);
    add_count(builder, "dropped_packets", row->dropped_packets);
    add_causes(builder, row->dropped_by);
    add_count(builder, "peak_packets", row->peak_packets);
    add_count(builder, "peak_bytes", row->peak_frame_bytes);
    add_number(builder, "mean_bytes", weft_mean_held(row->byte_ps, plan_window_ps(plan)));
    add_histogram(builder, row->held_ps);
    json_builder_end_object(builder);
}

/* What a stream's device made of the bytes; null where no bytes were carried, or where there is no file to
 * complete. */
static void add_content(JsonBuilder *builder, const struct weft_stream *stream,
                        const struct weft_delivery_result *row)
{
    if (!row) {
        add_null(builder, "intact_bytes");
        add_null(builder, "corrupt_packets");
        add_null(builder, "complete");
        return;
    }
    add_count(builder, "intact_bytes", row->intact_bytes);
    add_count(builder, "corrupt_packets", row->corrupt_packets);
    json_builder_set_member_name(builder, "complete");
    if (stream->clock.media)
        json_builder_add_boolean_value(builder, row->complete);
    else
        json_builder_add_null_value(builder);
}

static void add_stream(JsonBuilder *builder, const struct plan *plan, const struct run_result *result,
                       uint32_t index)
{
    static const char *const timing[] = {"mdi_df_ms", "mdi_mlr", "jitter_us", "ts_df_us", "cinst_max"};
    const struct weft_stream *stream = &plan->setup.stream[index];
    const struct weft_stream_result *row = weft_metrics_stream(result->metrics, index);
    json_builder_begin_object(builder);
    add_text(builder, "name", stream->name);
    add_count(builder, "packets_delivered", row->packets_delivered);
    add_count(builder, "packets_dropped", row->packets_dropped);
    add_causes(builder, row->dropped_by);
    add_count(builder, "late_packets", row->late_packets);
    for (size_t i = 0; i < G_N_ELEMENTS(timing); i++)
        add_null(builder, timing[i]);
    add_content(builder, stream, result->delivery ? &result->delivery[index] : NULL);
    json_builder_end_object(builder);
}

typedef void add_row(JsonBuilder *builder, const struct plan *plan, const struct run_result *result,
                     uint32_t index);

static void add_rows(JsonBuilder *builder, const char *name, add_row *add, uint32_t n,
                     const struct plan *plan, const struct run_result *result)
{
    json_builder_set_member_name(builder, name);
    json_builder_begin_array(builder);
    for (uint32_t i = 0; i < n; i++)
        add(builder, plan, result, i);
    json_builder_end_array(builder);
}

void result_json_add(JsonBuilder *builder, const struct plan *plan, const char *backend,
                     const struct run_result *result)
{
    const struct weft_setup *setup = &plan->setup;
    struct summary summary = summarise(plan, result);
    json_builder_begin_object(builder);
    add_text(builder, "schema", "weft-run/1");
    add_text(builder, "version", WEFT_VERSION);
    add_text(builder, "backend", backend);
    add_text(builder, "method", setup->write.method->name);
    add_count(builder, "seed", setup->seed);
    add_number(builder, "simulated_seconds", (double)setup->duration_ps / (double)WEFT_PS_PER_S);
    add_count(builder, "interval_ps", weft_setup_interval(setup));
    add_scenario(builder, plan);
    add_totals(builder, &summary, result->delivery != NULL);
    add_rows(builder, "servers", add_server, setup->servers, plan, result);
    add_rows(builder, "ports", add_port, setup->devices, plan, result);
    add_rows(builder, "streams", add_stream, setup->streams, plan, result);
    json_builder_end_object(builder);
}

char *result_json_text(JsonBuilder *builder, gsize *length)
{
    g_autoptr(JsonGenerator) generator = json_generator_new();
    JsonNode *root = json_builder_get_root(builder);
    json_generator_set_root(generator, root);
    json_generator_set_pretty(generator, TRUE);
    GString *text = json_generator_to_gstring(generator, g_string_new(NULL));
    g_string_append_c(text, '\n');
    json_node_unref(root);
    g_object_unref(builder);
    *length = text->len;
    return g_string_free(text, FALSE);
}
