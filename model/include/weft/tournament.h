/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TOURNAMENT_H
#define WEFT_TOURNAMENT_H

/* Who of many is first: a tournament tree (Knuth, The Art of Computer Programming, volume 3, 5.4.1) over entrants 0 ..
 * n - 1, each with a key. The least key wins; of equal keys that of the lowest entrant, so the order of (key, entrant)
 * is total. A new key is played up the tree, O(log n); the least key is read off its root. */

#include "weft/base.h"

WEFT_BEGIN_DECLS

struct weft_tournament {
    uint32_t leaves; /* a power of two */
    /* The least key below each node: node 1 is the root, 2k and 2k + 1 are below node k, from node `leaves` on the
     * entrants in order. */
    uint64_t *key;
};

/* `entrants` >= 1, all with the key WEFT_NEVER: nobody is due. weft_tournament_clear() frees what it holds. */
void weft_tournament_init(struct weft_tournament *tournament, uint32_t entrants);
void weft_tournament_clear(struct weft_tournament *tournament);

/* The key of one entrant. */
static inline uint64_t weft_tournament_key(const struct weft_tournament *tournament, uint32_t entrant)
{
    return tournament->key[tournament->leaves + entrant];
}

/* The least key; WEFT_NEVER if nobody is due. */
static inline uint64_t weft_tournament_least(const struct weft_tournament *tournament)
{
    return tournament->key[1];
}

/* The entrant who has it: the lowest of those. Somebody must be due. */
static inline uint32_t weft_tournament_first(const struct weft_tournament *tournament)
{
    const uint64_t *key = tournament->key;
    uint32_t node = 1;
    while (node < tournament->leaves)
        node = 2 * node + (key[2 * node] != key[1]);
    return node - tournament->leaves;
}

/* Give `entrant` a new key. A match whose winner stays the same ends the way up. */
static inline void weft_tournament_set(struct weft_tournament *tournament, uint32_t entrant, uint64_t key)
{
    uint64_t *const keys = tournament->key;
    uint32_t node = tournament->leaves + entrant;
    keys[node] = key;
    while (node > 1) {
        uint64_t other = keys[node ^ 1];
        node /= 2;
        key = key < other ? key : other;
        if (keys[node] == key)
            break;
        keys[node] = key;
    }
}

/* The same for the entrant who is first: all matches on the way up were its own. */
static inline void weft_tournament_replace(struct weft_tournament *tournament, uint32_t entrant, uint64_t key)
{
    uint64_t *const keys = tournament->key;
    uint32_t node = tournament->leaves + entrant;
    keys[node] = key;
    while (node > 1) {
        uint64_t other = keys[node ^ 1];
        key = key < other ? key : other;
        node /= 2;
        keys[node] = key;
    }
}

/* The largest key with which `entrant`, who is first, would still be first: a lower entrant wins with an equal key. */
uint64_t weft_tournament_lead(const struct weft_tournament *tournament, uint32_t entrant);

WEFT_END_DECLS

#endif
