/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Formulas of the result, apart from what counts, so that each can be tested by hand. */
#include "metrics/formulas.h"

double weft_jain_of_sums(uint64_t sum, weft_u128 sum_of_squares, size_t n)
{
    if (sum_of_squares == 0)
        return 1.0;
    return (double)sum * (double)sum / ((double)n * (double)sum_of_squares);
}

double weft_jain_index(const uint64_t *load, size_t n)
{
    uint64_t sum = 0;
    weft_u128 sum_of_squares = 0;
    for (size_t i = 0; i < n; i++) {
        sum += load[i];
        sum_of_squares += (weft_u128)load[i] * load[i];
    }
    return weft_jain_of_sums(sum, sum_of_squares, n);
}

uint64_t weft_held_bin_first(uint32_t bin)
{
    return bin <= 1 ? bin : (UINT64_C(1) << (bin - 2)) + 1;
}

double weft_mean_held(weft_u128 byte_ps, weft_ps window_ps)
{
    return window_ps ? (double)byte_ps / (double)window_ps : 0.0;
}

double weft_utilisation(weft_ps busy_ps, uint32_t cores, weft_ps window_ps)
{
    double capacity_ps = (double)cores * (double)window_ps;
    return capacity_ps > 0 ? (double)busy_ps / capacity_ps : 0.0;
}
