/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One result, or replications of it, as a JSON object: walks the tables of fields. Every key is always there; null says
 * that nothing was measured. */

#include "result_json.h"

#include "estimate.h"
#include "json_writer.h"
#include "result_fields.h"

#include <math.h>
#include <string.h>

/* Is the field part of what is written: values, or one of the statistics? */
static bool is_part(const struct result_field *field, const struct result_set *set)
{
    if (field->role == RESULT_OF_REPLICATIONS)
        return set->n > 1 && set->statistic == RESULT_MEAN;
    return set->statistic == RESULT_MEAN || field->role == RESULT_KEY ||
           (field->role == RESULT_VARIES && field->type->spreads);
}

static bool is_measured(const struct result_field *field, const struct result_source *source)
{
    return !field->measured || field->measured(source);
}

/* The first source in which it was, or NULL. */
static const struct result_source *first_measured(const struct result_field *field,
                                                  const struct result_set *set)
{
    for (guint i = 0; i < set->n; i++)
        if (is_measured(field, &set->source[i]))
            return &set->source[i];
    return NULL;
}

static void put_members(struct json_writer *writer, const struct result_field *field,
                        const struct result_set *set)
{
    for (; field->name; field++) {
        if (!is_part(field, set))
            continue;
        json_writer_member(writer, field->name);
        if (first_measured(field, set))
            field->type->add(writer, field, set);
        else
            json_writer_null(writer);
    }
}

