/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Exact rates: work that follows work starts at the exact rational end of its predecessor, so that rounding
 * to picoseconds is only ever seen, never carried forward. */
#include "weft/base.h"

#include <assert.h>

#define MAX_RATE (WEFT_PS_PER_S * 10)

void weft_pipe_init(struct weft_pipe *pipe, uint64_t rate_per_s)
{
    assert(rate_per_s >= 1 && rate_per_s <= MAX_RATE);
    *pipe = (struct weft_pipe){.rate_per_s = rate_per_s, .known_units = UINT64_MAX};
}

/* weft_pipe_take() of a busy pipe. Most rates divide sizes without a remainder, and then there is only an addition. */
void weft_pipe_follow(struct weft_pipe *pipe, uint64_t n, weft_ps *start_ps, weft_ps *end_ps)
{
    const uint64_t rate = pipe->rate_per_s, each_ps = pipe->known_ps, each_carry = pipe->known_carry;
    uint64_t free_ps = pipe->free_ps, carry = pipe->carry;
    assert(n == 0 || each_ps < (UINT64_MAX - free_ps) / n);
    if (each_carry == 0) {
#pragma GCC unroll 4
        for (uint64_t i = 0; i < n; i++) {
            start_ps[i] = free_ps;
            free_ps += each_ps;
            end_ps[i] = free_ps;
        }
    } else {
#pragma GCC unroll 4
        for (uint64_t i = 0; i < n; i++) {
            start_ps[i] = free_ps;
            carry += each_carry;
            const bool over = carry >= rate;
            carry -= over ? rate : 0;
            free_ps += each_ps + over;
            end_ps[i] = free_ps;
        }
    }
    pipe->free_ps = free_ps;
    pipe->carry = carry;
}

weft_ps weft_duration_down(uint64_t units, uint64_t rate_per_s)
{
    assert(rate_per_s >= 1);
    if (units <= UINT64_MAX / WEFT_PS_PER_S)
        return units * WEFT_PS_PER_S / rate_per_s;
    weft_u128 quotient = (weft_u128)units * WEFT_PS_PER_S / rate_per_s;
    assert(quotient <= UINT64_MAX);
    return (weft_ps)quotient;
}

weft_ps weft_duration_up(uint64_t units, uint64_t rate_per_s)
{
    assert(rate_per_s >= 1);
    weft_u128 quotient = ((weft_u128)units * WEFT_PS_PER_S + rate_per_s - 1) / rate_per_s;
    assert(quotient <= UINT64_MAX);
    return (weft_ps)quotient;
}
