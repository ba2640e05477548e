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

/* Where two texts differ first: the line's number and its beginnings in both. */
struct difference {
    guint line;
    const char *there, *here;
};

static struct difference first_difference(const char *there, const char *here)
{
    struct difference at = {1, there, here};
    for (; *there && *there == *here; there++, here++)
        if (*there == '\n')
            at = (struct difference){at.line + 1, there + 1, here + 1};
    return at;
}

static JsonNode *line_node(const char *line)
{
    g_autofree char *text = g_strndup(line, strcspn(line, "\n"));
    g_autoptr(JsonNode) node = json_from_string(text, NULL);
    return node && JSON_NODE_HOLDS_OBJECT(node) ? g_steal_pointer(&node) : NULL;
}

/* ": its version is "1", not "2"": the first member that differs; what a hash is says nothing. The caller frees with g_free. */
static char *what_differs(const struct difference *at)
{
    static const char *const members[] = {"set", "backend", "replications", "seed"};
    g_autoptr(JsonNode) there = line_node(at->there), here = line_node(at->here);
    for (size_t i = 0; there && here && i < G_N_ELEMENTS(members); i++) {
        JsonNode *a = json_object_get_member(json_node_get_object(there), members[i]);
        JsonNode *b = json_object_get_member(json_node_get_object(here), members[i]);
        if (!a || !b || json_node_equal(a, b))
            continue;
        g_autofree char *is = json_to_string(a, FALSE), *should = json_to_string(b, FALSE);
        return g_strdup_printf(": its %s is %s, not %s", members[i], is, should);
    }
    return g_strdup(there && here ? ": other values of the scenario, or other files" : "");
}

static const char *text_member(JsonNode *line, const char *member)
{
    return line ? json_object_get_string_member_with_default(json_node_get_object(line), member, NULL) : NULL;
}

static gboolean refuse(const char *path, const char *there, const char *text, GError **error)
{
    struct difference at = first_difference(there, text);
    g_autoptr(JsonNode) line = line_node(at.there);
    const char *version = text_member(line, "version");
    if (version && strcmp(version, WEFT_VERSION) != 0)
        return failure(error, STATUS_INPUT,
                       "%s:%u: is of weft %s, this is weft " WEFT_VERSION
                       "; allowed: another --out, or that weft",
                       path, at.line, version);
    g_autofree char *what = what_differs(&at);
    return failure(
        error, STATUS_INPUT,
        "%s:%u: is of another sweep%s; allowed: another --out, or sweep, scenario, their files and weft as "
        "they were",
        path, at.line, what);
}

/* A file system that lost its power may have kept the beginning only, which ends within a line. A whole number of lines is
 * a shorter sweep. */
static bool is_cut_off(const char *there, const char *text)
{
    size_t length = strlen(there);
    return length == 0 || (there[length - 1] != '\n' && strncmp(there, text, length) == 0);
}

gboolean manifest_compare(const char *text, const char *directory, bool *there, GError **error)
{
    g_autofree char *path = g_build_filename(directory, "manifest.jsonl", NULL), *is = NULL;
    g_autoptr(GError) cause = NULL;
    if (!g_file_get_contents(path, &is, NULL, &cause) &&
        !g_error_matches(cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return failure(error, STATUS_FAILED, "%s: cannot be read: %s", path, cause->message);
    *there = is && !is_cut_off(is, text);
    return !*there || strcmp(is, text) == 0 || refuse(path, is, text, error);
}

gboolean manifest_settle(const struct manifest *manifest, const char *directory, GError **error)
{
    g_autofree char *text = manifest_text(manifest);
    bool there = false;
    return manifest_compare(text, directory, &there, error) &&
           (there || outfile_put_in(directory, "manifest.jsonl", text, strlen(text), error));
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
