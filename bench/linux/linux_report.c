/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tables and JSON. */

#include "linux_report.h"

#include "json_add.h"
#include "result_json.h"
#include "sender.h"
#include "switch_report.h"
#include "table.h"

/* --- table --- */

static void put_spread(struct table *table, int decimals, struct spread spread)
{
    table_cell(table, "%.*f (%.*f-%.*f)", decimals, spread.median, decimals, spread.least, decimals,
               spread.most);
}

static void put_rival(struct table *table, const struct measurement *measurement, guint i)
{
    const struct point_result *result = &measurement->result[i];
    table_row(table);
    table_cell(table, "%s", rivals[i].name);
    put_spread(table, 0, result->cpu_ns);
    table_cell(table, "%.0f", result->cpu_ns.median * measurement->ticks_per_ns);
    put_spread(table, 3, result->ratio);
    put_spread(table, 0, result->wall_ns);
    table_cell(table, "%s", rivals[i].help);
}

/* Stretches of the driver's and of the copy are short, so that hardly anything comes between: what is left of the processor time
 * is the kernel's. */
static void put_parts(GString *text, const struct rival *rival, const struct point_result *result)
{
    double driver = result->driver_ns.median, gather = result->gather_ns.median;
    g_string_append_printf(
        text, "\n%s, ns a packet: libweft's driver %.0f, payload into the frame %.0f, kernel %.0f\n",
        rival->name, driver, gather, result->cpu_ns.median - driver - gather);
}

static char *measurement_text(const struct measurement *measurement)
{
    static const char *const titles[] = {"method",  "CPU ns a packet", "cycles", "of sendto, round by round",
                                         "wall ns", "what it does"};
    struct table *table = table_new();
    GString *text = g_string_new(NULL);
    table_row(table);
    for (size_t i = 0; i < G_N_ELEMENTS(titles); i++)
        table_cell(table, "%s", titles[i]);
    for (guint i = 0; i < rivals_count(); i++)
        put_rival(table, measurement, i);
    g_autofree char *cells = table_text(table, 1, TRUE);
    table_free(table);
    g_string_append_printf(
        text,
        "%u packets of %d B to each of %u destinations a call, out of %.1f MB of data, into links that "
        "drop them;\nmedians of %u rounds (least-most)\n\n%s",
        measurement->size.packets, SENDER_PAYLOAD_BYTES, measurement->size.streams,
        (double)call_data_bytes(&measurement->size) / 1e6, measurement->rounds, cells);
    for (guint i = 0; i < rivals_count(); i++)
        if (rival_is_driver(&rivals[i]))
            put_parts(text, &rivals[i], &measurement->result[i]);
    return g_string_free(text, FALSE);
}

static char *delivery_text(const struct delivery *delivery)
{
    return g_strdup_printf("veth: %u calls to %u destinations, %" G_GUINT64_FORMAT
                           " packets, %" G_GUINT64_FORMAT " bytes: all there, all right, interleaved\n",
                           delivery->plan.calls, delivery->plan.streams, delivery->packets, delivery->bytes);
}

char *linux_report_table(const struct report *report)
{
    const struct machine *machine = &report->machine;
    g_autofree char *delivery = report->delivery ? delivery_text(report->delivery) : g_strdup("");
    g_autofree char *measurement = report->measurement ? measurement_text(report->measurement) : g_strdup("");
    g_autofree char *lab = report->switch_lab ? switch_report_table(report->switch_lab) : g_strdup("");
    return g_strdup_printf("%s, %u cores, load %.2f, %s, %s (%s), %s\n%s%s%s", machine->cpu, machine->cores,
                           machine->load, machine->kernel, machine->compiler, machine->flags, machine->date,
                           delivery, measurement, lab);
}

/* --- JSON --- */

static void add_delivery(JsonBuilder *builder, const struct delivery *delivery)
{
    json_builder_set_member_name(builder, "delivery");
    json_builder_begin_object(builder);
    json_add_count(builder, "streams", delivery->plan.streams);
    json_add_count(builder, "calls", delivery->plan.calls);
    json_add_count(builder, "packets", delivery->packets);
    json_add_count(builder, "bytes", delivery->bytes);
    json_builder_end_object(builder);
}

static void add_figure(JsonBuilder *builder, const char *name, struct spread spread)
{
    json_add_spread(builder, name, spread.median, spread.least, spread.most);
}

static void add_rival(JsonBuilder *builder, const struct measurement *measurement, guint i)
{
    const struct point point = rival_point(&rivals[i], &measurement->size);
    const struct point_result *result = &measurement->result[i];
    json_builder_begin_object(builder);
    json_add_text(builder, "method", rivals[i].name);
    json_add_count(builder, "group", point.method->frames ? 1 : point.group);
    json_add_count(builder, "batch", point.batch);
    add_figure(builder, "cpu_ns_per_packet", result->cpu_ns);
    add_figure(builder, "ratio_to_sendto", result->ratio);
    add_figure(builder, "wall_ns_per_packet", result->wall_ns);
    if (point.method->frames) {
        add_figure(builder, "driver_ns_per_packet", result->driver_ns);
        add_figure(builder, "gather_ns_per_packet", result->gather_ns);
    }
    json_builder_end_object(builder);
}

static void add_measurement(JsonBuilder *builder, const struct measurement *measurement)
{
    json_builder_set_member_name(builder, "measurement");
    json_builder_begin_object(builder);
    json_add_count(builder, "streams", measurement->size.streams);
    json_add_count(builder, "packets", measurement->size.packets);
    json_add_count(builder, "payload_bytes", SENDER_PAYLOAD_BYTES);
    json_add_count(builder, "data_bytes", call_data_bytes(&measurement->size));
    json_add_count(builder, "rounds", measurement->rounds);
    json_add_number(builder, "ticks_per_ns", measurement->ticks_per_ns);
    json_builder_set_member_name(builder, "methods");
    json_builder_begin_array(builder);
    for (guint i = 0; i < rivals_count(); i++)
        add_rival(builder, measurement, i);
    json_builder_end_array(builder);
    json_builder_end_object(builder);
}

char *linux_report_json(const struct report *report, gsize *length)
{
    JsonBuilder *builder = json_builder_new();
    json_builder_begin_object(builder);
    json_add_text(builder, "schema", "weft-bench-linux/1");
    json_add_text(builder, "version", WEFT_VERSION);
    json_add_text(builder, "date", report->machine.date);
    json_add_machine(builder, &report->machine);
    if (report->delivery)
        add_delivery(builder, report->delivery);
    if (report->measurement)
        add_measurement(builder, report->measurement);
    if (report->switch_lab)
        switch_report_json(builder, report->switch_lab);
    json_builder_end_object(builder);
    return result_json_text(builder, length);
}
