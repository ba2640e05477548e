/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Random times: what each function says of its result, held against the C library's long double functions, values that a
 * program with 80 decimal digits made, and the distributions themselves (Kolmogorov-Smirnov). Seeds are fixed. */
#include "weft/variates.h"

#include <glib.h>
#include <math.h>
#include <stdlib.h>

/* What the bounds are tested with must be better than they are: 64 bits of mantissa. */
G_STATIC_ASSERT(sizeof(long double) > sizeof(double));

static long double u_of(uint64_t draw)
{
    return (long double)(draw | 1) / 0x1p64L;
}

/* Above 1/2 from what is missing to 1: the logarithm of a rounded u would be worse than the one under test. */
static long double minus_ln(uint64_t draw)
{
    return draw >> 63 ? -log1pl(-(long double)(-(draw | 1)) / 0x1p64L) : -logl(u_of(draw));
}

/* All places in (0, 1), the parts near 0 and near 1 as often as the middle. */
static uint64_t draw_of(uint64_t i)
{
    uint64_t draw = weft_draw(1, 0, WEFT_DRAW_TEST, i);
    switch (i % 4) {
    case 0:
        return draw >> (i / 4 % 64);
    case 1:
        return ~(draw >> (i / 4 % 64));
    case 2:
        return i << 44; /* a grid: 2^20 steps */
    default:
        return draw;
    }
}
enum { DRAWS = 1 << 20 };

static void values_are_fixed_for_ever(void)
{
    static const struct {
        uint64_t draw;
        weft_ps exponential, pareto_1500, pareto_2000, residual_1500;
    } fixed[] = {
        {UINT64_C(0x0000000000000000), UINT64_C(44361419556), UINT64_C(4611686018427387904),
         UINT64_C(4611686018427387904), UINT64_C(4611686018427387904)},
        {UINT64_C(0x8000000000000000), UINT64_C(693147181), UINT64_C(529133683989), UINT64_C(707106781187),
         UINT64_C(592592592593)},
        {UINT64_C(0xffffffffffffffff), UINT64_C(0), UINT64_C(333333333333), UINT64_C(500000000000),
         UINT64_C(0)},
        {UINT64_C(0x0123456789abcdef), UINT64_C(5416100402), UINT64_C(12331060371652),
         UINT64_C(7500000000000), UINT64_C(7500000000000000)},
        {UINT64_C(0xfedcba9876543210), UINT64_C(4454350), UINT64_C(334324660144), UINT64_C(501114828586),
         UINT64_C(4444444444)},
        {UINT64_C(0x7d0869d9310d576c), UINT64_C(716600821), UINT64_C(537472110298), UINT64_C(715447705887),
         UINT64_C(621051752408)},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(fixed); i++) {
        g_assert_cmpuint(weft_exponential_ps(fixed[i].draw, 1000000000), ==, fixed[i].exponential);
        g_assert_cmpuint(weft_pareto_ps(fixed[i].draw, WEFT_PS_PER_S, 1500), ==, fixed[i].pareto_1500);
        g_assert_cmpuint(weft_pareto_ps(fixed[i].draw, WEFT_PS_PER_S, 2000), ==, fixed[i].pareto_2000);
        g_assert_cmpuint(weft_pareto_residual_ps(fixed[i].draw, WEFT_PS_PER_S, 1500), ==,
                         fixed[i].residual_1500);
    }
}

static void uniform_numbers_are_below_their_bound(void)
{
    g_assert_cmpuint(weft_uniform(UINT64_MAX, 0), ==, 0);
    g_assert_cmpuint(weft_uniform(UINT64_MAX, 1), ==, 0);
    g_assert_cmpuint(weft_uniform(0, UINT64_MAX), ==, 0);
    g_assert_cmpuint(weft_uniform(UINT64_MAX, UINT64_MAX), ==, UINT64_MAX - 1);
    g_assert_cmpuint(weft_uniform(UINT64_C(1) << 63, 10), ==, 5);
    /* 7 equal parts of 2^64: the first draw of the second part, and the one before. */
    g_assert_cmpuint(weft_uniform(UINT64_MAX / 7 + 1, 7), ==, 1);
    g_assert_cmpuint(weft_uniform(UINT64_MAX / 7, 7), ==, 0);
}

