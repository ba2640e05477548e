/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Members of JSON objects. */

#include "json_add.h"

#include <math.h>

void json_add_text(JsonBuilder *builder, const char *name, const char *value)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_string_value(builder, value);
}

void json_add_count(JsonBuilder *builder, const char *name, uint64_t value)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_int_value(builder, (gint64)value);
}

void json_add_number(JsonBuilder *builder, const char *name, double value)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_double_value(builder, value);
}

void json_add_known(JsonBuilder *builder, const char *name, double value)
{
    json_builder_set_member_name(builder, name);
    if (isnan(value))
        json_builder_add_null_value(builder);
    else
        json_builder_add_double_value(builder, value);
}

void json_add_flag(JsonBuilder *builder, const char *name, gboolean value)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_boolean_value(builder, value);
}

void json_add_spread(JsonBuilder *builder, const char *name, double median, double least, double most)
{
    json_builder_set_member_name(builder, name);
    json_builder_begin_object(builder);
    json_add_number(builder, "median", median);
    json_add_number(builder, "min", least);
    json_add_number(builder, "max", most);
    json_builder_end_object(builder);
}

void json_add_series(JsonBuilder *builder, const char *name, const GArray *series)
{
    struct spread spread = series_spread(series);
    json_add_spread(builder, name, spread.median, spread.least, spread.most);
}

void json_add_speed(JsonBuilder *builder, const GArray *ns_per_packet)
{
    struct spread ns = series_spread(ns_per_packet);
    json_add_series(builder, "ns_per_packet", ns_per_packet);
    json_add_spread(builder, "packets_per_s", 1e9 / ns.median, 1e9 / ns.most, 1e9 / ns.least);
}

void json_add_machine(JsonBuilder *builder, const struct machine *machine)
{
    json_builder_set_member_name(builder, "machine");
    json_builder_begin_object(builder);
    json_add_text(builder, "cpu", machine->cpu);
    json_add_count(builder, "cores", machine->cores);
    json_add_number(builder, "load_before", machine->load);
    json_add_text(builder, "kernel", machine->kernel);
    json_add_text(builder, "compiler", machine->compiler);
    json_add_text(builder, "flags", machine->flags);
    json_builder_end_object(builder);
}
