/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_RESULT_JSON_H
#define COMMAND_RESULT_JSON_H

/* Results as JSON, schema weft-run/1. */

#include "points.h"

#include <json-glib/json-glib.h>

struct json_writer;
struct result_field;
struct result_source;

/* Write one result object: of a run, or of its `n` replications, the first one first. */
void result_json_add(struct json_writer *writer, const char *backend, const struct replica *replica, guint n);
/* Its members only: into an object that the caller has begun, and may add others to. */
void result_json_add_members(struct json_writer *writer, const char *backend, const struct replica *replica,
                             guint n);
/* Write an object of these fields, all of which are read from one source. */
void result_json_add_object(struct json_writer *writer, const struct result_field *fields,
                            const struct result_source *source);
/* What was built of a few values, as text with a newline at the end; frees the builder. The caller frees with g_free. */
char *result_json_text(JsonBuilder *builder, gsize *length);
/* The same as one line, without a newline. */
char *result_json_line(JsonBuilder *builder);

#endif
