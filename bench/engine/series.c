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

struct spread series_spread(const GArray *series)
{
    g_assert(series->len > 0);
    g_autoptr(GArray) sorted = g_array_copy((GArray *)series);
    g_array_sort(sorted, by_value);
    guint n = sorted->len;
    double low = g_array_index(sorted, double, (n - 1) / 2), high = g_array_index(sorted, double, n / 2);
    return (struct spread){
        .median = (low + high) / 2,
        .least = g_array_index(sorted, double, 0),
        .most = g_array_index(sorted, double, n - 1),
    };
}
