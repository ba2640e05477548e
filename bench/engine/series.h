/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_SERIES_H
#define BENCH_SERIES_H

/* Repetitions of one measurement. */

#include <glib.h>

struct spread {
    double median, least, most;
    double lower, upper; /* quartiles */
};

GArray *series_new(void); /* of double; the caller unrefs */
void series_add(GArray *series, double value);
/* At least one value (asserted). */
struct spread series_spread(const GArray *series);

#endif
