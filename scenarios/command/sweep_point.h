/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_SWEEP_POINT_H
#define COMMAND_SWEEP_POINT_H

/* One point of a sweep, run. */

#include "sweep_record.h"

/* The cells of the CSV, without their end of line: titles, and those of a point. */
char *sweep_point_titles(const struct manifest *manifest);

/* Run it. TRUE: `*record` is its record, of `*kind` (the caller frees with g_free). FALSE and an error: the scenario is not any more what the
 * manifest says, so nothing can be said about it. */

gboolean sweep_point_run(struct manifest *manifest, guint index, enum record_kind *kind, char **record,
                         GError **error);

#endif