static void put_fields(struct json_writer *writer, const struct result_field *field,
                       const struct result_set *set)
{
    json_writer_begin_object(writer);
    put_members(writer, field, set);
    json_writer_end_object(writer);
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

static void put_count(struct json_writer *writer, uint64_t value)
{
    json_writer_integer(writer, (gint64)MIN(value, (uint64_t)G_MAXINT64));
}

static void put_number(struct json_writer *writer, double value)
{
    if (isfinite(value))
        json_writer_number(writer, value);
    else /* JSON has no other numbers */
        json_writer_null(writer);
}

/* A number of one source; `member` is which of the field's members it is. */
typedef double number_of(const struct result_field *field, const struct result_source *source,
                         uint32_t member);

/* What the replications say of it. */
static void put_statistic(struct json_writer *writer, const struct result_field *field,
                          const struct result_set *set, uint32_t member, number_of *number)
{
    g_autofree double *value = g_new(double, set->n);
    for (guint i = 0; i < set->n; i++)
        value[i] = is_measured(field, &set->source[i]) ? number(field, &set->source[i], member) : NAN;
    struct estimate estimate = estimate_of(value, set->n);
    put_number(writer, set->statistic == RESULT_MEAN ? estimate.mean
                       : set->statistic == RESULT_SD ? estimate.sd
                                                     : estimate.ci95);
}

/* Same in all, or null. */
static void add_text(struct json_writer *writer, const struct result_field *field,
                     const struct result_set *set)
{
    g_autofree char *text = field->text(first_measured(field, set));
    bool same = true;
    for (guint i = 0; same && i < set->n; i++) {
        g_autofree char *other = is_measured(field, &set->source[i]) ? field->text(&set->source[i]) : NULL;
        same = !other || strcmp(text, other) == 0;
    }
    if (same)
        json_writer_text(writer, text);
    else
        json_writer_null(writer);
}

/* True in all. */
static void add_truth(struct json_writer *writer, const struct result_field *field,
                      const struct result_set *set)
{
    bool all = true;
    for (guint i = 0; i < set->n; i++)
        all = all && (!is_measured(field, &set->source[i]) || field->truth(&set->source[i]));
    json_writer_truth(writer, all);
}

static double count_of(const struct result_field *field, const struct result_source *source, uint32_t member)
{
    (void)member;
    return (double)result_field_count(field, source);
}

static bool is_same(const struct result_field *field, const struct result_set *set)
{
    return set->n == 1 || field->role == RESULT_GIVEN || field->role == RESULT_KEY;
}

static void add_count(struct json_writer *writer, const struct result_field *field,
                      const struct result_set *set)
{
    if (is_same(field, set))
        put_count(writer, result_field_count(field, set->source));
    else
        put_statistic(writer, field, set, 0, count_of);
}

static double number_itself(const struct result_field *field, const struct result_source *source,
                            uint32_t member)
{
    (void)member;
    return result_field_number(field, source);
}

static void add_number(struct json_writer *writer, const struct result_field *field,
                       const struct result_set *set)
{
    if (is_same(field, set))
        put_number(writer, result_field_number(field, set->source));
    else
        put_statistic(writer, field, set, 0, number_itself);
}

static double integer_of(const struct result_field *field, const struct result_source *source,
                         uint32_t member)
{
    (void)member;
    return (double)field->integer(source);
}

static void add_integer(struct json_writer *writer, const struct result_field *field,
                        const struct result_set *set)
{
    if (is_same(field, set))
        json_writer_integer(writer, field->integer(set->source));
    else
        put_statistic(writer, field, set, 0, integer_of);
}

/* --- objects --- */

static uint64_t count_at(const struct result_field *field, const struct result_source *source,
                         uint32_t member)
{
    uint64_t value;
    memcpy(&value, (const char *)source->row + field->offset + member * sizeof value, sizeof value);
    return value;
}

static double count_of_member(const struct result_field *field, const struct result_source *source,
                              uint32_t member)
{
    return (double)count_at(field, source, member);
}

static void add_counts(struct json_writer *writer, const struct result_field *field,
                       const struct result_set *set)
{
    const void *row;
    json_writer_begin_object(writer);
    for (uint32_t i = 0; (row = field->members->row(i)); i++) {
        json_writer_member(writer, policy_name(row));
        if (set->n == 1)
            put_count(writer, count_at(field, set->source, i));
        else
            put_statistic(writer, field, set, i, count_of_member);
    }
    json_writer_end_object(writer);
}

static double number_of_member(const struct result_field *field, const struct result_source *source,
                               uint32_t member)
{
    return field->number_of(source, member);
}

static void add_numbers(struct json_writer *writer, const struct result_field *field,
                        const struct result_set *set)
{
    const void *row;
    json_writer_begin_object(writer);
    for (uint32_t i = 0; (row = field->members->row(i)); i++) {
        json_writer_member(writer, policy_name(row));
        if (set->n == 1)
            put_number(writer, field->number_of(set->source, i));
        else
            put_statistic(writer, field, set, i, number_of_member);
    }
    json_writer_end_object(writer);
}

/* Object `index` of each source, read through `inside`. False: it is left out of all. */
static bool go_inside(const struct result_field *field, const struct result_set *set, uint32_t index,
                      struct result_source *inside)
{
    const struct result_objects *objects = field->objects;
    bool any = objects->left_out == NULL;
    for (guint i = 0; i < set->n; i++) {
        inside[i] = set->source[i];
        inside[i].index = objects->rows ? index : inside[i].index;
        if (objects->row)
            inside[i].row = objects->row(&set->source[i], index);
        any = any || !objects->left_out(&inside[i]);
    }
    return any;
}

static void add_object(struct json_writer *writer, const struct result_field *field,
                       const struct result_set *set)
{
    g_autofree struct result_source *inside = g_new(struct result_source, set->n);
    const struct result_set there = {inside, set->n, set->statistic};
    go_inside(field, set, 0, inside);
    put_fields(writer, field->objects->fields, &there);
}

static void add_rows(struct json_writer *writer, const struct result_field *field,
                     const struct result_set *set)
{
    g_autofree struct result_source *inside = g_new(struct result_source, set->n);
    const struct result_set there = {inside, set->n, set->statistic};
    uint32_t rows = field->objects->rows(set->source);
    json_writer_begin_array(writer);
    for (uint32_t index = 0; index < rows; index++)
        if (go_inside(field, set, index, inside))
            put_fields(writer, field->objects->fields, &there);
    json_writer_end_array(writer);
}

/* --- of replications --- */

static void add_seeds(struct json_writer *writer, const struct result_field *field,
                      const struct result_set *set)
{
    (void)field;
    json_writer_begin_array(writer);
    for (guint i = 0; i < set->n; i++)
        put_count(writer, set->source[i].plan->setup.seed);
    json_writer_end_array(writer);
}

static void add_sd(struct json_writer *writer, const struct result_field *field, const struct result_set *set)
{
    const struct result_set spread = {set->source, set->n, RESULT_SD};
    (void)field;
    put_fields(writer, result_fields, &spread);
}

static void add_ci95(struct json_writer *writer, const struct result_field *field,
                     const struct result_set *set)
{
    const struct result_set spread = {set->source, set->n, RESULT_CI95};
    (void)field;
    put_fields(writer, result_fields, &spread);
}

/* --- settings, types --- */

static void add_settings(struct json_writer *writer, const struct result_field *field,
                         const struct result_set *set)
{
    const struct plan *plan = set->source->plan;
    (void)field;
    json_writer_begin_object(writer);
    for (guint i = 0; i < plan->sections; i++) {
        g_autofree char *title = resolved_title(&plan->resolved[i]);
        json_writer_member(writer, title);
        json_writer_begin_object(writer);
        for (size_t k = 0; k < keys_count(); k++) {
            g_autofree char *value = resolved_value(&plan->resolved[i], &keys[k]);
            if (!value)
                continue;
            json_writer_member(writer, keys[k].name);
            json_writer_text(writer, value);
        }
        json_writer_end_object(writer);
    }
    json_writer_end_object(writer);
}

const struct result_type result_text = {"text", add_text, false};
const struct result_type result_count = {"whole number", add_count, true};
const struct result_type result_number = {"number", add_number, true};
const struct result_type result_truth = {"true or false", add_truth, false};
const struct result_type result_integer = {"whole number", add_integer, true};
const struct result_type result_counts = {"object of whole numbers", add_counts, true};
const struct result_type result_numbers = {"object of numbers", add_numbers, true};
const struct result_type result_object = {"object", add_object, true};
const struct result_type result_rows = {"array of objects", add_rows, true};
const struct result_type result_settings = {"object of objects of texts", add_settings, false};
const struct result_type result_seeds = {"array of whole numbers", add_seeds, false};
const struct result_type result_sd = {"object", add_sd, false};
const struct result_type result_ci95 = {"object", add_ci95, false};

void result_json_add_members(struct json_writer *writer, const char *backend, const struct replica *replica,
                             guint n)
{
    g_autofree struct summary *summary = g_new(struct summary, n);
    g_autofree struct result_source *source = g_new0(struct result_source, n);
    g_autoptr(GArray) theory = replica[0].result.arrivals ? theory_lines(replica, n) : NULL;
    for (guint i = 0; i < n; i++) {
        summary[i] = summarise(replica[i].plan, &replica[i].result);
        source[i] = (struct result_source){.plan = replica[i].plan,
                                           .result = &replica[i].result,
                                           .summary = &summary[i],
                                           .theory = theory,
                                           .backend = backend};
    }
    const struct result_set all = {source, n, RESULT_MEAN};
    put_members(writer, result_fields, &all);
}

void result_json_add(struct json_writer *writer, const char *backend, const struct replica *replica, guint n)
{
    json_writer_begin_object(writer);
    result_json_add_members(writer, backend, replica, n);
    json_writer_end_object(writer);
}

void result_json_add_object(struct json_writer *writer, const struct result_field *fields,
                            const struct result_source *source)
{
    const struct result_set one = {source, 1, RESULT_MEAN};
    put_fields(writer, fields, &one);
}

/* Frees the builder. */
static GString *text_of(JsonBuilder *builder, gboolean pretty)
{
    g_autoptr(JsonGenerator) generator = json_generator_new();
    JsonNode *root = json_builder_get_root(builder);
    json_generator_set_root(generator, root);
    json_generator_set_pretty(generator, pretty);
    GString *text = json_generator_to_gstring(generator, g_string_new(NULL));
    json_node_unref(root);
    g_object_unref(builder);
    return text;
}

char *result_json_text(JsonBuilder *builder, gsize *length)
{
    GString *text = text_of(builder, TRUE);
    g_string_append_c(text, '\n');
    *length = text->len;
    return g_string_free(text, FALSE);
}

char *result_json_line(JsonBuilder *builder)
{
    return g_string_free(text_of(builder, FALSE), FALSE);
}
