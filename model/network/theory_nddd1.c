/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The queue of many periodic streams with random phases. Powers and exponentials are products, so that every machine
 * computes the same. */
#include "weft/theory.h"

/* C(N,n) p^n (1-p)^(N-n). A factor that makes the product smaller is taken whenever it is above 1, so it neither
 * overflows nor vanishes on the way. */
static double binomial(uint32_t of, uint32_t n, double p)
{
    double product = 1;
    uint32_t larger = 0, smaller = 0; /* factors taken */
    while (larger < n || smaller < of - n) {
        if (larger < n && (product <= 1 || smaller == of - n)) {
            product *= (double)(of - larger) / (double)(n - larger) * p;
            larger++;
        } else {
            product *= 1 - p;
            smaller++;
        }
    }
    return product;
}

double weft_theory_nddd1_exceeds(uint32_t streams, double period, double x)
{
    double sum = 0, all = (double)streams;
    assert(period > all && x >= 0);
    for (uint32_t n = 1; n <= streams; n++) {
        double above = (double)n - x; /* of the n that come in `above` packet times */
        if (above > 0)
            sum += binomial(streams, n, above / period) * (period - all + x) / (period - above);
    }
    return sum;
}

/* e^-y for y >= 0: a Taylor series for y / 2^k below 1/1024, squared k times. */
static double exp_minus(double y)
{
    enum { TERMS = 8 };
    unsigned halvings = 0;
    for (; y > 1.0 / 1024 && halvings < 64; halvings++)
        y /= 2;
    double sum = 1, term = 1;
    for (int i = 1; i <= TERMS; i++) {
        term *= -y / i;
        sum += term;
    }
    for (; halvings > 0; halvings--)
        sum *= sum;
    return sum;
}

double weft_theory_nddd1_heavy_load(uint32_t streams, double period, double x)
{
    double all = (double)streams;
    assert(streams >= 1 && period > all && x >= 0);
    return exp_minus(2 * x * (x / all + 1 - all / period));
}
