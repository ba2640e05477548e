/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_COMPARISON_H
#define COMMAND_COMPARISON_H

/* Several runs of one scenario side by side. */

#include "summary.h"

/* One run: which, and what came out. */
struct outcome {
    const struct backend_row *backend;
    const char *method; /* the row's name */
    weft_ps interval_ps;
    struct summary summary;
};

/* An aligned table, one line a run; with a column for the back end if there are several. The caller frees
 * with g_free. */
char *comparison_table(const GArray *outcomes);
/* The same runs as CSV with a header. The caller frees with g_free. */
char *comparison_csv(const GArray *outcomes);
/* Two or three sentences: what `interleaved` saves against its rivals in these runs; "" if it is not among
 * them. The caller frees with g_free. */
char *comparison_text(const GArray *outcomes);

/* Draw the figures of `directory`/interval.csv there. */
gboolean comparison_figures(const char *directory, GError **error);

#endif
