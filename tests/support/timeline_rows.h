/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TESTS_TIMELINE_ROWS_H
#define WEFT_TESTS_TIMELINE_ROWS_H

/* A timeline.csv as tests read it; links with weft-command. */

#include "weft/setup.h"

#include <glib.h>

enum timeline_kind {
    TIMELINE_INTERVAL,
    TIMELINE_WINDOW,
    TIMELINE_LINK,
    TIMELINE_PORT,
    TIMELINE_LOST,
    TIMELINE_HELD,
    TIMELINE_KINDS
};

/* A cell that is empty is UINT64_MAX. */
struct timeline_row {
    enum timeline_kind kind;
    uint64_t port, server, stream, packet, in_ps, begin_ps, end_ps, bytes, packets;
};

/* The rows of one method in the text of a file; every line must have the form that the columns say. The caller unrefs. */
GArray *timeline_rows(const char *text, const char *method);
#define timeline_row_at(rows, i) (&g_array_index(rows, struct timeline_row, i))

/* What a run of a checked setup on `reference` writes, and the rows of it. */
GArray *timeline_of(const struct weft_setup *setup);

#endif
