/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_COMPARISON_RUNS_H
#define COMMAND_COMPARISON_RUNS_H

/* Carrying a comparison out. */

#include "comparison.h"

#include <json-glib/json-glib.h>

/* What is compared. */
struct comparison {
    struct scenario *scenario;
    struct media_library *media;
    GPtrArray *methods;          /* of const struct weft_method */
    GPtrArray *backends;         /* of const struct backend_row */
    GArray *intervals;           /* of weft_ps, increasing */
    struct variation *variation; /* NULL: nothing is varied */
    char **figures;              /* over the varied key */
};

/* Run the scenario as it is set now: appends a struct outcome, and adds the result to what `json` is building (NULL:
 * nowhere). Bytes of media are carried, and checked, if `carry_bytes`. */
gboolean comparison_run(const struct comparison *comparison, const struct backend_row *backend,
                        bool carry_bytes, JsonBuilder *json, GArray *outcomes, GError **error);
/* Say on a terminal how many of the runs are done. */
void comparison_progress(guint done, guint runs);

/* Every method on every back end, one struct outcome each; their results go into the array that `json` is
 * building (NULL: nowhere). The caller unrefs. NULL and an error if a run fails. */
GArray *comparison_methods(const struct comparison *comparison, JsonBuilder *json, GError **error);
/* Every method with every value of the variation, on every back end; likewise. */
GArray *comparison_varied(const struct comparison *comparison, JsonBuilder *json, GError **error);
/* Every method at every interval, on the first back end: sizes only. */
GArray *comparison_intervals(const struct comparison *comparison, GError **error);

#endif
