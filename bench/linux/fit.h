/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_LINUX_FIT_H
#define BENCH_LINUX_FIT_H

/* Prices that explain measured cycles: counts x prices = cycles, with the least sum of squared relative errors and no negative
 * price. */

#include "weft/cost.h"

#include <glib.h>

/* What a packet of a point takes. */
struct fit_sample {
    double count[WEFT_EVENTS]; /* events */
    double cycles;             /* > 0 */
};

/* An event whose price is looked for. */
struct fit_term {
    enum weft_event event;
    double least_cycles; /* its price is at least this: what was measured of it by itself */
};

struct fit_problem {
    const struct fit_sample *sample;
    guint samples;
    const double
        *given_cycles; /* by event: prices that are known; 0 of those that are looked for or do not happen */
    const struct fit_term *
        term; /* the most telling first: an event that always comes with those before it has no price of its own */
    guint terms;
};

struct fit_prices {
    double cycles[WEFT_EVENTS]; /* given and found; 0 of others */
    /* The event that has the price of this one in its own, as no sample tells them apart; WEFT_EVENTS: it is told apart. */
    enum weft_event within[WEFT_EVENTS];
};
void fit_solve(const struct fit_problem *problem, struct fit_prices *prices);

/* Counts times prices. */
double fit_cycles(const double *count, const double *cycles);

/* Cost a packet = a / g + b, for messages of g packets: the line of the least squared relative errors. */
struct fit_line {
    double a, b;
};
/* `n` >= 2 different g. */
struct fit_line fit_line(const double *g, const double *cycles, guint n);

#endif
