/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Draws are a function of (seed, entity, purpose, n) and of nothing else, so that adding a stream or a draw
 * changes no other draw, and results do not depend on the order in which they are asked for. */
#include "weft/base.h"

/* Two rounds of multiply and xor-shift (the finaliser of splitmix64): a bijection in which every input bit
 * moves about half of the output bits. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* Each stage mixes before the next input is added; a plain sum of the inputs would let (entity + 1, n) meet
 * (entity, n + something). The constant is 2^64 over the golden ratio: consecutive n land far apart. */
#define STEP UINT64_C(0x9e3779b97f4a7c15)

static uint64_t key_of(uint64_t seed, uint32_t entity, uint32_t purpose)
{
    return mix(mix(seed + STEP) ^ ((uint64_t)purpose << 32 | entity));
}

uint64_t weft_draw(uint64_t seed, uint32_t entity, uint32_t purpose, uint64_t n)
{
    return mix(key_of(seed, entity, purpose) + STEP * (n + 1));
}

void weft_draws(uint64_t seed, uint32_t entity, uint32_t purpose, uint64_t first, uint64_t *out,
                uint32_t count)
{
    uint64_t key = key_of(seed, entity, purpose) + STEP * (first + 1);
    for (uint32_t i = 0; i < count; i++, key += STEP)
        out[i] = mix(key);
}
