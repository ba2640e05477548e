/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Background sources: exact instants of `constant`, distribution of `poisson` and `pareto`, and that the mean rate is as
 * given. Seeds are fixed; bounds are in standard errors, or of Kolmogorov-Smirnov, of which 1 of 1,000 samples fails. */
#include "weft/background.h"
#include "weft/variates.h"

#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define US (WEFT_PS_PER_S / 1000000)

static const struct weft_background *pattern(const char *name)
{
    for (int i = 0; weft_backgrounds[i]; i++)
        if (g_str_equal(weft_backgrounds[i]->name, name))
            return weft_backgrounds[i];
    g_error("no pattern %s", name);
}

/* 1,000 bytes at 100 Mbit/s in the mean: a packet in 80 us; at the peak of 1 Gbit/s one in 8 us, on for 200 us and off for
 * 1.8 ms in the mean. */
static struct weft_background_params params_of(const char *name)
{
    return (struct weft_background_params){.pattern = pattern(name),
                                           .seed = 7,
                                           .packet_bytes = 1000,
                                           .rate_bps = 100000000,
                                           .peak_bps = 1000000000,
                                           .on_ps = 200 * US,
                                           .shape_milli = 1500};
}

static void constant_is_exact(void)
{
    /* 7 bytes at 3 bit/s: 18 2/3 s. */
    struct weft_background_params params = params_of("constant");
    params.packet_bytes = 7;
    params.rate_bps = 3;
    params.start_ps = 5;
    struct weft_background_state state;
    weft_background_begin(&params, &state);
    for (uint64_t n = 0; n < 1000; n++)
        g_assert_cmpuint(weft_background_take(&params, &state), ==, 5 + n * 56 * WEFT_PS_PER_S / 3);
}

static void every_pattern_goes_forward_and_may_be_copied(void)
{
    for (int i = 0; weft_backgrounds[i]; i++) {
        struct weft_background_params params = params_of(weft_backgrounds[i]->name);
        params.start_ps = 12345;
        struct weft_background_state state, copy;
        weft_background_begin(&params, &state);
        weft_ps last_ps = params.start_ps;
        for (int n = 0; n < 10000; n++) {
            g_assert_cmpuint(state.at_ps, >=, last_ps);
            last_ps = state.at_ps;
            memcpy(&copy, &state, sizeof copy);
            g_assert_cmpuint(weft_background_take(&params, &state), ==, last_ps);
            g_assert_cmpuint(weft_background_take(&params, &copy), ==, last_ps);
            g_assert_cmpuint(copy.at_ps, ==, state.at_ps);
        }
    }
}

static void sources_and_seeds_differ(void)
{
    static const char *const random[] = {"poisson", "pareto"};
    for (size_t i = 0; i < G_N_ELEMENTS(random); i++) {
        struct weft_background_params one = params_of(random[i]), other = one, seeded = one;
        other.source = 1;
        seeded.seed = 8;
        struct weft_background_state a, b, c;
        weft_background_begin(&one, &a);
        weft_background_begin(&other, &b);
        weft_background_begin(&seeded, &c);
        for (int n = 0; n < 100; n++) {
            g_assert_cmpuint(a.at_ps, !=, b.at_ps);
            g_assert_cmpuint(a.at_ps, !=, c.at_ps);
            weft_background_take(&one, &a);
            weft_background_take(&other, &b);
            weft_background_take(&seeded, &c);
        }
    }
}

/* The largest distance of the distribution of `n` values from the one stated, times the root of n. */
static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double distance(double *value, size_t n, double (*below)(double x))
{
    qsort(value, n, sizeof *value, compare);
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        double p = below(value[i]);
        most = fmax(most, fmax((double)(i + 1) / (double)n - p, p - (double)i / (double)n));
    }
    return most * sqrt((double)n);
}

static double poisson_gap_below(double x)
{
    return 1 - exp(-x / (80.0 * US));
}

enum { GAPS = 100000 };

