/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_METRICS_FORMULAS_H
#define WEFT_METRICS_FORMULAS_H

#include "weft/metrics.h"

/* Jain's index of `n` loads by their sum and the sum of their squares, for those who keep both as they go. */
double weft_jain_of_sums(uint64_t sum, weft_u128 sum_of_squares, size_t n);

#endif
