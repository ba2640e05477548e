/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Records read again: whose turn it is, and all of them in order. */

#include "sweep_merge.h"

#include "failure.h"
#include "outfile.h"
#include "sweep_point.h"

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

/* --- shards --- */

gboolean sweep_shard_read(const char *text, struct sweep_shard *shard, GError **error)
{
    *shard = (struct sweep_shard){0, 1};
    if (!text)
        return TRUE;
    g_auto(GStrv) parts = g_strsplit(text, "/", -1);
    uint64_t index, of;
    if (g_strv_length(parts) != 2 || quantity_parse(&quantity_count, parts[0], &index) ||
        quantity_parse(&quantity_count, parts[1], &of) || index < 1 || index > of || of > SWEEP_POINTS_MAX)
        return failure(error, STATUS_INPUT,
                       "--shard: \"%s\" is no part of a sweep; allowed: I/N with I from 1 to N, N up to %d",
                       text, SWEEP_POINTS_MAX);
    *shard = (struct sweep_shard){(guint)(index - 1), (guint)of};
    return TRUE;
}

/* --- what is missing --- */

static gboolean is_missing(const struct manifest *manifest, const struct sweep_directory *directory,
                           guint index, bool *missing, GError **error)
{
    g_autofree char *where = NULL;
    enum record_state state;
    struct record record;
    if (!sweep_directory_read(directory, manifest_at(manifest, index), RECORD_RESULT, &where, &state, &record,
                              error))
        return FALSE;
    bool whole = state == RECORD_WHOLE && record.result;
    record_clear(&record);
    *missing = !whole;
    if (state == RECORD_FOREIGN)
        return failure(error, STATUS_INPUT,
                       "%s: is a result of another sweep; allowed: a directory of its own for each", where);
    if (!whole && state != RECORD_ABSENT)
        fprintf(stderr, "%s: is no whole result; its point is run again\n", where);
    return TRUE;
}

GArray *sweep_missing(const struct manifest *manifest, const struct sweep_directory *directory,
                      const struct sweep_shard *shard, GError **error)
{
    g_autoptr(GArray) todo = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = shard->index; i < manifest->points->len; i += shard->of) {
        bool missing;
        if (!is_missing(manifest, directory, i, &missing, error))
            return NULL;
        if (missing)
            g_array_append_val(todo, i);
    }
    return g_steal_pointer(&todo);
}

/* --- merging --- */

/* Written line by line, not by these tables. */
static const struct result_type texts_by_key = {.name = "object of texts"};

const struct result_field sweep_manifest_fields[] = {
    {"id", NULL, "the point's number", .type = &result_text},
    {"set", NULL, "all that the sweep sets in the scenario, the method too", .type = &texts_by_key},
    {"backend", NULL, "as in `weft list backends`", .type = &result_text},
    {"replications", NULL, "how many times it is run", .type = &result_count},
    {"seed", NULL, "of the first replication", .type = &result_count},
    {"version", NULL, "of weft", .type = &result_text},
    {"hash", NULL, "SHA-256 of all that the point depends on", .type = &result_text},
    {NULL},
};

static const struct result_objects result_of_run = {.fields = result_fields};

const struct result_field sweep_result_fields[] = {
    {"id", NULL, "the point's number", .type = &result_text},
    {"hash", NULL, "as in the manifest", .type = &result_text},
    {"result", NULL, "a weft-run/1", .type = &result_object, .objects = &result_of_run},
    {NULL},
};
const struct result_field sweep_failure_fields[] = {
    {"id", NULL, "the point's number", .type = &result_text},
    {"hash", NULL, "as in the manifest", .type = &result_text},
    {"error", NULL, "what it failed of", .type = &result_text},
    {NULL},
};
const struct result_field sweep_columns[] = {
    {"point", NULL, "the point's number", .type = &result_text},
    {NULL},
};

struct outputs {
    struct outfile *csv, *json, *failed;
};

