/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Estimates from replications: quantiles against printed tables, small samples by hand, and that 95 of 100 intervals hold the
 * mean that they are about. */

#include "estimate.h"

#include "weft/base.h"

#include <math.h>

/* Table of Student's t, two-sided 5 %: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, three decimals. */
static void test_quantiles(void)
{
    static const struct {
        guint degrees;
        double t;
    } printed[] = {{1, 12.706}, {2, 4.303},  {3, 3.182},  {4, 2.776},  {5, 2.571},  {9, 2.262},
                   {10, 2.228}, {19, 2.093}, {29, 2.045}, {60, 2.000}, {100, 1.984}};
    for (size_t i = 0; i < G_N_ELEMENTS(printed); i++)
        g_assert_cmpfloat_with_epsilon(estimate_t975(printed[i].degrees), printed[i].t, 0.0005001);
    g_assert_cmpfloat_with_epsilon(estimate_t975(1000000), 1.959964, 0.00001); /* the normal distribution's */
    /* One degree is Cauchy's: tan(pi (0.975 - 1/2)). */
    g_assert_cmpfloat_with_epsilon(estimate_t975(1), tan(G_PI * 0.475), 1e-8);
}

/* 2, 4, 4, 4, 5, 5, 7, 9: mean 5, sum of squares 32; 32 / 7 and its root; times t(7) = 2.365 over the root of 8. */
static void test_by_hand(void)
{
    static const double value[] = {2, 4, 4, NAN, 4, 5, 5, INFINITY, 7, 9};
    struct estimate estimate = estimate_of(value, G_N_ELEMENTS(value));
    g_assert_cmpuint(estimate.n, ==, 8);
    g_assert_cmpfloat_with_epsilon(estimate.mean, 5, 1e-15);
    g_assert_cmpfloat_with_epsilon(estimate.sd, 2.138089935, 1e-9);
    g_assert_cmpfloat_with_epsilon(estimate.ci95, 2.365 * 2.138089935 / 2.828427125, 0.0005);
}

static void test_few(void)
{
    static const double none[] = {NAN, NAN}, one[] = {NAN, 3.5}, same[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
    struct estimate estimate = estimate_of(none, 2);
    g_assert_true(estimate.n == 0 && isnan(estimate.mean) && isnan(estimate.sd) && isnan(estimate.ci95));
    estimate = estimate_of(one, 2);
    g_assert_true(estimate.n == 1 && estimate.mean == 3.5 && isnan(estimate.sd) && isnan(estimate.ci95));
    estimate = estimate_of(same, G_N_ELEMENTS(same));
    g_assert_true(estimate.mean == 0.1 && estimate.sd == 0 && estimate.ci95 == 0);
}

/* Five values each, sums of twelve uniform ones less 6: nearly normal with mean 0. Of 20,000 intervals 5 % miss it; the
 * standard error of that share is 0.154 %. With the normal quantile, 1.96, twelve in a hundred would. */
static void test_coverage(void)
{
    enum { SAMPLES = 20000, VALUES = 5, TERMS = 12 };
    guint missed = 0;
    uint64_t drawn = 0;
    for (int sample = 0; sample < SAMPLES; sample++) {
        double value[VALUES];
        for (int i = 0; i < VALUES; i++) {
            value[i] = -TERMS / 2.0;
            for (int k = 0; k < TERMS; k++)
                value[i] += (double)weft_draw(1, 0, WEFT_DRAW_TEST, drawn++) * 0x1p-64;
        }
        struct estimate estimate = estimate_of(value, VALUES);
        missed += fabs(estimate.mean) > estimate.ci95;
    }
    g_assert_cmpfloat_with_epsilon((double)missed / SAMPLES, 0.05, 4 * 0.00154);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/estimate/quantiles", test_quantiles);
    g_test_add_func("/estimate/by-hand", test_by_hand);
    g_test_add_func("/estimate/few", test_few);
    g_test_add_func("/estimate/coverage", test_coverage);
    return g_test_run();
}
