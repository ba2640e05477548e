/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows are divided by what was measured, so that errors are relative. What is known is taken off both sides. */

#include "fit.h"

#include "nnls.h"

#include <math.h>

/* What a column has of its own beside those before it, of its length, to have a price of its own: less could not be told from a
 * measurement's noise. */
static const double own_share = 0.03;

struct equations {
    const struct fit_problem *problem;
    double *right;
    double **column;       /* by term */
    const double **chosen; /* of the terms that are told apart */
    guint *term_of;        /* by chosen column */
    guint chosen_n;
};

double fit_cycles(const double *count, const double *cycles)
{
    double sum = 0;
    for (int event = 0; event < WEFT_EVENTS; event++)
        sum += count[event] * cycles[event];
    return sum;
}

/* Prices that are known, and for the others the least that they may be. */
static void known_prices(const struct fit_problem *problem, double *cycles)
{
    for (int event = 0; event < WEFT_EVENTS; event++)
        cycles[event] = problem->given_cycles[event];
    for (guint t = 0; t < problem->terms; t++)
        cycles[problem->term[t].event] = problem->term[t].least_cycles;
}

static void write_rows(struct equations *equations, const double *known)
{
    const struct fit_problem *problem = equations->problem;
    for (guint i = 0; i < problem->samples; i++) {
        const struct fit_sample *sample = &problem->sample[i];
        equations->right[i] = 1 - fit_cycles(sample->count, known) / sample->cycles;
        for (guint t = 0; t < problem->terms; t++)
            equations->column[t][i] = sample->count[problem->term[t].event] / sample->cycles;
    }
}

static double length_of(const double *column, guint rows)
{
    double sum = 0;
    for (guint i = 0; i < rows; i++)
        sum += column[i] * column[i];
    return sqrt(sum);
}

/* Which of the chosen columns has most of this one. */
static guint greatest_part(const struct equations *equations, const double *part)
{
    double most = -1;
    guint best = 0;
    for (guint k = 0; k < equations->chosen_n; k++) {
        double size = fabs(part[k]) * length_of(equations->chosen[k], equations->problem->samples);
        if (size > most) {
            most = size;
            best = k;
        }
    }
    return best;
}

/* Terms in their order, those that have enough of their own beside the ones before. */
static void choose(struct equations *equations, struct fit_prices *prices)
{
    const struct fit_problem *problem = equations->problem;
    double *part = g_new0(double, problem->terms + 1);
    for (guint t = 0; t < problem->terms; t++) {
        double whole = length_of(equations->column[t], problem->samples);
        const struct columns before = {
            .rows = problem->samples, .columns = equations->chosen_n, .column = equations->chosen};
        double own = least_squares(&before, equations->column[t], part);
        if (own > own_share * whole) {
            equations->term_of[equations->chosen_n] = t;
            equations->chosen[equations->chosen_n++] = equations->column[t];
        } else if (whole > 0) {
            guint in = equations->term_of[greatest_part(equations, part)];
            prices->within[problem->term[t].event] = problem->term[in].event;
        }
    }
    g_free(part);
}

void fit_solve(const struct fit_problem *problem, struct fit_prices *prices)
{
    const guint rows = problem->samples, terms = problem->terms;
    double *numbers = g_new0(double, (gsize)(terms + 1) * rows + terms + 1);
    double **column = g_new(double *, terms + 1);
    const double **chosen = g_new0(const double *, terms + 1);
    guint *term_of = g_new0(guint, terms + 1);
    struct equations equations = {
        .problem = problem, .right = numbers, .column = column, .chosen = chosen, .term_of = term_of};
    double *x = numbers + (gsize)(terms + 1) * rows;
    for (guint t = 0; t < terms; t++)
        column[t] = numbers + (gsize)(t + 1) * rows;
    for (int event = 0; event < WEFT_EVENTS; event++)
        prices->within[event] = WEFT_EVENTS;
    known_prices(problem, prices->cycles);
    write_rows(&equations, prices->cycles);
    choose(&equations, prices);
    const struct columns found = {.rows = rows, .columns = equations.chosen_n, .column = chosen};
    nnls(&found, equations.right, x);
    for (guint k = 0; k < equations.chosen_n; k++)
        prices->cycles[problem->term[term_of[k]].event] += x[k];
    g_free(numbers);
    g_free(column);
    g_free(chosen);
    g_free(term_of);
}

struct fit_line fit_line(const double *g, const double *cycles, guint n)
{
    double *rows = g_new(double, 3 * (gsize)n);
    const double *column[] = {rows, rows + n};
    double *right = rows + 2 * (gsize)n, x[2];
    for (guint i = 0; i < n; i++) {
        rows[i] = 1 / (g[i] * cycles[i]);
        rows[n + i] = 1 / cycles[i];
        right[i] = 1;
    }
    least_squares(&(struct columns){.rows = n, .columns = 2, .column = column}, right, x);
    g_free(rows);
    return (struct fit_line){.a = x[0], .b = x[1]};
}
