/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_LINUX_MEASURED_PRIVATE_H
#define BENCH_LINUX_MEASURED_PRIVATE_H

#include "fit.h"
#include "measured_prices.h"
#include "price_rows.h"

enum { PRICE_ENDS = WEFT_HIGH + 1, PRICE_FOLDS = 5 };

/* Prices at one end of their range, from what was measured at that end: lower quartiles, medians, upper quartiles. */
struct measured_end {
    double given_cycles[WEFT_EVENTS];
    double driver_scale; /* of the base's prices for the driver's own code; 1 where that was not measured */
    struct fit_prices fitted;
};

struct measured_prices {
    const struct calibration *calibration;
    struct weft_profile profile;
    GStringChunk *texts;
    struct fit_sample *sample;     /* by point, at the end that is being fitted; in the end medians */
    gboolean happens[WEFT_EVENTS]; /* at any point */
    gboolean driver_measured;
    struct measured_end end[PRICE_ENDS];
    struct fit_prices fold[PRICE_FOLDS]; /* fits of medians without every PRICE_FOLDS-th point */
};

extern const struct weft_profile *const measured_base; /* what is not measured is taken from it */

double spread_at(const struct spread *spread, enum weft_price_end end);
/* Cycles of so many nanoseconds, by the clock that the profile says it has. */
double cycles_of(const struct calibration *calibration, double ns);
double clock_hz_of(const struct calibration *calibration);
/* The sum of a row's primitives in cycles, at least 0; FALSE: the machine refuses one. */
gboolean row_primitives(const struct calibration *calibration, const struct price_row *row,
                        enum weft_price_end end, double *cycles);

/* What an event that is fitted costs in a fold; FALSE: the fold does not tell it. */
gboolean measured_in_fold(const struct measured_prices *prices, guint fold, enum weft_event event,
                          double *cycles);

/* Whether the machine says nothing of a price, so that it is the base's. */
gboolean measured_is_from_base(const struct measured_prices *prices, const struct price_row *row);

/* Low, typical and high of every event into the profile, with sources. */
void measured_write_profile(struct measured_prices *prices);

#endif