static void exponentials_are_as_exact_as_stated(void)
{
    for (uint64_t i = 0; i < DRAWS; i++) {
        uint64_t draw = draw_of(i), mean_ps = weft_draw(2, 0, WEFT_DRAW_TEST, i) >> (4 + i % 60);
        long double exact = minus_ln(draw), unit = (long double)weft_exponential_q57(draw) / 0x1p57L;
        g_assert_true(fabsl(unit - exact) <= 0x1p-56L);
        long double exact_ps = exact * (long double)mean_ps,
                    ps = (long double)weft_exponential_ps(draw, mean_ps);
        if (exact_ps < (long double)WEFT_VARIATE_MOST_PS)
            g_assert_true(fabsl(ps - exact_ps) <= 0.5L + (long double)mean_ps * 0x1p-56L);
        else
            g_assert_true(ps == (long double)WEFT_VARIATE_MOST_PS);
    }
}

static void assert_near(weft_ps ps, long double exact_ps, long double relative)
{
    if (exact_ps < (long double)WEFT_VARIATE_MOST_PS * (1 - relative))
        g_assert_true(fabsl((long double)ps - exact_ps) <= 0.5L + exact_ps * relative);
    else if (exact_ps > (long double)WEFT_VARIATE_MOST_PS * (1 + relative))
        g_assert_cmpuint(ps, ==, WEFT_VARIATE_MOST_PS);
}

static void paretos_are_as_exact_as_stated(void)
{
    for (uint64_t i = 0; i < DRAWS; i++) {
        uint64_t draw = draw_of(i), mean_ps = weft_draw(3, 0, WEFT_DRAW_TEST, i) >> (4 + i % 60);
        uint32_t shape =
            WEFT_SHAPE_LEAST_MILLI + (uint32_t)(i % (WEFT_SHAPE_MOST_MILLI - WEFT_SHAPE_LEAST_MILLI + 1));
        long double u = u_of(draw), a = shape / 1000.0L, mean = (long double)mean_ps,
                    s = mean * (shape - 1000) / shape;
        assert_near(weft_pareto_ps(draw, mean_ps, shape), s * expl(minus_ln(draw) / a), 0x1p-50L);
        long double residual = u > 1 / a
                                   ? mean * (long double)(-(draw | 1)) / 0x1p64L
                                   : s * expl((minus_ln(draw) - log1pl((shape - 1000) / 1000.0L)) / (a - 1));
        /* Where the two branches meet they are equal, but the long double one takes its own side. */
        assert_near(weft_pareto_residual_ps(draw, mean_ps, shape), residual, 0x1p-42L);
    }
}

static void assert_safe(uint64_t draw, uint32_t shape)
{
    g_assert_cmpuint(weft_pareto_ps(draw, 0, shape), ==, 0);
    g_assert_cmpuint(weft_pareto_residual_ps(draw, 0, shape), ==, 0);
    g_assert_cmpuint(weft_pareto_ps(draw, WEFT_VARIATE_MOST_MEAN_PS, shape), <=, WEFT_VARIATE_MOST_PS);
    g_assert_cmpuint(weft_pareto_residual_ps(draw, WEFT_VARIATE_MOST_MEAN_PS, shape), <=,
                     WEFT_VARIATE_MOST_PS);
}

static void ends_of_the_ranges_are_safe(void)
{
    static const uint64_t draw[] = {0, 1, 2, UINT64_C(1) << 63, UINT64_MAX - 1, UINT64_MAX};
    for (size_t i = 0; i < G_N_ELEMENTS(draw); i++) {
        g_assert_cmpuint(weft_exponential_ps(draw[i], 0), ==, 0);
        g_assert_cmpuint(weft_exponential_ps(draw[i], WEFT_VARIATE_MOST_MEAN_PS), <=, WEFT_VARIATE_MOST_PS);
        for (uint32_t shape = WEFT_SHAPE_LEAST_MILLI; shape <= WEFT_SHAPE_MOST_MILLI; shape++)
            assert_safe(draw[i], shape);
    }
    g_assert_cmpuint(weft_exponential_ps(UINT64_MAX, WEFT_PS_PER_S), ==, 0);
}

