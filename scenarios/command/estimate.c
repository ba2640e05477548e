/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Mean, deviation, confidence. */

#include "estimate.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

double estimate_t975(guint degrees)
{
    const double decimals = 1e9;
    return round(gsl_cdf_tdist_Pinv(0.975, degrees) * decimals) / decimals;
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
