/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The search alone, asked of questions whose answers are known from end to end: those that change once, and those that change as
 * they like. The seed of random ones is printed; G_TEST --seed replays it. */

#include "size_search.h"

enum { SPAN = 600, ROUNDS = 400 };

/* A question: which of 1 .. SPAN are within. */
struct question {
    bool within[SPAN + 1];
};

struct asked {
    struct size_found found;
    guint trials;
    bool known[SPAN + 3], most_asked;
};

/* Run the search to its end; nothing is asked twice, or out of range. */
static struct asked search(const struct question *question, uint64_t most, uint64_t start, uint64_t step,
                           uint64_t reach, uint64_t close)
{
    struct size_search search = {
        .least = 1, .most = most, .start = start, .step = step, .reach = reach, .close = close};
    struct asked asked = {0};
    GArray *values = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    size_search_init(&search);
    for (size_search_next(&search, values); values->len > 0; size_search_next(&search, values))
        for (guint i = 0; i < values->len; i++) {
            uint64_t value = g_array_index(values, uint64_t, i);
            g_assert_cmpuint(value, >=, 1);
            g_assert_cmpuint(value, <=, most);
            g_assert_false(asked.known[value]);
            asked.known[value] = true;
            size_search_add(&search, value, question->within[value]);
            asked.trials++;
        }
    asked.found = size_search_found(&search);
    size_search_clear(&search);
    g_array_unref(values);
    return asked;
}

/* The answer was seen within, the next value beyond a limit, and nothing larger within. */
static void assert_exact(const struct question *question, uint64_t most, const struct asked *asked)
{
    uint64_t answer = asked->found.answer;
    if (answer > 0)
        g_assert_true(asked->known[answer] && question->within[answer]);
    if (answer < most)
        g_assert_true(asked->known[answer + 1] && !question->within[answer + 1]);
    for (uint64_t value = answer + 1; value <= most; value++)
        g_assert_true(!asked->known[value] || !question->within[value]);
    g_assert_true(asked->found.at_most == (answer == most));
}

/* What is said of values below the answer. */
static void assert_told(const struct question *question, const struct asked *asked)
{
    guint exceptions = 0;
    for (uint64_t value = 1; value < asked->found.answer; value++)
        exceptions += asked->known[value] && !question->within[value];
    for (uint64_t value = 1; value <= asked->found.all_within; value++)
        g_assert_true(!asked->known[value] || question->within[value]);
    g_assert_cmpuint(asked->found.exceptions, ==, exceptions);
    g_assert_true(asked->found.monotone == (exceptions == 0));
}

/* Changes once: the answer is where, from wherever the search begins, in few questions. */
static void test_monotone(void)
{
    for (uint64_t edge = 0; edge <= SPAN; edge++) {
        struct question question = {{0}};
        for (uint64_t value = 1; value <= edge; value++)
            question.within[value] = true;
        uint64_t start = (uint64_t)g_test_rand_int_range(1, SPAN + 1),
                 step = (uint64_t)g_test_rand_int_range(1, SPAN + 1);
        struct asked asked = search(&question, SPAN, start, step, SPAN, 2);
        assert_exact(&question, SPAN, &asked);
        g_assert_cmpuint(asked.found.answer, ==, edge);
        g_assert_true(asked.found.monotone);
        g_assert_cmpuint(asked.found.all_within, ==, edge);
        g_assert_cmpuint(asked.trials, <=, 50); /* strides and halves 10 each, neighbours 11 to each side */
        asked = search(&question, SPAN, start, step, 0, 0);
        assert_exact(&question, SPAN, &asked);
        g_assert_cmpuint(asked.found.answer, ==, edge);
        g_assert_cmpuint(asked.trials, <=, 22);
    }
}

/* Changes as it likes: the answer is exact at its neighbours, and where all are asked it is the largest of all. */
static void test_any(void)
{
    for (int round = 0; round < ROUNDS; round++) {
        struct question question = {{0}};
        int percent = g_test_rand_int_range(0, 101);
        uint64_t last = 0, bad_below = 0;
        uint64_t most = (uint64_t)g_test_rand_int_range(1, SPAN + 1);
        for (uint64_t value = 1; value <= most; value++)
            question.within[value] = g_test_rand_int_range(0, 100) < percent;
        for (uint64_t value = 1; value <= most; value++)
            last = question.within[value] ? value : last;
        for (uint64_t value = 1; value < last; value++)
            bad_below += !question.within[value];
        uint64_t start = (uint64_t)g_test_rand_int_range(1, (gint32)most + 1);
        struct asked asked = search(&question, most, start, 1, most, 2);
        assert_exact(&question, most, &asked);
        assert_told(&question, &asked);
        asked = search(&question, most, start, start, 0, SPAN);
        assert_exact(&question, most, &asked);
        assert_told(&question, &asked);
        g_assert_cmpuint(asked.found.answer, ==, last);
        g_assert_cmpuint(asked.found.exceptions, ==, bad_below);
    }
}

/* Even numbers up to 40: bisection alone may stop at any, neighbours climb to the last one. */
static void test_comb(void)
{
    struct question question = {{0}};
    for (uint64_t value = 2; value <= 40; value += 2)
        question.within[value] = true;
    for (uint64_t start = 1; start <= 80; start++) {
        struct asked asked = search(&question, SPAN, start, start, SPAN, 2);
        g_assert_cmpuint(asked.found.answer, ==, 40);
        g_assert_false(asked.found.monotone);
    }
}

/* At both ends of what 64 bits hold in keys. */
static void test_large(void)
{
    struct size_search search = {.least = 1,
                                 .most = UINT64_C(1) << 40,
                                 .start = (UINT64_C(1) << 40) - 5,
                                 .step = 1,
                                 .reach = 1 << 20,
                                 .close = 2};
    GArray *values = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    size_search_init(&search);
    for (size_search_next(&search, values); values->len > 0; size_search_next(&search, values))
        for (guint i = 0; i < values->len; i++) {
            uint64_t value = g_array_index(values, uint64_t, i);
            size_search_add(&search, value, value <= 12345);
        }
    g_assert_cmpuint(size_search_found(&search).answer, ==, 12345);
    g_assert_cmpuint(search.trials->len, <, 150);
    size_search_clear(&search);
    g_array_unref(values);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/bisect/monotone", test_monotone);
    g_test_add_func("/bisect/any", test_any);
    g_test_add_func("/bisect/comb", test_comb);
    g_test_add_func("/bisect/large", test_large);
    return g_test_run();
}