/* The tail is cut off: u = 2^-64 stands for s 2^(64 / a). */
static void tails_are_cut_off(void)
{
    g_assert_cmpuint(weft_pareto_ps(0, WEFT_PS_PER_S, 1001), ==, WEFT_VARIATE_MOST_PS);
    g_assert_cmpuint(weft_pareto_residual_ps(0, WEFT_PS_PER_S, 1001), ==, WEFT_VARIATE_MOST_PS);
    g_assert_cmpuint(weft_exponential_ps(0, WEFT_VARIATE_MOST_MEAN_PS), ==, WEFT_VARIATE_MOST_PS);
}

static void a_larger_draw_is_no_longer_time(void)
{
    weft_ps exponential = WEFT_VARIATE_MOST_PS, pareto = exponential, residual = exponential;
    for (uint64_t i = 0; i < 4096; i++) {
        uint64_t draw = i << 52;
        weft_ps x = weft_exponential_ps(draw, 1000000), y = weft_pareto_ps(draw, 1000000, 1300),
                z = weft_pareto_residual_ps(draw, 1000000, 1300);
        g_assert_true(x <= exponential && y <= pareto && z <= residual);
        exponential = x;
        pareto = y;
        residual = z;
    }
}

/* Kolmogorov-Smirnov: the largest distance of the distribution of `n` values from the one stated, times the root of n; above
 * 1.95 in 1 of 1,000 samples. */
static int compare(const void *a, const void *b)
{
    weft_ps x = *(const weft_ps *)a, y = *(const weft_ps *)b;
    return (x > y) - (x < y);
}

static void assert_distribution(weft_ps *value, size_t n, double (*below)(double x))
{
    qsort(value, n, sizeof *value, compare);
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        double p = below((double)value[i]);
        most = fmax(most, fmax((double)(i + 1) / (double)n - p, p - (double)i / (double)n));
    }
    g_assert_cmpfloat(most * sqrt((double)n), <, 1.95);
}

#define MEAN_PS  1e9
#define SHAPE    1.4
#define SCALE_PS (MEAN_PS * (SHAPE - 1) / SHAPE)

static double exponential_below(double x)
{
    return 1 - exp(-x / MEAN_PS);
}

static double pareto_below(double x)
{
    return x < SCALE_PS ? 0 : 1 - pow(SCALE_PS / x, SHAPE);
}

static double residual_below(double x)
{
    return x < SCALE_PS ? x / MEAN_PS : 1 - pow(SCALE_PS / x, SHAPE - 1) / SHAPE;
}

static double uniform_below(double x)
{
    return x / MEAN_PS;
}

static void times_are_distributed_as_stated(void)
{
    enum { N = 200000 };
    weft_ps *value[4];
    for (size_t k = 0; k < 4; k++)
        value[k] = weft_alloc(N, sizeof *value[k]);
    for (uint64_t i = 0; i < N; i++) {
        uint64_t draw = weft_draw(4, 0, WEFT_DRAW_TEST, i);
        value[0][i] = weft_exponential_ps(draw, (weft_ps)MEAN_PS);
        value[1][i] = weft_pareto_ps(draw, (weft_ps)MEAN_PS, 1400);
        value[2][i] = weft_pareto_residual_ps(draw, (weft_ps)MEAN_PS, 1400);
        value[3][i] = weft_uniform(draw, (uint64_t)MEAN_PS);
    }
    assert_distribution(value[0], N, exponential_below);
    assert_distribution(value[1], N, pareto_below);
    assert_distribution(value[2], N, residual_below);
    assert_distribution(value[3], N, uniform_below);
    for (size_t k = 0; k < 4; k++)
        free(value[k]);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/variates/fixed", values_are_fixed_for_ever);
    g_test_add_func("/variates/uniform", uniform_numbers_are_below_their_bound);
    g_test_add_func("/variates/exponential", exponentials_are_as_exact_as_stated);
    g_test_add_func("/variates/pareto", paretos_are_as_exact_as_stated);
    g_test_add_func("/variates/ends", ends_of_the_ranges_are_safe);
    g_test_add_func("/variates/tails", tails_are_cut_off);
    g_test_add_func("/variates/monotonic", a_larger_draw_is_no_longer_time);
    g_test_add_func("/variates/distribution", times_are_distributed_as_stated);
    return g_test_run();
}
