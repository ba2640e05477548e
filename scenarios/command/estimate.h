/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_ESTIMATE_H
#define COMMAND_ESTIMATE_H

/* What independent replications say about a number. */

#include <glib.h>

struct estimate {
    guint n;     /* values that were there */
    double mean; /* NaN: none */
    double sd;   /* sample standard deviation, sqrt(sum (x - mean)^2 / (n - 1)); NaN: fewer than two */
    /* Half of the 95 % confidence interval of the mean: t sd / sqrt(n), t the 0.975 quantile of Student's distribution with
     * n - 1 degrees of freedom; NaN likewise. Right where means of such numbers are about normal. */
    double ci95;
};

/* Of the values that are finite: others were not measured. Equal values give exactly that mean, and 0. */
struct estimate estimate_of(const double *value, guint n);

/* The quantile, rounded to 9 decimals, which every machine gets alike. `degrees` is at least 1. */
double estimate_t975(guint degrees);

#endif
