/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Permutations: what is drawn, and the inverses. */
#include "memory/scatter.h"

/* The number that times `odd` is 1 modulo 2^64, by Newton's iteration: `odd` itself is right in 3 bits, and each step
 * doubles how many are. */
static uint64_t inverse_of(uint64_t odd)
{
    uint64_t inverse = odd;
    for (int bits = 3; bits < 64; bits *= 2)
        inverse *= 2 - odd * inverse;
    return inverse;
}

void weft_scatter_init(struct weft_scatter *scatter, uint64_t least, uint64_t seed)
{
    uint32_t bits = 0;
    uint64_t drawn[3];
    assert(least >= 1 && least <= UINT64_C(1) << 63);
    while (UINT64_C(1) << bits < least)
        bits++;
    weft_draws(seed, 0, WEFT_DRAW_FRAMES, 0, drawn, 3);
    *scatter = (struct weft_scatter){
        .mask = (UINT64_C(1) << bits) - 1, .half = bits > 1 ? (bits + 1) / 2 : 1, .offset = drawn[2]};
    for (int i = 0; i < 2; i++) {
        scatter->factor[i] = drawn[i] | 1;
        scatter->inverse[i] = inverse_of(scatter->factor[i]);
    }
}
