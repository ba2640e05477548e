/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One result as a JSON object: walks the tables of fields. Every key is always there; null says that nothing was
 * measured. */

#include "result_json.h"

#include "result_fields.h"

#include <math.h>
#include <string.h>

static void add_fields(JsonBuilder *builder, const struct result_field *field,
                       const struct result_source *source)
{
    json_builder_begin_object(builder);
    for (; field->name; field++) {
        json_builder_set_member_name(builder, field->name);
        if (field->measured && !field->measured(source))
            json_builder_add_null_value(builder);
        else
            field->type->add(builder, field, source);
    }
    json_builder_end_object(builder);
}

/* --- values --- */

uint64_t result_field_count(const struct result_field *field, const struct result_source *source)
{
    uint64_t value;
    if (field->count)
        return field->count(source);
    memcpy(&value, (const char *)source->row + field->offset, sizeof value);
    return value;
}

double result_field_number(const struct result_field *field, const struct result_source *source)
{
    double value;
    if (field->number)
        return field->number(source);
    memcpy(&value, (const char *)source->row + field->offset, sizeof value);
    return value;
}

static void put_count(JsonBuilder *builder, uint64_t value)
{
    json_builder_add_int_value(builder, (gint64)MIN(value, (uint64_t)G_MAXINT64));
}

static void put_number(JsonBuilder *builder, double value)
{
    if (isfinite(value))
        json_builder_add_double_value(builder, value);
    else /* JSON has no other numbers */
        json_builder_add_null_value(builder);
}

static void add_text(JsonBuilder *builder, const struct result_field *field,
                     const struct result_source *source)
{
    g_autofree char *text = field->text(source);
    json_builder_add_string_value(builder, text);
}

static void add_count(JsonBuilder *builder, const struct result_field *field,
                      const struct result_source *source)
{
    put_count(builder, result_field_count(field, source));
}

static void add_number(JsonBuilder *builder, const struct result_field *field,
                       const struct result_source *source)
{
    put_number(builder, result_field_number(field, source));
}

static void add_truth(JsonBuilder *builder, const struct result_field *field,
                      const struct result_source *source)
{
    json_builder_add_boolean_value(builder, field->truth(source));
}

static void add_integer(JsonBuilder *builder, const struct result_field *field,
                        const struct result_source *source)
{
    json_builder_add_int_value(builder, field->integer(source));
}

/* --- objects --- */

static void add_counts(JsonBuilder *builder, const struct result_field *field,
                       const struct result_source *source)
{
    const void *row;
    json_builder_begin_object(builder);
    for (size_t i = 0; (row = field->members->row(i)); i++) {
        uint64_t value;
        memcpy(&value, (const char *)source->row + field->offset + i * sizeof value, sizeof value);
        json_builder_set_member_name(builder, policy_name(row));
        put_count(builder, value);
    }
    json_builder_end_object(builder);
}

static void add_numbers(JsonBuilder *builder, const struct result_field *field,
                        const struct result_source *source)
{
    const void *row;
    json_builder_begin_object(builder);
    for (uint32_t i = 0; (row = field->members->row(i)); i++) {
        json_builder_set_member_name(builder, policy_name(row));
        put_number(builder, field->number_of(source, i));
    }
    json_builder_end_object(builder);
}

static void add_object(JsonBuilder *builder, const struct result_field *field,
                       const struct result_source *source)
{
    struct result_source inside = *source;
    if (field->objects->row)
        inside.row = field->objects->row(source, 0);
    add_fields(builder, field->objects->fields, &inside);
}

static void add_rows(JsonBuilder *builder, const struct result_field *field,
                     const struct result_source *source)
{
    struct result_source inside = *source;
    uint32_t n = field->objects->rows(source);
    json_builder_begin_array(builder);
    for (inside.index = 0; inside.index < n; inside.index++) {
        inside.row = field->objects->row(source, inside.index);
        if (inside.row)
            add_fields(builder, field->objects->fields, &inside);
    }
    json_builder_end_array(builder);
}

static void add_settings(JsonBuilder *builder, const struct result_field *field,
                         const struct result_source *source)
{
    const struct plan *plan = source->plan;
    (void)field;
    json_builder_begin_object(builder);
    for (guint i = 0; i < plan->sections; i++) {
        g_autofree char *title = resolved_title(&plan->resolved[i]);
        json_builder_set_member_name(builder, title);
        json_builder_begin_object(builder);
        for (size_t k = 0; k < keys_count(); k++) {
            g_autofree char *value = resolved_value(&plan->resolved[i], &keys[k]);
            if (!value)
                continue;
            json_builder_set_member_name(builder, keys[k].name);
            json_builder_add_string_value(builder, value);
        }
        json_builder_end_object(builder);
    }
    json_builder_end_object(builder);
}

const struct result_type result_text = {"text", add_text};
const struct result_type result_count = {"whole number", add_count};
const struct result_type result_number = {"number", add_number};
const struct result_type result_truth = {"true or false", add_truth};
const struct result_type result_integer = {"whole number", add_integer};
const struct result_type result_counts = {"object of whole numbers", add_counts};
const struct result_type result_numbers = {"object of numbers", add_numbers};
const struct result_type result_object = {"object", add_object};
const struct result_type result_rows = {"array of objects", add_rows};
const struct result_type result_settings = {"object of objects of texts", add_settings};

void result_json_add(JsonBuilder *builder, const struct plan *plan, const char *backend,
                     const struct run_result *result)
{
    struct summary summary = summarise(plan, result);
    const struct result_source source = {
        .plan = plan, .result = result, .summary = &summary, .backend = backend};
    add_fields(builder, result_fields, &source);
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
