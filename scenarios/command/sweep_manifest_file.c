/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The manifest as a file, and a point's settings as cells. */

#include "failure.h"
#include "outfile.h"
#include "result_json.h"
#include "sweep_manifest.h"
#include "table.h"

#include <math.h>
#include <string.h>

static void put_text(JsonBuilder *builder, const char *member, const char *value)
{
    json_builder_set_member_name(builder, member);
    json_builder_add_string_value(builder, value);
}

static void put_number(JsonBuilder *builder, const char *member, uint64_t value)
{
    json_builder_set_member_name(builder, member);
    json_builder_add_int_value(builder, (gint64)MIN(value, (uint64_t)G_MAXINT64));
}

typedef void key_seen(void *context, const struct sweep_key *key, const char *value);

static void each_key(const struct sweep *sweep, const struct sweep_point *point, key_seen *seen,
                     void *context)
{
    for (guint i = 0; i < sweep->axes->len; i++) {
        const struct sweep_axis *axis = g_ptr_array_index(sweep->axes, i);
        for (guint k = 0; k < axis->keys->len; k++) {
            const struct sweep_key *key = g_ptr_array_index(axis->keys, k);
            seen(context, key, g_ptr_array_index(key->values, point->value[i]));
        }
    }
}

static void put_key(void *context, const struct sweep_key *key, const char *value)
{
    put_text(context, key->key, value);
}

/* --- the manifest --- */

static char *point_line(const struct manifest *manifest, const struct manifest_point *row,
                        const struct sweep_point *point)
{
    const struct sweep *sweep = manifest->sweep;
    const char *method = sweep_point_method(sweep, point);
    JsonBuilder *builder = json_builder_new();
    json_builder_begin_object(builder);
    put_text(builder, "id", row->id);
    json_builder_set_member_name(builder, "set");
    json_builder_begin_object(builder);
    for (guint i = 0; i < sweep->settings->len; i++) {
        const struct sweep_setting *setting = g_ptr_array_index(sweep->settings, i);
        put_text(builder, setting->key, setting->value);
    }
    each_key(sweep, point, put_key, builder);
    if (method)
        put_text(builder, "write.method", method);
    json_builder_end_object(builder);
    put_text(builder, "backend", sweep_point_backend(sweep, point)->name);
    put_number(builder, "replications", manifest->replications);
    put_number(builder, "seed", row->seed);
    put_text(builder, "version", WEFT_VERSION);
    put_text(builder, "hash", row->hash);
    json_builder_end_object(builder);
    return result_json_line(builder);
}

char *manifest_text(const struct manifest *manifest)
{
    GString *text = g_string_new(NULL);
    g_autofree guint *value = g_new0(guint, manifest->sweep->axes->len + 1);
    struct sweep_point point = {.value = value};
    for (guint i = 0; i < manifest->points->len; i++) {
        const struct manifest_point *row = manifest_at(manifest, i);
        sweep_point_at(manifest->sweep, row->combination, &point);
        g_autofree char *line = point_line(manifest, row, &point);
        g_string_append(text, line);
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}

/* The first line in which they differ. */
static guint first_difference(const char *a, const char *b)
{
    guint line = 1;
    for (; *a && *a == *b; a++, b++)
        line += *a == '\n';
    return line;
}

/* The version of weft that wrote a line; NULL: it does not say. The caller frees with g_free. */
static char *version_in(const char *text, guint line)
{
    while (--line > 0 && (text = strchr(text, '\n')))
        text++;
    if (!text)
        return NULL;
    g_autofree char *object = g_strndup(text, strcspn(text, "\n"));
    g_autoptr(JsonNode) node = json_from_string(object, NULL);
    if (!node || !JSON_NODE_HOLDS_OBJECT(node))
        return NULL;
    return g_strdup(json_object_get_string_member_with_default(json_node_get_object(node), "version", NULL));
}

static gboolean refuse(const char *path, const char *there, const char *text, GError **error)
{
    guint line = first_difference(there, text);
    g_autofree char *version = version_in(there, line);
    if (version && strcmp(version, WEFT_VERSION) != 0)
        return failure(error, STATUS_INPUT,
                       "%s:%u: is of weft %s, this is weft " WEFT_VERSION
                       "; allowed: another --out, or that weft",
                       path, line, version);
    return failure(
        error, STATUS_INPUT,
        "%s:%u: is of another sweep; allowed: another --out, or sweep, scenario, their files and weft as "
        "they were",
        path, line);
}

/* A file system that lost its power may have kept the beginning only, which ends within a line. A whole number of lines is
 * a shorter sweep. */
static bool is_cut_off(const char *there, const char *text)
{
    size_t length = strlen(there);
    return length == 0 || (there[length - 1] != '\n' && strncmp(there, text, length) == 0);
}

gboolean manifest_settle(const struct manifest *manifest, const char *directory, GError **error)
{
    g_autofree char *path = g_build_filename(directory, "manifest.jsonl", NULL),
                    *text = manifest_text(manifest), *there = NULL;
    g_autoptr(GError) cause = NULL;
    if (!g_file_get_contents(path, &there, NULL, &cause) &&
        !g_error_matches(cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return failure(error, STATUS_FAILED, "%s: cannot be read: %s", path, cause->message);
    if (!there || is_cut_off(there, text))
        return outfile_put_in(directory, "manifest.jsonl", text, strlen(text), error);
    return strcmp(there, text) == 0 || refuse(path, there, text, error);
}

/* --- cells --- */

static bool has_number(const struct sweep_key *key)
{
    return key->quantity && !key->quantity->bare;
}

static void add_title(void *context, const struct sweep_key *key, const char *value)
{
    (void)value;
    table_cell(context, "%s", key->key);
    if (has_number(key))
        table_cell(context, "%s [%s]", key->key, key->quantity->units[0].name);
}

/* Whole numbers are written whole; a word is none. */
static void add_cell(void *context, const struct sweep_key *key, const char *value)
{
    uint64_t number;
    table_cell(context, "%s", value);
    if (!has_number(key))
        return;
    if (quantity_parse(key->quantity, value, &number))
        table_cell(context, "nan");
    else
        table_cell(context, "%" G_GUINT64_FORMAT, number);
}

void manifest_titles(const struct manifest *manifest, struct table *table)
{
    g_autofree guint *value = g_new0(guint, manifest->sweep->axes->len + 1);
    const struct sweep_point first = {.value = value};
    each_key(manifest->sweep, &first, add_title, table);
}

void manifest_cells(const struct manifest *manifest, guint index, struct table *table)
{
    g_autofree guint *value = g_new0(guint, manifest->sweep->axes->len + 1);
    struct sweep_point point = {.value = value};
    sweep_point_at(manifest->sweep, manifest_at(manifest, index)->combination, &point);
    each_key(manifest->sweep, &point, add_cell, table);
}
