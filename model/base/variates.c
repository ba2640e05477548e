/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Logarithm and power of two as series in fixed point: "Qn" is a number in units of 2^-n. The upper halves of 128-bit
 * products are all that they need, and no result differs from machine to machine. */
#include "weft/variates.h"

#define LN2_Q64      UINT64_C(0xb17217f7d1cf79ac)
#define LOG2E_Q62    UINT64_C(0x5c551d94ae0bf85e)
#define ROOT_TWO_Q63 UINT64_C(0xb504f333f9de6484)
enum { LOG = 57 }; /* logarithms are Q57: up to 64, in 64 bits */

static uint64_t high(uint64_t a, uint64_t b)
{
    return (uint64_t)((weft_u128)a * b >> 64);
}

/* atanh z = z (1 + z^2 / 3 + z^4 / 5 + ...) for z below 0.1716: the first term left out, z^23 / 23, is below 2^-62. */
static uint64_t atanh_q64(uint64_t z)
{
    enum { LAST = 21 };
    uint64_t square = high(z, z), sum = UINT64_MAX / LAST;
    for (uint64_t odd = LAST - 2; odd >= 3; odd -= 2)
        sum = UINT64_MAX / odd + high(square, sum);
    return z + high(z, high(square, sum));
}

/* log2 (y / x) = 2 log2 e atanh ((y - x) / (y + x)), for 2^63 <= x <= y <= 2^64 within a factor of the root of two. */
static uint64_t log2_of_ratio(weft_u128 y, uint64_t x)
{
    uint64_t z = (uint64_t)(((y - x) << 63) / ((y + x) / 2));
    return (uint64_t)((weft_u128)atanh_q64(z) * LOG2E_Q62 >> (64 + 62 - 1 - LOG));
}

/* log2 of x >= 1, which is 2^whole times m in [1, 2); m is near 1 or near 2. */
static uint64_t log2_of(uint64_t x)
{
    uint64_t shift = (uint64_t)__builtin_clzll(x), whole = 63 - shift, m = x << shift;
    if (m < ROOT_TWO_Q63)
        return (whole << LOG) + log2_of_ratio(m, UINT64_C(1) << 63);
    return ((whole + 1) << LOG) - log2_of_ratio((weft_u128)1 << 64, m);
}

/* -log2 u: between 0 and 64. */
static uint64_t minus_log2(uint64_t draw)
{
    return (UINT64_C(64) << LOG) - log2_of(draw | 1);
}

/* 2^f in Q62 for f in [0, 1) = e^y, y = f ln 2: sum of y^k / k!; the first term left out, y^20 / 20!, is below 2^-71. */
static uint64_t power_of_two(uint64_t f)
{
    enum { LAST = 19 };
    uint64_t inverse[LAST + 1] = {UINT64_C(1) << 62}, y = high(f << (64 - LOG), LN2_Q64);
    for (uint64_t k = 1; k <= LAST; k++)
        inverse[k] = inverse[k - 1] / k;
    uint64_t sum = inverse[LAST];
    for (uint32_t k = LAST; k-- > 0;)
        sum = inverse[k] + high(y, sum);
    return sum;
}

/* `mean` times the scale of a Pareto time over its mean, (a - 1) / a, times 2^exponent (Q57), to the nearest. */
static weft_ps scale_times_power(weft_ps mean_ps, uint32_t shape_milli, weft_u128 exponent)
{
    enum { SPARE = 50, KEPT = 62 };
    if (mean_ps == 0)
        return 0;
    /* As large as 128 bits allow, so that dividing loses nothing that matters: at least 2^(63 + SPARE) / 1001. */
    int shift = __builtin_clzll(mean_ps);
    weft_u128 scale = ((weft_u128)(mean_ps << shift) * (shape_milli - 1000) << SPARE) / shape_milli;
    int bits = 128 - __builtin_clzll((uint64_t)(scale >> 64));
    weft_u128 mantissa = scale >> (bits - KEPT);
    /* The product is in [2^123, 2^125), so from 2^62 ps on it is cut off and below half a picosecond it is 0. */
    weft_u128 product = mantissa * power_of_two((uint64_t)exponent & ((UINT64_C(1) << LOG) - 1));
    weft_u128 whole = exponent >> LOG;
    int right = shift + SPARE + 62 + KEPT - bits;
    if (whole > (weft_u128)right || (right -= (int)whole) <= 123 - 62)
        return WEFT_VARIATE_MOST_PS;
    if (right > 126)
        return 0;
    weft_ps time_ps = (weft_ps)((product + ((weft_u128)1 << (right - 1))) >> right);
    return time_ps < WEFT_VARIATE_MOST_PS ? time_ps : WEFT_VARIATE_MOST_PS;
}

static void check(weft_ps mean_ps, uint32_t shape_milli)
{
    assert(mean_ps <= WEFT_VARIATE_MOST_MEAN_PS);
    assert(shape_milli >= WEFT_SHAPE_LEAST_MILLI && shape_milli <= WEFT_SHAPE_MOST_MILLI);
    (void)mean_ps;
    (void)shape_milli;
}

uint64_t weft_uniform(uint64_t draw, uint64_t below)
{
    return high(draw, below);
}

uint64_t weft_exponential_q57(uint64_t draw)
{
    return high(minus_log2(draw), LN2_Q64);
}

weft_ps weft_exponential_ps(uint64_t draw, weft_ps mean_ps)
{
    assert(mean_ps <= WEFT_VARIATE_MOST_MEAN_PS);
    weft_u128 product = (weft_u128)weft_exponential_q57(draw) * mean_ps, half = (weft_u128)1 << (LOG - 1);
    weft_u128 time_ps = (product + half) >> LOG;
    return time_ps < WEFT_VARIATE_MOST_PS ? (weft_ps)time_ps : WEFT_VARIATE_MOST_PS;
}

weft_ps weft_pareto_ps(uint64_t draw, weft_ps mean_ps, uint32_t shape_milli)
{
    check(mean_ps, shape_milli);
    return scale_times_power(mean_ps, shape_milli, (weft_u128)minus_log2(draw) * 1000 / shape_milli);
}

/* Solved for R with u = P(R > x): the mean times 1 - u while u > 1 / a, then s (a u)^(-1 / (a - 1)). */
weft_ps weft_pareto_residual_ps(uint64_t draw, weft_ps mean_ps, uint32_t shape_milli)
{
    check(mean_ps, shape_milli);
    uint64_t minus_log2_u = minus_log2(draw), log2_a = log2_of(shape_milli) - log2_of(1000);
    if (minus_log2_u < log2_a)
        return (weft_ps)(((weft_u128) - (draw | 1) * mean_ps + (UINT64_C(1) << 63)) >> 64);
    return scale_times_power(mean_ps, shape_milli,
                             (weft_u128)(minus_log2_u - log2_a) * 1000 / (shape_milli - 1000));
}
