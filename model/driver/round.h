/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_ROUND_H
#define WEFT_DRIVER_ROUND_H

/* The round of orders that give entries turns: a list of those that still have packets, which shrinks in place as they run
 * out. Entries with more packets come first, so those that are left are always the first ones. */

#include "weft/driver.h"

struct weft_turn {
    uint32_t entry, left;
};
struct weft_round {
    uint32_t active; /* in this round */
    uint32_t at;     /* whose turn it is */
    uint32_t kept;   /* of those that had their turn: with packets left, at the front */
    uint32_t taken;  /* packets of the turn that is on; for orders of more than one a turn */
    uint32_t rounds; /* that are over; for orders of one packet a turn, which leave the list as it is */
    struct weft_turn turn[];
};

size_t weft_round_state_bytes(size_t entries);
void weft_round_begin(struct weft_round *round, const struct weft_order_call *call);

#endif
