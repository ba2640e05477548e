/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A calibration for people and for programs. */

#include "calibration.h"

#include "json_add.h"
#include "result_json.h"
#include "table.h"

static void put_titles(struct table *table, const char *const *titles)
{
    table_row(table);
    for (; *titles; titles++)
        table_cell(table, "%s", *titles);
}

/* Median, least and most. */
static void put_spread(struct table *table, int decimals, const struct spread *spread)
{
    table_cell(table, "%.*f (%.*f-%.*f)", decimals, spread->median, decimals, spread->least, decimals,
               spread->most);
}

/* --- points --- */

static char *points_text(const struct calibration *calibration)
{
    static const char *const titles[] = {"calls x packets to destinations", "CPU ns a packet", "of sendto",
                                         NULL};
    struct table *table = table_new();
    put_titles(table, titles);
    for (guint i = 0; i < calibration->points; i++) {
        g_autofree char *name = point_text(&calibration->point[i]);
        table_row(table);
        table_cell(table, "%s", name);
        put_spread(table, 0, &calibration->result[i].cpu_ns);
        put_spread(table, 3, &calibration->result[i].ratio);
    }
    char *text = table_text(table, 1, FALSE);
    table_free(table);
    return text;
}

/* --- primitives --- */

static int decimals_of(double ns)
{
    enum { SOME = 100 };
    return ns >= SOME ? 0 : ns >= 1 ? 1 : 4;
}

static char *primitives_text(const struct calibration *calibration)
{
    static const char *const titles[] = {"step", "ns", "of", "cycles", "what it is", NULL};
    struct table *table = table_new();
    put_titles(table, titles);
    for (guint i = 0; i < primitives_count(); i++) {
        const struct spread *spread = &calibration->primitive[i];
        if (spread->median == PRIMITIVE_REFUSED)
            continue;
        table_row(table);
        table_cell(table, "%s", primitives[i].name);
        put_spread(table, decimals_of(spread->median), spread);
        table_cell(table, "a %s", primitives[i].unit);
        table_cell(table, "%.*f", decimals_of(spread->median * calibration->ticks_per_ns),
                   spread->median * calibration->ticks_per_ns);
        table_cell(table, "%s", primitives[i].help);
    }
    char *text = table_text(table, 1, TRUE);
    table_free(table);
    return text;
}

char *calibration_text(const struct calibration *calibration)
{
    const struct machine *machine = &calibration->machine;
    g_autofree char *rate = calibration->ticks_per_ns > 0
                                ? g_strdup_printf("%.3f cycles a ns", calibration->ticks_per_ns)
                                : g_strdup("no counter of cycles");
    g_autofree char *steps = primitives_text(calibration), *points = points_text(calibration),
                    *skipped = probe_skipped(&calibration->probe);
    return g_strdup_printf("%s, %u cores, load %.2f, %s, %s\nmedians (least-most); %s%s\n\n"
                           "%s\n%s%s%s",
                           machine->cpu, machine->cores, machine->load, machine->kernel, machine->date, rate,
                           calibration->probe.user_namespace ? "; in a user namespace" : "", steps, points,
                           *skipped ? "\n" : "", skipped);
}

/* --- JSON --- */

static void add_spread(JsonBuilder *builder, const char *name, const struct spread *spread)
{
    json_add_spread(builder, name, spread->median, spread->least, spread->most);
}

static void add_primitive(JsonBuilder *builder, const struct calibration *calibration, guint i)
{
    if (calibration->primitive[i].median == PRIMITIVE_REFUSED)
        return;
    json_builder_begin_object(builder);
    json_add_text(builder, "name", primitives[i].name);
    json_add_text(builder, "unit", primitives[i].unit);
    add_spread(builder, "ns", &calibration->primitive[i]);
    json_builder_end_object(builder);
}

static void add_point(JsonBuilder *builder, const struct calibration *calibration, guint i)
{
    const struct point *point = &calibration->point[i];
    json_builder_begin_object(builder);
    json_add_text(builder, "method", point->method->name);
    json_add_count(builder, "payload_bytes", point->payload_bytes);
    json_add_count(builder, "batch", point->batch);
    json_add_count(builder, "group", point->group);
    json_add_count(builder, "destinations", point->destinations);
    json_add_flag(builder, "cold", point->cold);
    json_add_flag(builder, "zero_copy", point->zero_copy);
    json_add_flag(builder, "link_cuts", point->link_cuts);
    add_spread(builder, "cpu_ns_per_packet", &calibration->result[i].cpu_ns);
    add_spread(builder, "wall_ns_per_packet", &calibration->result[i].wall_ns);
    add_spread(builder, "ratio_to_sendto", &calibration->result[i].ratio);
    json_builder_end_object(builder);
}

char *calibration_json(const struct calibration *calibration, gsize *length)
{
    JsonBuilder *builder = json_builder_new();
    json_builder_begin_object(builder);
    json_add_text(builder, "schema", "weft-calibrate/1");
    json_add_text(builder, "version", WEFT_VERSION);
    json_add_text(builder, "date", calibration->machine.date);
    json_add_machine(builder, &calibration->machine);
    json_add_flag(builder, "user_namespace", calibration->probe.user_namespace);
    json_add_number(builder, "ticks_per_ns", calibration->ticks_per_ns);
    json_builder_set_member_name(builder, "primitives");
    json_builder_begin_array(builder);
    for (guint i = 0; i < primitives_count(); i++)
        add_primitive(builder, calibration, i);
    json_builder_end_array(builder);
    json_builder_set_member_name(builder, "points");
    json_builder_begin_array(builder);
    for (guint i = 0; i < calibration->points; i++)
        add_point(builder, calibration, i);
    json_builder_end_array(builder);
    probe_json(builder, &calibration->probe);
    json_builder_end_object(builder);
    return result_json_text(builder, length);
}
