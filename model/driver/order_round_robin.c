/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Order `round-robin`: one packet of each entry that has packets left, round after round, entries with more packets
 * first. A destination that runs out leaves the round; as those before it have at least as many packets, all others of
 * the round go between two packets of a destination, and it meets itself only when it is the last one left. (In the
 * order of the vector, quantities of 1, 1, 2 would give a b c c.) */

#include "weft/driver.h"

#include <stdlib.h>

/* State: a round is a list of the entries that still have packets; the list shrinks in place as they run out.
 */
struct active_entry {
    uint32_t entry, left;
};
struct round_robin {
    uint32_t active, at, kept;
    struct active_entry round[];
};

static size_t round_robin_state_bytes(size_t entries)
{
    return sizeof(struct round_robin) + entries * sizeof(struct active_entry);
}

static int more_packets_first(const void *left, const void *right)
{
    const struct active_entry *x = left, *y = right;
    if (x->left != y->left)
        return x->left > y->left ? -1 : 1;
    return x->entry < y->entry ? -1 : 1;
}

static void round_robin_begin(void *state, const struct weft_entry *vector, size_t n, uint64_t argument)
{
    (void)argument;
    struct round_robin *s = state;
    bool in_order = true;
    s->active = s->at = s->kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (vector[i].packets == 0)
            continue;
        in_order = in_order && (s->active == 0 || s->round[s->active - 1].left >= vector[i].packets);
        s->round[s->active++] = (struct active_entry){(uint32_t)i, vector[i].packets};
    }
    if (!in_order)
        qsort(s->round, s->active, sizeof(s->round[0]), more_packets_first);
}

static size_t round_robin_emit(void *state, uint32_t *entry_index, size_t max)
{
    struct round_robin *s = state;
    uint32_t active = s->active, at = s->at, kept = s->kept;
    size_t n = 0;
    while (n < max) {
        if (at == active) { /* the round is over: the next has those that were kept */
            active = kept;
            at = kept = 0;
            if (active == 0)
                break;
        }
        struct active_entry turn = s->round[at++];
        entry_index[n++] = turn.entry;
        if (--turn.left > 0)
            s->round[kept++] = turn;
    }
    s->active = active;
    s->at = at;
    s->kept = kept;
    return n;
}

const struct weft_order weft_order_round_robin = {
    .name = "round-robin",
    .help = "one packet of each destination in turn, larger quantities first: the seed's interleaving",
    .state_bytes = round_robin_state_bytes,
    .begin = round_robin_begin,
    .emit = round_robin_emit,
};
