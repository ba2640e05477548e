/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Records of points: made, and told from what is none. */

#include "sweep_record.h"

#include "failure.h"

#include <json-glib/json-glib.h>
#include <string.h>

static const char schema[] = "{\"schema\":\"weft-point/1\",\"id\":\"", hash_member[] = "\",\"hash\":\"",
                  digest_member[] = "\",\"digest\":\"", row_member[] = "\"row\":\"",
                  result_member[] = "\",\"result\":", error_member[] = "\"error\":", end[] = "}\n";

char *record_name(const struct manifest_point *point, enum record_kind kind)
{
    return g_strdup_printf("%s.%s", point->id, kind == RECORD_RESULT ? "json" : "failed");
}

/* The body is many parts that end with NULL: joined once, as it may be large. */
static char *framed(const struct manifest_point *point, const char *const *body)
{
    g_autoptr(GChecksum) digest = g_checksum_new(G_CHECKSUM_SHA256);
    for (const char *const *part = body; *part; part++)
        g_checksum_update(digest, (const guchar *)*part, -1);
    GString *text = g_string_new(schema);
    g_string_append_printf(text, "%s%s%s%s%s\",", point->id, hash_member, point->hash, digest_member,
                           g_checksum_get_string(digest));
    for (; *body; body++)
        g_string_append(text, *body);
    return g_string_free(text, FALSE);
}

char *record_of_result(const struct manifest_point *point, const char *row, const char *result)
{
    const char *const body[] = {row_member, row, result_member, result, end, NULL};
    return framed(point, body);
}

char *record_of_failure(const struct manifest_point *point, const char *message)
{
    g_autoptr(JsonNode) node = json_node_new(JSON_NODE_VALUE);
    json_node_set_string(node, message);
    g_autofree char *quoted = json_to_string(node, FALSE);
    const char *const body[] = {error_member, quoted, end, NULL};
    return framed(point, body);
}

/* If `*at` begins with `text`, go behind it. */
static bool skip(char **at, const char *text)
{
    if (!g_str_has_prefix(*at, text))
        return false;
    *at += strlen(text);
    return true;
}

/* Up to the next quote, which becomes the end. */
static char *take(char **at)
{
    char *first = *at, *quote = strchr(first, '"');
    if (!quote)
        return NULL;
    *quote = '\0';
    *at = quote + 1;
    return first;
}

/* Behind a quote that take() ended. */
static bool skip_on(char **at, const char *text)
{
    return skip(at, text + 1);
}

static bool take_apart(char *body, struct record *record)
{
    size_t length = strlen(body), last = strlen(end);
    if (length < last || strcmp(body + length - last, end) != 0)
        return false;
    body[length - last] = '\0';
    if (skip(&body, error_member)) {
        record->error = body;
        return true;
    }
    if (!skip(&body, row_member) || !(record->row = take(&body)) || !skip_on(&body, result_member))
        return false;
    record->result = body;
    return true;
}

enum record_state record_judge(char *text, const struct manifest_point *point, struct record *record)
{
    char *at = text, *id, *hash, *digest;
    if (!skip(&at, schema) || !(id = take(&at)) || !skip_on(&at, hash_member) || !(hash = take(&at)) ||
        !skip_on(&at, digest_member) || !(digest = take(&at)) || !skip(&at, ","))
        return RECORD_BROKEN;
    g_autofree char *is = g_compute_checksum_for_string(G_CHECKSUM_SHA256, at, -1);
    if (strcmp(is, digest) != 0)
        return RECORD_BROKEN;
    if (strcmp(id, point->id) != 0 || strcmp(hash, point->hash) != 0)
        return RECORD_FOREIGN;
    return take_apart(at, record) ? RECORD_WHOLE : RECORD_BROKEN;
}

gboolean record_read(const char *path, const struct manifest_point *point, enum record_state *state,
                     struct record *record, GError **error)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) cause = NULL;
    gsize length;
    *record = (struct record){0};
    *state = RECORD_ABSENT;
    if (!g_file_get_contents(path, &text, &length, &cause))
        return g_error_matches(cause, G_FILE_ERROR, G_FILE_ERROR_NOENT) ||
               failure(error, STATUS_FAILED, "%s: cannot be read: %s", path, cause->message);
    *state = strlen(text) == length ? record_judge(text, point, record) : RECORD_BROKEN;
    if (*state == RECORD_WHOLE)
        record->text = g_steal_pointer(&text);
    else
        *record = (struct record){0};
    return TRUE;
}

void record_clear(struct record *record)
{
    g_free(record->text);
    *record = (struct record){0};
}
