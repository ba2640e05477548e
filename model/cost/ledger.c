/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Counts times prices. A total that does not fit 64 bits would be 58 days of a core at 3.7 GHz: it is
 * asserted. */
#include "weft/cost.h"

#include <assert.h>

static uint64_t at_end(const struct weft_price *price, enum weft_price_end end)
{
    return end == WEFT_LOW       ? price->low_mcycles
           : end == WEFT_TYPICAL ? price->typical_mcycles
                                 : price->high_mcycles;
}

static inline uint64_t times(uint64_t count, uint64_t price_mcycles)
{
    uint64_t mcycles;
    bool overflow = __builtin_mul_overflow(count, price_mcycles, &mcycles);
    assert(!overflow);
    (void)overflow;
    return mcycles;
}

uint64_t weft_event_mcycles(uint64_t count, const struct weft_price *price, enum weft_price_end end)
{
    return times(count, at_end(price, end));
}

uint64_t weft_ledger_mcycles(const struct weft_ledger *ledger, const struct weft_profile *profile,
                             enum weft_price_end end)
{
    uint64_t sum = 0;
#pragma GCC unroll 8
    for (int event = 0; event < WEFT_EVENTS; event++) {
        if (ledger->count[event] == 0) /* most events of a piece of work */
            continue;
        uint64_t mcycles = times(ledger->count[event], at_end(&profile->price[event], end));
        assert(mcycles <= UINT64_MAX - sum);
        sum += mcycles;
    }
    return sum;
}

void weft_ledger_add(struct weft_ledger *to, const struct weft_ledger *from)
{
#pragma GCC unroll 8
    for (int event = 0; event < WEFT_EVENTS; event++)
        to->count[event] += from->count[event];
}
