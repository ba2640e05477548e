/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A tournament tree: what is done once, or goes all the way up. */
#include "weft/tournament.h"

#include <assert.h>
#include <stdlib.h>

void weft_tournament_init(struct weft_tournament *tournament, uint32_t entrants)
{
    assert(entrants >= 1 && entrants <= UINT32_MAX / 4);
    *tournament = (struct weft_tournament){.leaves = 1};
    while (tournament->leaves < entrants)
        tournament->leaves *= 2;
    tournament->key = weft_alloc(2 * (size_t)tournament->leaves, sizeof *tournament->key);
    for (uint32_t i = 1; i < 2 * tournament->leaves; i++)
        tournament->key[i] = WEFT_NEVER;
}

void weft_tournament_clear(struct weft_tournament *tournament)
{
    free(tournament->key);
}

uint64_t weft_tournament_lead(const struct weft_tournament *tournament, uint32_t entrant)
{
    uint64_t lead = WEFT_NEVER;
    assert(weft_tournament_key(tournament, entrant) == weft_tournament_least(tournament));
    for (uint32_t node = tournament->leaves + entrant; node > 1; node /= 2) {
        bool lower = node % 2 == 1; /* those on the other side, with keys above this one's */
        uint64_t bound = tournament->key[node ^ 1] - lower;
        lead = bound < lead ? bound : lead;
    }
    return lead;
}
