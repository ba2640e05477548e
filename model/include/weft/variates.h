/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_VARIATES_H
#define WEFT_VARIATES_H

/* Random times from draws (weft_draw()): pure functions in integer arithmetic, so that every machine gets the same
 * picosecond. A draw stands for u = (draw | 1) / 2^64, which is in (0, 1) and has mean 1/2. Logarithm and power are
 * fixed-point series whose error is stated with each function and held by a test against a longer arithmetic. */

#include "weft/base.h"

WEFT_BEGIN_DECLS

/* No time is longer: what would be is this long (53 days, longer than a run lasts). An exponential time of a mean of 10^6
 * s may reach it in 1 of 100 draws, one of an hour in none; of Pareto times it cuts off the tail. */
#define WEFT_VARIATE_MOST_PS (UINT64_C(1) << 62)
/* Means are 0 .. 2^60 ps (asserted). */
#define WEFT_VARIATE_MOST_MEAN_PS (UINT64_C(1) << 60)
/* Shapes of Pareto times, in thousandths: above 1, so that there is a mean, and at most 2. */
enum { WEFT_SHAPE_LEAST_MILLI = 1001, WEFT_SHAPE_MOST_MILLI = 2000 };

/* Uniform in [0, below), rounded down; 0 for `below` 0. Each number is as likely as the others within below / 2^64 of its
 * likelihood. Source: Lemire, "Fast random integer generation in an interval", ACM TOMACS 29(1), 2019. */
uint64_t weft_uniform(uint64_t draw, uint64_t below);

/* -ln u in units of 2^-57, within 2 of them: exponential with mean 1, at most 64 ln 2. */
uint64_t weft_exponential_q57(uint64_t draw);

/* Exponential with mean `mean_ps`, to the nearest picosecond: -ln u times the mean, within 1/2 ps + mean / 2^56. */
weft_ps weft_exponential_ps(uint64_t draw, weft_ps mean_ps);

/* Pareto with mean `mean_ps` and shape a = shape_milli / 1000: P(X > x) = (s / x)^a from the scale s = mean (a - 1) / a on.
 * s u^(-1/a), to the nearest picosecond, within 1/2 ps and 2^-50 of itself. */
weft_ps weft_pareto_ps(uint64_t draw, weft_ps mean_ps, uint32_t shape_milli);

/* What is left of such a time at a random instant within one (its equilibrium distribution):
 * P(R > x) = 1 - x / mean up to the scale s, (s / x)^(a - 1) / a after it. Within 1/2 ps and 2^-42 of itself.
 * Source: Cox, "Renewal theory", 1962, section 5.2: the density is P(X > x) / mean. */
weft_ps weft_pareto_residual_ps(uint64_t draw, weft_ps mean_ps, uint32_t shape_milli);

WEFT_END_DECLS

#endif
