/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_RESULT_JSON_H
#define COMMAND_RESULT_JSON_H

/* Results as JSON, schema weft-run/1. */

#include "points.h"

#include <json-glib/json-glib.h>

/* Add one result object to what is being built: of a run, or of its `n` replications, the first one first. */
void result_json_add(JsonBuilder *builder, const char *backend, const struct replica *replica, guint n);
/* What was built, as text with a newline at the end; frees the builder. The caller frees with g_free. */
char *result_json_text(JsonBuilder *builder, gsize *length);

#endif
