/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "weft/subset.h"

#include <assert.h>

struct weft_subset weft_subset_of(const uint32_t *member, uint32_t members)
{
    struct weft_subset subset = {.members = members, .member = member};
    assert(members < WEFT_NOT_IN_SUBSET);
    for (uint32_t i = 1; member && i < members; i++)
        assert(member[i - 1] < member[i]);
    if (!member || members < 2)
        return subset;
    const uint64_t span = member[members - 1] - member[0];
    subset.slope = (((uint64_t)(members - 1) << 32) + span - 1) / span;
    return subset;
}

uint32_t weft_subset_bisect(const struct weft_subset *subset, uint32_t number)
{
    uint32_t low = 0, high = subset->members;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (subset->member[middle] < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < subset->members && subset->member[low] == number ? low : WEFT_NOT_IN_SUBSET;
}
