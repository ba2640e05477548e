/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is kept of a bin. */

#include "thinning.h"

#include <assert.h>

/* With two stretches of whole bins there is one bin more than in one: ceil(a / w) + ceil(b / w) <= ceil((a + b) / w) + 1. */
struct thinning thinning_of(uint64_t points, weft_ps warmup_ps, weft_ps duration_ps)
{
    struct thinning thinning = {.warmup_ps = warmup_ps};
    if (points == 0)
        return thinning;
    assert(points >= THINNING_LEAST && points <= THINNING_MOST);
    uint64_t bins = points / THINNING_KEPT - (warmup_ps > 0);
    thinning.width_ps = (duration_ps + bins - 1) / bins;
    return thinning;
}

uint64_t thinning_bin(const struct thinning *thinning, weft_ps at_ps)
{
    uint64_t before = (thinning->warmup_ps + thinning->width_ps - 1) / thinning->width_ps;
    return at_ps < thinning->warmup_ps ? at_ps / thinning->width_ps
                                       : before + (at_ps - thinning->warmup_ps) / thinning->width_ps;
}

static uint64_t size_of(const struct level *level, int size)
{
    return size == 0 ? level->packets : level->bytes;
}

static void begin(struct thinned *thinned, uint64_t bin, struct level level)
{
    thinned->open = true;
    thinned->arrivals = false;
    thinned->bin = bin;
    thinned->first = thinned->least[0] = thinned->least[1] = level;
}

static void note(struct thinned *thinned, struct level level, bool arrival)
{
    thinned->last = level;
    for (int size = 0; size < 2; size++) {
        if (size_of(&level, size) < size_of(&thinned->least[size], size))
            thinned->least[size] = level;
        if (arrival && (!thinned->arrivals || size_of(&level, size) > size_of(&thinned->most[size], size)))
            thinned->most[size] = level;
    }
    thinned->arrivals |= arrival;
}

/* Sort in, unless it is there. */
static uint32_t keep(struct level level, struct level *out, uint32_t n)
{
    uint32_t at = n;
    while (at > 0 && out[at - 1].change > level.change)
        at--;
    if (at > 0 && out[at - 1].change == level.change)
        return n;
    for (uint32_t i = n; i > at; i--)
        out[i] = out[i - 1];
    out[at] = level;
    return n + 1;
}

uint32_t thinned_finish(const struct thinned *thinned, struct level *out)
{
    uint32_t n = 0;
    if (!thinned->open)
        return 0;
    n = keep(thinned->first, out, n);
    n = keep(thinned->last, out, n);
    for (int size = 0; size < 2; size++) {
        n = keep(thinned->least[size], out, n);
        if (thinned->arrivals)
            n = keep(thinned->most[size], out, n);
    }
    return n;
}

uint32_t thinned_add(const struct thinning *thinning, struct thinned *thinned, weft_ps at_ps, bool arrival,
                     uint64_t packets, uint64_t bytes, struct level *out)
{
    const struct level level = {at_ps, packets, bytes, thinned->changes++};
    uint32_t n = 0;
    if (thinning->width_ps == 0) {
        out[0] = level;
        return 1;
    }
    uint64_t bin = thinning_bin(thinning, at_ps);
    assert(!thinned->open || bin >= thinned->bin);
    if (!thinned->open || bin > thinned->bin) {
        n = thinned_finish(thinned, out);
        begin(thinned, bin, level);
    }
    note(thinned, level, arrival);
    return n;
}
