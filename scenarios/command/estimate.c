/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Mean, deviation, confidence. */

#include "estimate.h"

#include <math.h>
#include <stdbool.h>

/* P(|T| <= t) at theta = atan (t / sqrt(degrees)), and how fast it grows with theta. Source: Abramowitz, Stegun, "Handbook
 * of mathematical functions", 26.7.3 and 26.7.4: a sum of cosines' powers, each term of which is made from the one before. */
static double central_probability(guint degrees, double theta, double *slope)
{
    const double cosine = cos(theta), square = cosine * cosine;
    const bool odd = degrees % 2;
    double term = odd ? cosine : 1, factor = odd ? 2 / G_PI : 1, sum = 0;
    for (guint k = odd ? 3 : 2; k <= degrees; k += 2) {
        sum += term;
        term *= square * (k - 1) / k;
        factor *= (double)(k - 1) / (k - 2 + (k == 2));
    }
    *slope = factor * pow(cosine, degrees - 1);
    return odd ? 2 / G_PI * (theta + sin(theta) * sum) : sin(theta) * sum;
}

double estimate_t975(guint degrees)
{
    const double decimals = 1e9, two_sided = 0.95;
    double theta = 0, step, slope;
    /* The probability grows ever more slowly, so Newton's steps from 0 on never pass the solution. */
    do {
        step = (two_sided - central_probability(degrees, theta, &slope)) / slope;
        theta += step;
    } while (step > 1e-14 * theta);
    return round(tan(theta) * sqrt(degrees) * decimals) / decimals;
}

struct estimate estimate_of(const double *value, guint n)
{
    struct estimate estimate = {.mean = NAN, .sd = NAN, .ci95 = NAN};
    double first = 0, above = 0, squares = 0;
    for (guint i = 0; i < n; i++) {
        if (!isfinite(value[i]))
            continue;
        first = estimate.n++ ? first : value[i];
        above += value[i] - first; /* differences: what is equal stays equal */
    }
    if (estimate.n == 0)
        return estimate;
    estimate.mean = first + above / estimate.n;
    for (guint i = 0; i < n; i++)
        if (isfinite(value[i]))
            squares += (value[i] - estimate.mean) * (value[i] - estimate.mean);
    if (estimate.n > 1) {
        estimate.sd = sqrt(squares / (estimate.n - 1));
        estimate.ci95 = estimate_t975(estimate.n - 1) * estimate.sd / sqrt(estimate.n);
    }
    return estimate;
}
