/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TEST_COVERING_H
#define WEFT_TEST_COVERING_H

/* Covering sets: rows of one value for each of several axes, such that every pair of values of two axes occurs in a
 * row. */

#include <glib.h>

/* A covering set for `axes` (at least 2) axes, of which axis i has values 0 .. values[i] - 1 (at least 1). Always the same
 * for the same numbers; another `seed` gives another set. An array of guint, `axes` of them a row; the caller unrefs. */
GArray *covering_rows(const guint *values, guint axes, guint64 seed);

/* How many pairs of values of two axes do not occur in `rows`, and how many there are, into `*pairs`. */
guint covering_missing(const GArray *rows, const guint *values, guint axes, guint *pairs);

#endif