static void poisson_gaps_are_exponential(void)
{
    struct weft_background_params params = params_of("poisson");
    struct weft_background_state state;
    double *gap = g_new(double, GAPS), sum = 0, product = 0;
    weft_background_begin(&params, &state);
    weft_ps last_ps = 0;
    for (int i = 0; i < GAPS; i++) {
        weft_ps at_ps = weft_background_take(&params, &state);
        gap[i] = (double)(at_ps - last_ps);
        last_ps = at_ps;
    }
    /* The mean within 3.29 standard errors (deviation = mean), no correlation of neighbours (deviation 1 / root n). */
    double mean = (double)last_ps / GAPS;
    g_assert_cmpfloat(fabs(mean - 80.0 * US), <, 3.29 * 80 * US / sqrt(GAPS));
    for (int i = 0; i < GAPS; i++) {
        sum += (gap[i] - mean) * (gap[i] - mean);
        product += i > 0 ? (gap[i] - mean) * (gap[i - 1] - mean) : 0;
    }
    g_assert_cmpfloat(fabs(product / sum), <, 3.29 / sqrt(GAPS));
    g_assert_cmpfloat(distance(gap, GAPS, poisson_gap_below), <, 1.95);
    g_free(gap);
}

/* Packets that come in [from, until) of each of many sources: mean and standard error. */
static void count(struct weft_background_params params, weft_ps from_ps, weft_ps until_ps, double *mean,
                  double *error)
{
    enum { SOURCES = 20000 };
    double sum = 0, squares = 0;
    for (params.source = 0; params.source < SOURCES; params.source++) {
        struct weft_background_state state;
        double packets = 0;
        weft_background_begin(&params, &state);
        for (weft_ps at_ps; (at_ps = weft_background_take(&params, &state)) < until_ps;)
            packets += at_ps >= from_ps;
        sum += packets;
        squares += packets * packets;
    }
    *mean = sum / SOURCES;
    *error = sqrt((squares / SOURCES - *mean * *mean) / (SOURCES - 1));
}

/* The count in a window is bounded by the peak, so its mean has a deviation, however heavy the tail is: 100 Mbit/s are 12.5
 * packets a millisecond, in the first one as in the sixth. */
static void mean_rates_are_as_given_from_the_start_on(void)
{
    static const uint32_t shape[] = {1050, 1500, 2000};
    static const weft_ps on_ps[] = {8 * US, 200 * US, 20000 * US};
    double mean, error;
    count(params_of("poisson"), 0, 1000 * US, &mean, &error);
    g_assert_cmpfloat(fabs(mean - 12.5), <, 3.29 * error);
    for (size_t i = 0; i < 9; i++)
        for (weft_ps from_ps = 0; from_ps <= 5000 * US; from_ps += 5000 * US) {
            struct weft_background_params params = params_of("pareto");
            params.shape_milli = shape[i / 3];
            params.on_ps = on_ps[i % 3];
            count(params, from_ps, from_ps + 1000 * US, &mean, &error);
            g_test_message("shape %u, on %" G_GUINT64_FORMAT " us: %.3f +- %.3f packets", params.shape_milli,
                           params.on_ps / US, mean, error);
            g_assert_cmpfloat(fabs(mean - 12.5), <, 3.29 * error);
            g_assert_cmpfloat(error, <, 0.35); /* else the line above says little */
        }
}

/* On times of 200 us, 25 packets of 8 us: runs with gaps of one packet time. Each gives its length in packets but for the
 * parts at its ends, so times are long against a packet here: 20 ms, at least 6.67 ms. */
static double on_below(double x)
{
    double scale = 20000.0 * US / 3;
    return x < scale ? 0 : 1 - pow(scale / x, 1.5);
}

static double off_below(double x)
{
    double scale = 180000.0 * US / 3;
    return x < scale ? 0 : 1 - pow(scale / x, 1.5);
}

static void pareto_times_are_distributed_as_stated(void)
{
    enum { TIMES = 3000 };
    struct weft_background_params params = params_of("pareto");
    params.on_ps = 20000 * US;
    struct weft_background_state state;
    double on[TIMES], off[TIMES];
    weft_background_begin(&params, &state);
    weft_ps last_ps = weft_background_take(&params, &state), first_ps = 0;
    for (int n = -1; n < TIMES;) { /* the first burst may have begun before the start */
        weft_ps at_ps = weft_background_take(&params, &state);
        g_assert_cmpuint(at_ps - last_ps, >=, 8 * US);
        if (at_ps - last_ps > 8 * US) {
            if (n >= 0) {
                /* A packet comes in each 8 us of being on; what is on at both ends is 8 us in the mean in all. */
                on[n] = (double)(last_ps - first_ps + 8 * US);
                off[n] = (double)(at_ps - last_ps - 8 * US);
            }
            first_ps = at_ps;
            n++;
        }
        last_ps = at_ps;
    }
    g_assert_cmpfloat(distance(on, TIMES, on_below), <, 1.95);
    g_assert_cmpfloat(distance(off, TIMES, off_below), <, 1.95);
}