static gboolean open_all(struct outputs *outputs, const char *directory, GError **error)
{
    return (outputs->csv = outfile_new_in(directory, "sweep.csv", error)) &&
           (outputs->json = outfile_new_in(directory, "sweep.jsonl", error)) &&
           (outputs->failed = outfile_new_in(directory, "failed.jsonl", error));
}

static void abandon_all(struct outputs *outputs)
{
    outfile_abandon(outputs->csv);
    outfile_abandon(outputs->json);
    outfile_abandon(outputs->failed);
}

static gboolean commit_all(struct outputs *outputs, GError **error)
{
    return outfile_commit(g_steal_pointer(&outputs->csv), error) &&
           outfile_commit(g_steal_pointer(&outputs->json), error) &&
           outfile_commit(g_steal_pointer(&outputs->failed), error);
}

/* Parts that end with NULL, one of which may be a result of many streams: not joined. */
static gboolean put_parts(struct outfile *file, const char *const *parts, GError **error)
{
    gboolean good = TRUE;
    for (; good && *parts; parts++)
        good = outfile_write(file, *parts, strlen(*parts), error);
    return good;
}

static gboolean put_line(struct outfile *file, const char *line, GError **error)
{
    return put_parts(file, (const char *const[]){line, "\n", NULL}, error);
}

static gboolean put_object(struct outfile *file, const struct manifest_point *point, const char *member,
                           const char *value, GError **error)
{
    g_autofree char *head =
        g_strconcat("{\"id\":\"", point->id, "\",\"hash\":\"", point->hash, "\",\"", member, "\":", NULL);
    const char *const parts[] = {head, value, "}\n", NULL};
    return put_parts(file, parts, error);
}

static void note_failure(struct sweep_merged *merged, const struct manifest_point *point, const char *quoted)
{
    g_autoptr(JsonNode) node = json_from_string(quoted, NULL);
    const char *message = node && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;
    g_ptr_array_add(merged->failed, g_strdup_printf("%s: %s", point->id, message ? message : quoted));
}

static gboolean put_record(struct outputs *outputs, const struct manifest_point *point,
                           const struct record *record, struct sweep_merged *merged, GError **error)
{
    if (record->error) {
        note_failure(merged, point, record->error);
        return put_object(outputs->failed, point, "error", record->error, error);
    }
    merged->results++;
    return put_line(outputs->csv, record->row, error) &&
           put_object(outputs->json, point, "result", record->result, error);
}

/* The result, else the failure; neither ends merging. */
static gboolean merge_point(struct outputs *outputs, const struct sweep_directory *directory,
                            const struct manifest_point *point, struct sweep_merged *merged, GError **error)
{
    static const enum record_kind kinds[] = {RECORD_RESULT, RECORD_FAILURE};
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autofree char *where = NULL;
        enum record_state state;
        struct record record;
        if (!sweep_directory_read(directory, point, kinds[i], &where, &state, &record, error))
            return FALSE;
        if (state != RECORD_WHOLE)
            continue;
        gboolean good = put_record(outputs, point, &record, merged, error);
        record_clear(&record);
        return good;
    }
    merged->complete = false;
    return TRUE;
}

gboolean sweep_merge(const struct manifest *manifest, const struct sweep_directory *directory,
                     struct sweep_merged *merged, GError **error)
{
    struct outputs outputs = {0};
    *merged = (struct sweep_merged){.complete = true, .failed = g_ptr_array_new_with_free_func(g_free)};
    g_autofree char *titles = sweep_point_titles(manifest);
    gboolean good = open_all(&outputs, directory->path, error) && put_line(outputs.csv, titles, error);
    for (guint i = 0; good && merged->complete && i < manifest->points->len; i++)
        good = merge_point(&outputs, directory, manifest_at(manifest, i), merged, error);
    good = good && (!merged->complete || commit_all(&outputs, error));
    abandon_all(&outputs);
    return good;
}

void sweep_merged_clear(struct sweep_merged *merged)
{
    g_clear_pointer(&merged->failed, g_ptr_array_unref);
}
