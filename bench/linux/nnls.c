/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Least squares by Gram and Schmidt, each column made orthogonal twice, which is as good as Householder's way. */

#include "nnls.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static double dot(const double *x, const double *y, guint n)
{
    double sum = 0;
    for (guint i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

static double length(const double *x, guint n)
{
    return sqrt(dot(x, x, n));
}

/* Take out of `v` what it has along the unit vectors q[0 .. n); how much that was is added to r. */
static void take_out(double *v, double *const *q, guint n, guint rows, double *r)
{
    enum { TWICE = 2 };
    for (int pass = 0; pass < TWICE; pass++)
        for (guint k = 0; k < n; k++) {
            double along = dot(q[k], v, rows);
            r[k] += along;
            for (guint i = 0; i < rows; i++)
                v[i] -= along * q[k][i];
        }
}

/* A = Q R; a column that has nothing of its own is a zero vector of Q. */
static void decompose(const struct columns *a, double **q, double *r)
{
    static const double nothing = 1e-12;
    const guint rows = a->rows, n = a->columns;
    for (guint k = 0; k < n; k++) {
        double whole = length(a->column[k], rows);
        memcpy(q[k], a->column[k], rows * sizeof(double));
        take_out(q[k], q, k, rows, &r[(gsize)k * n]);
        double own = length(q[k], rows);
        bool has_own = own > nothing * whole;
        r[(gsize)k * n + k] = has_own ? own : 0;
        for (guint i = 0; i < rows; i++)
            q[k][i] = has_own ? q[k][i] / own : 0;
    }
}

/* R x = c from the last one up; column k of R is at r + k n. */
static void solve_back(const double *r, const double *c, guint n, double *x)
{
    for (guint k = n; k-- > 0;) {
        double rest = c[k];
        for (guint j = k + 1; j < n; j++)
            rest -= r[(gsize)j * n + k] * x[j];
        double own = r[(gsize)k * n + k];
        x[k] = own > 0 ? rest / own : 0;
    }
}

double least_squares(const struct columns *a, const double *b, double *x)
{
    const guint rows = a->rows, n = a->columns;
    double *numbers = g_new0(double, (gsize)n *rows + (gsize)n * n + n + rows);
    double **q = g_new(double *, n + 1);
    double *r = numbers + (gsize)n * rows, *c = r + (gsize)n * n, *left = c + n;
    for (guint k = 0; k < n; k++)
        q[k] = numbers + (gsize)k * rows;
    decompose(a, q, r);
    memcpy(left, b, rows * sizeof(double));
    take_out(left, q, n, rows, c);
    solve_back(r, c, n, x);
    double least = length(left, rows);
    g_free(numbers);
    g_free(q);
    return least;
}

/* --- nothing negative --- */

struct active {
    const struct columns *a;
    const double *b;
    double *x;
    double *rest;          /* b - A x, by row */
    double *trial;         /* by column; 0 where it is held at 0 */
    const double **chosen; /* columns that are free */
    double *of_chosen;
    gboolean *free;
};

/* What is least when only the free columns take part. */
static double solve_free(struct active *active)
{
    guint n = 0;
    for (guint k = 0; k < active->a->columns; k++)
        if (active->free[k])
            active->chosen[n++] = active->a->column[k];
    const struct columns some = {.rows = active->a->rows, .columns = n, .column = active->chosen};
    double left = least_squares(&some, active->b, active->of_chosen);
    n = 0;
    for (guint k = 0; k < active->a->columns; k++)
        active->trial[k] = active->free[k] ? active->of_chosen[n++] : 0;
    return left;
}

/* Go from x towards the trial until the first one would be negative, which is then held. TRUE: nothing was in the way. */
static gboolean go_to_trial(struct active *active)
{
    double step = 1;
    guint first = G_MAXUINT;
    for (guint k = 0; k < active->a->columns; k++)
        if (active->free[k] && active->trial[k] <= 0) {
            double way = active->x[k] - active->trial[k], until = way > 0 ? active->x[k] / way : 0;
            if (first == G_MAXUINT || until < step) {
                step = until;
                first = k;
            }
        }
    for (guint k = 0; k < active->a->columns; k++)
        active->x[k] += step * (active->trial[k] - active->x[k]);
    if (first == G_MAXUINT)
        return TRUE;
    active->x[first] = 0;
    active->free[first] = FALSE;
    return FALSE;
}

/* The held column along which the rest shrinks most, by its length; G_MAXUINT: there is none. */
static guint steepest(struct active *active)
{
    static const double nothing = 1e-10;
    const struct columns *a = active->a;
    memcpy(active->rest, active->b, a->rows * sizeof(double));
    for (guint k = 0; k < a->columns; k++)
        for (guint i = 0; i < a->rows; i++)
            active->rest[i] -= active->x[k] * a->column[k][i];
    double most = nothing * length(active->b, a->rows);
    guint best = G_MAXUINT;
    for (guint k = 0; k < a->columns; k++) {
        double whole = length(a->column[k], a->rows);
        double slope = whole > 0 ? dot(a->column[k], active->rest, a->rows) / whole : 0;
        if (!active->free[k] && slope > most) {
            most = slope;
            best = k;
        }
    }
    return best;
}

double nnls(const struct columns *a, const double *b, double *x)
{
    const guint n = a->columns;
    double *numbers = g_new0(double, a->rows + 2 * (gsize)n);
    const double **chosen = g_new0(const double *, n + 1);
    gboolean *free = g_new0(gboolean, n + 1);
    struct active active = {.a = a,
                            .b = b,
                            .x = x,
                            .rest = numbers,
                            .trial = numbers + a->rows,
                            .of_chosen = numbers + a->rows + n,
                            .chosen = chosen,
                            .free = free};
    memset(x, 0, n * sizeof(double));
    double left = length(b, a->rows);
    /* a column enters at most a few times; the bound is for rounding that goes in circles */
    for (guint turn = 0, at; turn < 10 * n + 10 && (at = steepest(&active)) != G_MAXUINT; turn++) {
        free[at] = TRUE;
        do
            left = solve_free(&active);
        while (!go_to_trial(&active));
    }
    g_free(numbers);
    g_free(chosen);
    g_free(free);
    return left;
}
