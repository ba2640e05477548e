/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Order `round-robin`: one packet of each entry that has packets left, round after round, entries with more packets
 * first. A destination that runs out leaves the round; as those before it have at least as many packets, all others of
 * the round go between two packets of a destination, and it meets itself only when it is the last one left. (In the
 * order of the vector, quantities of 1, 1, 2 would give a b c c.) */

#include "round.h"

static void round_robin_begin(void *state, const struct weft_order_call *call)
{
    weft_round_begin(state, call);
}

static size_t round_robin_emit(void *state, const struct weft_order_call *call, uint32_t *entry_index,
                               size_t max)
{
    struct weft_round *s = state;
    uint32_t active = s->active, at = s->at, kept = s->kept;
    size_t n = 0;
    (void)call;
    while (n < max) {
        if (at == active) { /* the round is over: the next has those that were kept */
            active = kept;
            at = kept = 0;
            if (active == 0)
                break;
        }
        struct weft_turn turn = s->turn[at++];
        entry_index[n++] = turn.entry;
        if (--turn.left > 0)
            s->turn[kept++] = turn;
    }
    s->active = active;
    s->at = at;
    s->kept = kept;
    return n;
}

const struct weft_order weft_order_round_robin = {
    .name = "round-robin",
    .help = "one packet of each destination in turn, larger quantities first: the seed's interleaving",
    .state_bytes = weft_round_state_bytes,
    .begin = round_robin_begin,
    .emit = round_robin_emit,
};
