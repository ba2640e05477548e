/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_MEMORY_SCATTER_H
#define WEFT_MEMORY_SCATTER_H

/* A permutation of the numbers below a power of two, drawn from a seed, that is computed both ways: frames that are handed
 * out one after the other are scattered over physical memory, and what is kept of them lies in the order in which they
 * were handed out, because that is the order in which it is used. */

#include "weft/base.h"

/* Products with odd numbers and xors with the upper half are bijections, each of which has its inverse. A product moves
 * low bits up, a xor high bits down; two rounds leave no neighbours together. */
struct weft_scatter {
    uint64_t mask; /* 2^bits - 1 */
    uint32_t half; /* of the bits, rounded up, at least 1: shifted by so many twice, nothing is left */
    uint64_t factor[2], inverse[2], offset;
};

/* Of at least `least` (1 .. 2^63) numbers. */
void weft_scatter_init(struct weft_scatter *scatter, uint64_t least, uint64_t seed);

/* Where the one of rank `rank` is. */
static inline uint64_t weft_scatter_place(const struct weft_scatter *scatter, uint64_t rank)
{
    uint64_t x = (rank * scatter->factor[0] + scatter->offset) & scatter->mask;
    x ^= x >> scatter->half;
    x = x * scatter->factor[1] & scatter->mask;
    return x ^ x >> scatter->half;
}

/* The rank of the one at `place`. */
static inline uint64_t weft_scatter_rank(const struct weft_scatter *scatter, uint64_t place)
{
    uint64_t x = place ^ place >> scatter->half;
    x = x * scatter->inverse[1] & scatter->mask;
    x ^= x >> scatter->half;
    return (x - scatter->offset) * scatter->inverse[0] & scatter->mask;
}

#endif
