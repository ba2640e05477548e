/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Places in a subset against a table of all numbers: of members dealt out in turn, in blocks, irregularly, and at the ends of what
 * 32 bits hold; and of numbers that are missing. */
#include "weft/subset.h"

#include <glib.h>

enum { MOST_NUMBERS = 3000, ROUNDS = 60 };

/* Every number below MOST_NUMBERS, and the largest. */
static void check(const uint32_t *member, uint32_t members)
{
    struct weft_subset subset = weft_subset_of(member, members);
    uint32_t next = 0;
    for (uint32_t number = 0; number < MOST_NUMBERS; number++) {
        bool is_one = next < members && member[next] == number;
        uint32_t place = is_one ? next++ : WEFT_NOT_IN_SUBSET;
        g_assert_cmpuint(weft_subset_place(&subset, number), ==, place);
        g_assert_cmpuint(weft_subset_bisect(&subset, number), ==, place);
    }
    g_assert_cmpuint(next, ==, members);
    g_assert_cmpuint(weft_subset_place(&subset, UINT32_MAX), ==, WEFT_NOT_IN_SUBSET);
}

/* A number without bisection: the guess is right. */
static uint32_t guess(const struct weft_subset *subset, uint32_t number)
{
    return (uint32_t)((number - subset->member[0]) * subset->slope >> 32);
}

/* Dealt to so many in turn: one of them has every step-th. All are guessed. */
static void dealt_in_turn(void)
{
    uint32_t member[MOST_NUMBERS];
    for (uint32_t step = 1; step <= 130; step++) {
        uint32_t first = (uint32_t)g_test_rand_int_range(0, (gint)step), n = 0;
        for (uint32_t number = first; number < MOST_NUMBERS; number += step)
            member[n++] = number;
        check(member, n);
        struct weft_subset subset = weft_subset_of(member, n);
        for (uint32_t i = 0; i < n; i++)
            g_assert_cmpuint(guess(&subset, member[i]), ==, i);
    }
}

/* One block, which is guessed, and two. */
static void in_blocks(void)
{
    uint32_t member[MOST_NUMBERS];
    for (int round = 0; round < ROUNDS; round++) {
        uint32_t from = (uint32_t)g_test_rand_int_range(0, 1000),
                 to = from + (uint32_t)g_test_rand_int_range(1, 500),
                 again = to + (uint32_t)g_test_rand_int_range(1, 500), n = 0;
        for (uint32_t number = from; number < to; number++)
            member[n++] = number;
        check(member, n);
        struct weft_subset subset = weft_subset_of(member, n);
        for (uint32_t i = 0; i < n; i++)
            g_assert_cmpuint(guess(&subset, member[i]), ==, i);
        for (uint32_t number = again; number < again + 300; number++)
            member[n++] = number;
        check(member, n);
    }
}

/* Each number is one with its own odds, which are few, half or most. */
static void irregular(void)
{
    uint32_t member[MOST_NUMBERS];
    for (int round = 0; round < ROUNDS; round++) {
        gint of_hundred = (gint[]){1, 50, 97}[round % 3];
        uint32_t n = 0;
        for (uint32_t number = 0; number < MOST_NUMBERS; number++)
            if (g_test_rand_int_range(0, 100) < of_hundred)
                member[n++] = number;
        check(member, n);
    }
}

static void few(void)
{
    const uint32_t one[] = {7}, two[] = {0, 2999};
    check(one, 0);
    check(one, 1);
    check(two, 1);
    check(two, 2);
}

/* Products stay within 64 bits, guesses within the members. */
static void far_apart(void)
{
    const uint32_t ends[] = {0, 1, UINT32_MAX - 1, UINT32_MAX}, pair[] = {0, UINT32_MAX};
    const struct weft_subset four = weft_subset_of(ends, 4), two = weft_subset_of(pair, 2);
    for (uint32_t i = 0; i < 4; i++)
        g_assert_cmpuint(weft_subset_place(&four, ends[i]), ==, i);
    for (uint32_t i = 0; i < 2; i++)
        g_assert_cmpuint(weft_subset_place(&two, pair[i]), ==, i);
    for (int round = 0; round < 100000; round++) {
        uint32_t number = (uint32_t)g_test_rand_int();
        uint32_t place = number < 2                 ? number
                         : number >= UINT32_MAX - 1 ? number - (UINT32_MAX - 3)
                                                    : WEFT_NOT_IN_SUBSET;
        g_assert_cmpuint(weft_subset_place(&four, number), ==, place);
    }
}

static void in_a_row(void)
{
    const struct weft_subset subset = weft_subset_of(NULL, 5), none = weft_subset_of(NULL, 0);
    for (uint32_t number = 0; number < 5; number++)
        g_assert_cmpuint(weft_subset_place(&subset, number), ==, number);
    g_assert_cmpuint(weft_subset_place(&subset, 5), ==, WEFT_NOT_IN_SUBSET);
    g_assert_cmpuint(weft_subset_place(&subset, UINT32_MAX), ==, WEFT_NOT_IN_SUBSET);
    g_assert_cmpuint(weft_subset_place(&none, 0), ==, WEFT_NOT_IN_SUBSET);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/subset/dealt-in-turn", dealt_in_turn);
    g_test_add_func("/subset/in-blocks", in_blocks);
    g_test_add_func("/subset/irregular", irregular);
    g_test_add_func("/subset/few", few);
    g_test_add_func("/subset/far-apart", far_apart);
    g_test_add_func("/subset/in-a-row", in_a_row);
    return g_test_run();
}
