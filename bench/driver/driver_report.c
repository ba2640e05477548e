/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Instructions and cycles a packet, path by path. */

#include "driver_report.h"

#include "drive.h"
#include "json_add.h"
#include "result_json.h"
#include "table.h"

double report_per_packet(const struct measured *measured, uint64_t instructions)
{
    return (double)instructions / (double)measured->instructions.packets;
}

static const struct measured *at(const struct report *report, guint i)
{
    return &g_array_index(report->measured, struct measured, i);
}

/* --- table --- */

static void put_titles(struct table *table, const char *first, const char *const *titles)
{
    table_row(table);
    table_cell(table, "%s", first);
    for (; *titles; titles++)
        table_cell(table, "%s", *titles);
}

static char *instructions_table(const struct report *report)
{
    struct table *table = table_new();
    table_row(table);
    table_cell(table, "instructions a packet");
    for (int part = 0; part < PARTS; part++)
        table_cell(table, "%s", parts[part].name);
    table_cell(table, "all");
    table_cell(table, "at most");
    for (guint i = 0; i < report->measured->len; i++) {
        const struct measured *measured = at(report, i);
        table_row(table);
        table_cell(table, "%s", measured->path->name);
        for (int part = 0; part < PARTS; part++)
            table_cell(table, "%.1f", report_per_packet(measured, measured->instructions.count[part]));
        table_cell(table, "%.1f", report_per_packet(measured, measured->instructions.all));
        table_cell(table, "%.0f", measured->path->most_instructions);
    }
    char *text = table_text(table, 1, FALSE);
    table_free(table);
    return text;
}

static void put_spread(struct table *table, const GArray *series)
{
    struct spread spread = series_spread(series);
    table_cell(table, "%.1f (%.1f-%.1f)", spread.median, spread.least, spread.most);
}

static char *cycles_table(const struct report *report)
{
    static const char *const titles[] = {"translate",          "order", "call, cut, price",
                                         "header, descriptor", "all",   NULL};
    struct table *table = table_new();
    put_titles(table, "cycles a packet", titles);
    for (guint i = 0; i < report->measured->len; i++) {
        const struct measured *measured = at(report, i);
        table_row(table);
        table_cell(table, "%s", measured->path->name);
        put_spread(table, measured->cycles.translate);
        put_spread(table, measured->cycles.order);
        put_spread(table, measured->cycles.cut);
        put_spread(table, measured->cycles.bytes);
        put_spread(table, measured->cycles.all);
    }
    char *text = table_text(table, 1, FALSE);
    table_free(table);
    return text;
}

char *driver_report_table(const struct report *report)
{
    const struct machine *machine = &report->machine;
    g_autofree char *instructions = report->instructions ? instructions_table(report) : g_strdup("");
    g_autofree char *cycles = report->cycles ? cycles_table(report) : g_strdup("");
    g_autofree char *rounds =
        report->cycles
            ? g_strdup_printf("; cycles of the time-stamp counter: medians of %d rounds (least-most)",
                              report->rounds)
            : g_strdup("");
    return g_strdup_printf("%s, %u cores, load %.2f, %s, %s (%s), %s\nPackets of %d B, a doorbell every %d, "
                           "ring of %d%s\n\n%s%s%s",
                           machine->cpu, machine->cores, machine->load, machine->kernel, machine->compiler,
                           machine->flags, machine->date, DRIVE_PAYLOAD_BYTES, DRIVE_DOORBELL_PACKETS,
                           DRIVE_RING_SLOTS, rounds, instructions,
                           report->instructions && report->cycles ? "\n" : "", cycles);
}

/* --- JSON --- */

static void add_path(JsonBuilder *builder, const struct path *path)
{
    json_add_text(builder, "path", path->name);
    json_add_text(builder, "header", path->header->name);
    json_add_text(builder, "translation", path->translation->name);
    json_add_text(builder, "order", path->order->name);
    json_add_count(builder, "entries", path->entries);
    json_add_count(builder, "packets", path_call_packets(path));
}

static void add_instructions(JsonBuilder *builder, const struct measured *measured)
{
    json_builder_set_member_name(builder, "instructions_per_packet");
    json_builder_begin_object(builder);
    for (int part = 0; part < PARTS; part++)
        json_add_number(builder, parts[part].name,
                        report_per_packet(measured, measured->instructions.count[part]));
    json_add_number(builder, "all", report_per_packet(measured, measured->instructions.all));
    json_add_number(builder, "most", measured->path->most_instructions);
    json_builder_end_object(builder);
}

static void add_cycles(JsonBuilder *builder, const struct cycles *cycles)
{
    json_builder_set_member_name(builder, "cycles_per_packet");
    json_builder_begin_object(builder);
    json_add_series(builder, "translate", cycles->translate);
    json_add_series(builder, "order", cycles->order);
    json_add_series(builder, "cut", cycles->cut);
    json_add_series(builder, "header_and_descriptor", cycles->bytes);
    json_add_series(builder, "all", cycles->all);
    json_builder_end_object(builder);
}

char *driver_report_json(const struct report *report, gsize *length)
{
    JsonBuilder *builder = json_builder_new();
    json_builder_begin_object(builder);
    json_add_text(builder, "schema", "weft-bench-driver/1");
    json_add_text(builder, "version", WEFT_VERSION);
    json_add_text(builder, "date", report->machine.date);
    json_add_machine(builder, &report->machine);
    json_add_count(builder, "payload_bytes", DRIVE_PAYLOAD_BYTES);
    json_add_count(builder, "doorbell_packets", DRIVE_DOORBELL_PACKETS);
    json_add_count(builder, "ring_slots", DRIVE_RING_SLOTS);
    json_add_count(builder, "rounds", (uint64_t)report->rounds);
    json_builder_set_member_name(builder, "results");
    json_builder_begin_array(builder);
    for (guint i = 0; i < report->measured->len; i++) {
        json_builder_begin_object(builder);
        add_path(builder, at(report, i)->path);
        if (report->instructions)
            add_instructions(builder, at(report, i));
        if (report->cycles)
            add_cycles(builder, &at(report, i)->cycles);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
    json_builder_end_object(builder);
    return result_json_text(builder, length);
}
