/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Median and range: a mean would follow whatever else the machine did. */

#include "series.h"

GArray *series_new(void)
{
    return g_array_new(FALSE, FALSE, sizeof(double));
}

void series_add(GArray *series, double value)
{
    g_array_append_val(series, value);
}

static gint by_value(gconstpointer a, gconstpointer b)
{
    const double *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* The value that so much of the sorted ones is not above, on a straight line between the two next to that place. */
static double quantile(const GArray *sorted, double part)
{
    double at = part * (sorted->len - 1);
    guint before = (guint)at, after = MIN(before + 1, sorted->len - 1);
    double low = g_array_index(sorted, double, before), high = g_array_index(sorted, double, after);
    return low + (at - before) * (high - low);
}

struct spread series_spread(const GArray *series)
{
    static const double quarter = 0.25, half = 0.5;
    g_assert(series->len > 0);
    g_autoptr(GArray) sorted = g_array_copy((GArray *)series);
    g_array_sort(sorted, by_value);
    return (struct spread){
        .median = quantile(sorted, half),
        .least = g_array_index(sorted, double, 0),
        .most = g_array_index(sorted, double, sorted->len - 1),
        .lower = quantile(sorted, quarter),
        .upper = quantile(sorted, 1 - quarter),
    };
}
