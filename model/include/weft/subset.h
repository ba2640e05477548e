/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_SUBSET_H
#define WEFT_SUBSET_H

/* Some of many numbers, and the place of each among them: who has to do with a few of all streams keeps what it knows of
 * them by place, not by number. Numbers that were dealt out in turn, or in blocks, are where the proportion says (an
 * interpolation search: Knuth, The Art of Computer Programming, volume 3, 6.2.1); others are found by bisection. */

#include "weft/base.h"

WEFT_BEGIN_DECLS

#define WEFT_NOT_IN_SUBSET UINT32_MAX

struct weft_subset {
    uint32_t members;       /* fewer than 2^32 - 1 */
    const uint32_t *member; /* ascending, each once; borrowed */
    uint64_t slope;         /* places a number, in 2^-32, rounded up: at most 2^32 */
};

/* The subset of these numbers. `member` is borrowed for as long as the subset is in use; NULL: 0 .. members - 1 in a row.
 * Their order is asserted. */
struct weft_subset weft_subset_of(const uint32_t *member, uint32_t members);

/* The place of `number` by bisection; WEFT_NOT_IN_SUBSET: it is none of them. */
uint32_t weft_subset_bisect(const struct weft_subset *subset, uint32_t number);

/* The same, and mostly at once: 0 .. members - 1, or WEFT_NOT_IN_SUBSET. */
static inline uint32_t weft_subset_place(const struct weft_subset *subset, uint32_t number)
{
    const uint32_t *member = subset->member;
    if (!member)
        return number < subset->members ? number : WEFT_NOT_IN_SUBSET;
    if (subset->members == 0 || number < member[0] || number > member[subset->members - 1])
        return WEFT_NOT_IN_SUBSET;
    /* below 2^64, and at most the last place: (number - first) * slope < (members - 1) * 2^32 + 2^32 */
    const uint32_t guess = (uint32_t)((number - member[0]) * subset->slope >> 32);
    return member[guess] == number ? guess : weft_subset_bisect(subset, number);
}

WEFT_END_DECLS

#endif
