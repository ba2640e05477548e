/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_LINUX_NNLS_H
#define BENCH_LINUX_NNLS_H

/* Least squares, with and without the condition that nothing is negative. Small and dense: tens of columns, hundreds of rows. */

#include <glib.h>

/* Columns of a matrix, `rows` numbers each. */
struct columns {
    guint rows, columns;
    const double *const *column;
};

/* x that makes |A x - b| least; returns that least length. What a column has in common with those before it (to about 1e-12 of its
 * length) is theirs: where nothing is left of it, its x is 0. */
double least_squares(const struct columns *a, const double *b, double *x);

/* The same with every x >= 0, by the active sets of C. Lawson and R. Hanson (Solving Least Squares Problems, 1974, chapter 23). */
double nnls(const struct columns *a, const double *b, double *x);

#endif
