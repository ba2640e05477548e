/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tournament against a scan of all entrants, with keys that are often equal. */
#include "weft/tournament.h"

#include <glib.h>

enum { MOST_ENTRANTS = 70, STEPS = 2000 };

static uint64_t draw(uint64_t below)
{
    return (guint32)g_test_rand_int() % below;
}

/* The lowest entrant with the least key. */
static uint32_t scan(const uint64_t *key, uint32_t n)
{
    uint32_t first = 0;
    for (uint32_t i = 1; i < n; i++)
        if (key[i] < key[first])
            first = i;
    return first;
}

/* With the lead as its key the entrant is still first, with one more it is not. */
static void check_lead(const struct weft_tournament *tournament, const uint64_t *key, uint32_t n,
                       uint32_t first)
{
    uint64_t changed[MOST_ENTRANTS], lead = weft_tournament_lead(tournament, first);
    for (uint32_t i = 0; i < n; i++)
        changed[i] = key[i];
    changed[first] = lead;
    g_assert_cmpuint(scan(changed, n), ==, first);
    changed[first]++;
    if (lead < WEFT_NEVER - 1)
        g_assert_cmpuint(scan(changed, n), !=, first);
}

static void check(const struct weft_tournament *tournament, const uint64_t *key, uint32_t n)
{
    uint32_t first = scan(key, n);
    g_assert_cmpuint(weft_tournament_least(tournament), ==, key[first]);
    if (key[first] == WEFT_NEVER)
        return;
    g_assert_cmpuint(weft_tournament_first(tournament), ==, first);
    check_lead(tournament, key, n, first);
}

static void random_keys(void)
{
    for (uint32_t n = 1; n <= MOST_ENTRANTS; n++) {
        struct weft_tournament tournament;
        uint64_t key[MOST_ENTRANTS], kinds = 1 + draw(3 * n);
        weft_tournament_init(&tournament, n);
        for (uint32_t i = 0; i < n; i++)
            key[i] = WEFT_NEVER;
        check(&tournament, key, n);
        for (uint32_t step = 0; step < STEPS; step++) {
            uint32_t entrant = (uint32_t)draw(n);
            key[entrant] = draw(4) ? draw(kinds) : WEFT_NEVER;
            weft_tournament_set(&tournament, entrant, key[entrant]);
            g_assert_cmpuint(weft_tournament_key(&tournament, entrant), ==, key[entrant]);
            check(&tournament, key, n);
        }
        weft_tournament_clear(&tournament);
    }
}

/* Each in turn is first, and goes: all come out in the order of (key, entrant). */
static void sorts(void)
{
    enum { N = 1000 };
    struct weft_tournament tournament;
    weft_tournament_init(&tournament, N);
    for (uint32_t i = 0; i < N; i++)
        weft_tournament_set(&tournament, i, draw(N / 4));
    uint64_t last_key = 0;
    for (uint32_t i = 0, last = 0; i < N; i++) {
        uint64_t key = weft_tournament_least(&tournament);
        uint32_t first = weft_tournament_first(&tournament);
        g_assert_true(i == 0 || key > last_key || (key == last_key && first > last));
        weft_tournament_set(&tournament, first, WEFT_NEVER);
        last_key = key;
        last = first;
    }
    g_assert_cmpuint(weft_tournament_least(&tournament), ==, WEFT_NEVER);
    weft_tournament_clear(&tournament);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tournament/random-keys", random_keys);
    g_test_add_func("/tournament/sorts", sorts);
    return g_test_run();
}
