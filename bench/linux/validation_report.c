/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of a validation, its CSV and its JSON. */

#include "validation.h"

#include "json_add.h"
#include "table.h"

#include <math.h>

static double ticks_per_ns(const struct validation *validation)
{
    return validation->ticks_per_ns > 0 ? validation->ticks_per_ns : 1;
}

/* --- for people --- */

static void put_titles(struct table *table, const char *const *titles)
{
    table_row(table);
    for (; *titles; titles++)
        table_cell(table, "%s", *titles);
}

static void put_point(struct table *table, const struct validation *validation, guint i)
{
    const struct point *point = &validation->point[i];
    const struct point_result *result = &validation->result[i];
    g_autofree char *text = point_text(point);
    table_row(table);
    table_cell(table, "%s", text);
    table_cell(table, "%.0f", validation->cycles[i]);
    table_cell(table, "%.0f", result->cpu_ns.median * ticks_per_ns(validation));
    table_cell(table, "%.3f", validation->ratio[i]);
    table_cell(table, "%.3f (%.3f-%.3f)", result->ratio.median, result->ratio.lower, result->ratio.upper);
    table_cell(table, "%+.1f %%", validation_error(validation, i) * 100);
    table_cell(table, "%s", validation_judges(point) ? "yes" : "no");
}

static char *verdict_text(const struct validation *validation)
{
    struct validation_verdict verdict = validation_judge(validation);
    g_autofree char *skipped =
        verdict.skipped ? g_strdup_printf(" (%u more are skipped)", verdict.skipped) : g_strdup("");
    return g_strdup_printf(
        "%u points of sockets%s: median error %.1f %% (at most %.0f), worst %.1f %% (at most %.0f): %s\n",
        verdict.judged, skipped, verdict.median * 100, VALIDATION_MEDIAN_MOST * 100, verdict.worst * 100,
        VALIDATION_WORST_MOST * 100, verdict.holds ? "within" : "NOT within");
}

char *validation_text(const struct validation *validation)
{
    static const char *const titles[] = {"point not in the fit",
                                         "cycles: predicted",
                                         "measured",
                                         "of sendto: predicted",
                                         "measured (quartiles)",
                                         "error",
                                         "judged",
                                         NULL};
    const struct machine *machine = &validation->machine;
    struct table *table = table_new();
    put_titles(table, titles);
    for (guint i = 0; i < validation->points; i++)
        put_point(table, validation, i);
    g_autofree char *cells = table_text(table, 1, TRUE), *verdict = verdict_text(validation),
                    *skipped = probe_skipped(&validation->probe);
    table_free(table);
    return g_strdup_printf("%s, %u cores, load %.2f, %s, %s\nprices: %s\n\n%s\n%s%s", machine->cpu,
                           machine->cores, machine->load, machine->kernel, machine->date, validation->profile,
                           cells, skipped, verdict);
}

/* --- for programs --- */

/* A point's own columns, by name. */
static const char *data_of(const struct point *point)
{
    return point->cold ? "cold" : "hot";
}

static const char *cut_by(const struct point *point)
{
    if (point->method->frames)
        return "driver";
    return point->group == 1 ? "nobody" : point->link_cuts ? "link" : "kernel";
}

static void put_line(struct table *table, const struct validation *validation, guint i)
{
    const struct point *point = &validation->point[i];
    const struct point_result *result = &validation->result[i];
    const double numbers[] = {validation->cycles[i],
                              result->cpu_ns.median * ticks_per_ns(validation),
                              result->cpu_ns.lower * ticks_per_ns(validation),
                              result->cpu_ns.upper * ticks_per_ns(validation),
                              validation->ratio[i],
                              result->ratio.median,
                              result->ratio.lower,
                              result->ratio.upper,
                              validation_error(validation, i)};
    table_row(table);
    table_cell(table, "%s", point->method->name);
    table_cell(table, "%u", point->payload_bytes);
    table_cell(table, "%u", point->batch);
    table_cell(table, "%u", point->group);
    table_cell(table, "%u", point->destinations);
    table_cell(table, "%s", data_of(point));
    table_cell(table, "%s", point->zero_copy ? "yes" : "no");
    table_cell(table, "%s", cut_by(point));
    table_cell(table, "%s", validation_judges(point) ? "yes" : "no");
    for (gsize k = 0; k < G_N_ELEMENTS(numbers); k++)
        table_cell(table, "%.6g", numbers[k]);
}

char *validation_csv(const struct validation *validation)
{
    static const char *const titles[] = {"method",
                                         "payload_bytes",
                                         "batch",
                                         "group",
                                         "destinations",
                                         "data",
                                         "zero_copy",
                                         "cut_by",
                                         "judged",
                                         "predicted_cycles",
                                         "measured_cycles",
                                         "measured_cycles_lower",
                                         "measured_cycles_upper",
                                         "predicted_ratio",
                                         "measured_ratio",
                                         "measured_ratio_lower",
                                         "measured_ratio_upper",
                                         "error",
                                         NULL};
    struct table *table = table_new();
    put_titles(table, titles);
    for (guint i = 0; i < validation->points; i++)
        put_line(table, validation, i);
    char *text = table_csv(table);
    table_free(table);
    return text;
}

static void add_point(JsonBuilder *builder, const struct validation *validation, guint i)
{
    const struct point *point = &validation->point[i];
    const struct point_result *result = &validation->result[i];
    json_builder_begin_object(builder);
    json_add_text(builder, "method", point->method->name);
    json_add_count(builder, "payload_bytes", point->payload_bytes);
    json_add_count(builder, "batch", point->batch);
    json_add_count(builder, "group", point->group);
    json_add_count(builder, "destinations", point->destinations);
    json_add_text(builder, "data", data_of(point));
    json_add_flag(builder, "zero_copy", point->zero_copy);
    json_add_text(builder, "cut_by", cut_by(point));
    json_add_flag(builder, "judged", validation_judges(point));
    json_add_number(builder, "predicted_cycles", validation->cycles[i]);
    json_add_number(builder, "predicted_ratio", validation->ratio[i]);
    json_add_spread(builder, "cpu_ns", result->cpu_ns.median, result->cpu_ns.least, result->cpu_ns.most);
    json_add_spread(builder, "ratio", result->ratio.median, result->ratio.least, result->ratio.most);
    json_add_number(builder, "error", validation_error(validation, i));
    json_builder_end_object(builder);
}

void validation_json(JsonBuilder *builder, const struct validation *validation)
{
    struct validation_verdict verdict = validation_judge(validation);
    json_builder_set_member_name(builder, "points");
    json_builder_begin_object(builder);
    json_add_text(builder, "profile", validation->profile);
    json_add_number(builder, "ticks_per_ns", validation->ticks_per_ns);
    json_builder_set_member_name(builder, "measured");
    json_builder_begin_array(builder);
    for (guint i = 0; i < validation->points; i++)
        add_point(builder, validation, i);
    json_builder_end_array(builder);
    probe_json(builder, &validation->probe);
    json_add_count(builder, "judged", verdict.judged);
    json_add_count(builder, "judged_skipped", verdict.skipped);
    json_add_number(builder, "median_error", verdict.median);
    json_add_number(builder, "worst_error", verdict.worst);
    json_add_number(builder, "median_error_most", VALIDATION_MEDIAN_MOST);
    json_add_number(builder, "worst_error_most", VALIDATION_WORST_MOST);
    json_add_flag(builder, "holds", verdict.holds);
    json_builder_end_object(builder);
}