static void what_comes_too_late_never_comes(void)
{
    for (int i = 0; weft_backgrounds[i]; i++) {
        struct weft_background_params params = params_of(weft_backgrounds[i]->name);
        params.packet_bytes = 1 << 17;
        params.rate_bps = 1;
        params.peak_bps = 2;
        params.on_ps = WEFT_VARIATE_MOST_MEAN_PS;
        params.start_ps = WEFT_VARIATE_MOST_MEAN_PS;
        struct weft_error error;
        g_assert_cmpint(weft_background_check(&params, &error), ==, WEFT_OK);
        for (params.source = 0; params.source < 1000; params.source++) {
            struct weft_background_state state;
            weft_background_begin(&params, &state);
            for (int n = 0; n < 100; n++) {
                weft_ps at_ps = weft_background_take(&params, &state);
                g_assert_true(at_ps == WEFT_NEVER || at_ps < UINT64_C(1) << 63);
            }
            g_assert_cmpuint(weft_background_take(&params, &state), ==, WEFT_NEVER);
            g_assert_cmpuint(weft_background_take(&params, &state), ==, WEFT_NEVER);
        }
    }
}

static void assert_refused(struct weft_background_params params, const char *text)
{
    struct weft_error error;
    g_assert_cmpint(weft_background_check(&params, &error), ==, WEFT_INVALID);
    g_assert_cmpstr(error.text, ==, text);
}

static void bad_parameters_are_refused(void)
{
    struct weft_background_params params = params_of("pareto"), bad;
    struct weft_error error;
    g_assert_cmpint(weft_background_check(&params, &error), ==, WEFT_OK);
    g_assert_cmpuint(weft_background_off_ps(&params), ==, 1800 * US);
#define REFUSE(field, value, text) (bad = params, bad.field = (value), assert_refused(bad, text))
    REFUSE(packet_bytes, 0, "packet (B) is 0; allowed: 1 to 131072");
    REFUSE(packet_bytes, 131073, "packet (B) is 131073; allowed: 1 to 131072");
    REFUSE(rate_bps, 0, "rate (bit/s) is 0; allowed: 1 to 999999999999");
    REFUSE(rate_bps, WEFT_PS_PER_S, "rate (bit/s) is 1000000000000; allowed: 1 to 999999999999");
    REFUSE(start_ps, WEFT_NEVER, "start (ps) is 18446744073709551615; allowed: 0 to 1152921504606846976");
    REFUSE(peak_bps, 100000000, "peak (bit/s) is 100000000; allowed: 100000001 to 1000000000000");
    REFUSE(peak_bps, WEFT_PS_PER_S + 1, "peak (bit/s) is 1000000000001; allowed: 100000001 to 1000000000000");
    REFUSE(on_ps, 8 * US - 1, "on (ps) is 7999999; allowed: 8000000 to 1152921504606846976");
    REFUSE(on_ps, WEFT_NEVER, "on (ps) is 18446744073709551615; allowed: 8000000 to 1152921504606846976");
    REFUSE(shape_milli, 1000, "shape (1/1000) is 1000; allowed: 1001 to 2000");
    REFUSE(shape_milli, 2001, "shape (1/1000) is 2001; allowed: 1001 to 2000");
    REFUSE(on_ps, WEFT_VARIATE_MOST_MEAN_PS,
           "mean off time (ps) is 10376293541461622784; allowed: 0 to 1152921504606846976");
    params = params_of("poisson");
    params.peak_bps = params.on_ps = params.shape_milli = 0; /* are none of its business */
    params.rate_bps = WEFT_PS_PER_S;
    g_assert_cmpint(weft_background_check(&params, &error), ==, WEFT_OK);
    REFUSE(rate_bps, WEFT_PS_PER_S + 1, "rate (bit/s) is 1000000000001; allowed: 1 to 1000000000000");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/background/constant", constant_is_exact);
    g_test_add_func("/background/forward", every_pattern_goes_forward_and_may_be_copied);
    g_test_add_func("/background/sources", sources_and_seeds_differ);
    g_test_add_func("/background/poisson", poisson_gaps_are_exponential);
    g_test_add_func("/background/mean-rate", mean_rates_are_as_given_from_the_start_on);
    g_test_add_func("/background/pareto", pareto_times_are_distributed_as_stated);
    g_test_add_func("/background/never", what_comes_too_late_never_comes);
    g_test_add_func("/background/bad", bad_parameters_are_refused);
    return g_test_run();
}
