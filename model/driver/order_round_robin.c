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

/* As entries with more packets come first, those that have packets left are the first ones: `active` of them. */
static void next_round(struct weft_round *s)
{
    s->at = 0;
    s->rounds++;
    while (s->active > 0 && s->turn[s->active - 1].left <= s->rounds)
        s->active--;
}

static size_t round_robin_emit(void *state, const struct weft_order_call *call, uint32_t *entry_index,
                               size_t max)
{
    struct weft_round *s = state;
    size_t n = 0;
    (void)call;
    while (n < max && s->active > 0) {
        size_t left = s->active - s->at, most = left < max - n ? left : max - n;
        const struct weft_turn *turn = &s->turn[s->at];
#pragma GCC unroll 8
        for (size_t i = 0; i < most; i++)
            entry_index[n + i] = turn[i].entry;
        n += most;
        s->at += (uint32_t)most;
        if (s->at == s->active)
            next_round(s);
    }
    return n;
}

/* Of a few entries stretches are too short to be worth it; of one it is all. */
static size_t round_robin_turns(const void *state, uint32_t *entry_index)
{
    enum { LEAST_TURNS = 8 };
    const struct weft_round *s = state;
    if (s->active > 1 && s->active < LEAST_TURNS)
        return 0;
    for (uint32_t i = 0; i < s->active; i++)
        entry_index[i] = s->turn[i].entry;
    return s->active;
}

static struct weft_stretch round_robin_stretch(void *state, uint32_t max)
{
    struct weft_round *s = state;
    const uint32_t left = s->active - s->at;
    struct weft_stretch out = {s->at, left < max ? left : max, s->rounds, 1};
    if (s->active == 1) { /* a round is a packet, and as many rounds follow each other as it has packets */
        const uint32_t packets = s->turn[0].left - s->rounds;
        out.packets = packets < max ? packets : max;
        s->rounds += out.packets - 1;
    }
    s->at += out.turns;
    if (s->at == s->active)
        next_round(s);
    return out;
}

const struct weft_order weft_order_round_robin = {
    .name = "round-robin",
    .help = "one packet of each destination in turn, larger quantities first: the seed's interleaving",
    .regular = true,
    .state_bytes = weft_round_state_bytes,
    .begin = round_robin_begin,
    .emit = round_robin_emit,
    .turns = round_robin_turns,
    .stretch = round_robin_stretch,
};
