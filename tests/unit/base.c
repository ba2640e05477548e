/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Draws, errors and allocation. */
#include "weft/base.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

/* Values from a separate program, so that no change of compiler or machine changes a run. */
static void draws_are_fixed_for_ever(void)
{
    g_assert_cmphex(weft_draw(0, 0, 1, 0), ==, UINT64_C(0x7d0869d9310d576c));
    g_assert_cmphex(weft_draw(42, 7, 2, 1000000), ==, UINT64_C(0x6b0ed7840d8da510));
    g_assert_cmphex(weft_draw(UINT64_MAX, UINT32_MAX, 4, UINT64_MAX), ==, UINT64_C(0x6b6c5e5df35fd174));
}

static int compare_words(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void neighbours_in_every_argument_draw_differently(void)
{
    enum { SIDE = 16, DRAWS = SIDE * SIDE * SIDE * SIDE };
    uint64_t *drawn = weft_alloc(DRAWS, sizeof *drawn);
    for (uint32_t i = 0; i < DRAWS; i++)
        drawn[i] = weft_draw(i % SIDE, i / SIDE % SIDE, i / SIDE / SIDE % SIDE, i / SIDE / SIDE / SIDE);
    qsort(drawn, DRAWS, sizeof *drawn, compare_words);
    for (uint32_t i = 1; i < DRAWS; i++)
        g_assert_cmphex(drawn[i - 1], !=, drawn[i]);
    free(drawn);
}

/* Flipping one bit of one argument flips about half of the 64 bits. */
static void every_bit_of_every_argument_counts(void)
{
    for (uint32_t bit = 0; bit < 64; bit++) {
        uint64_t flip = UINT64_C(1) << bit, changed[4] = {0};
        for (uint64_t n = 0; n < 256; n++) {
            uint64_t from = weft_draw(11, 22, 3, n);
            changed[0] += (uint64_t)__builtin_popcountll(from ^ weft_draw(11 ^ flip, 22, 3, n));
            changed[1] += (uint64_t)__builtin_popcountll(from ^ weft_draw(11, 22 ^ (uint32_t)flip, 3, n));
            changed[2] += (uint64_t)__builtin_popcountll(from ^ weft_draw(11, 22, 3 ^ (uint32_t)flip, n));
            changed[3] += (uint64_t)__builtin_popcountll(from ^ weft_draw(11, 22, 3, n ^ flip));
        }
        for (uint32_t argument = 0; argument < 4; argument++) {
            if (bit >= 32 && (argument == 1 || argument == 2))
                continue;
            g_assert_cmpuint(changed[argument], >, 30 * 256);
            g_assert_cmpuint(changed[argument], <, 34 * 256);
        }
    }
}

/* Chi-square of a byte over 255 degrees of freedom: mean 255, deviation 22.6; 5 deviations either way. */
static void every_byte_is_evenly_spread(void)
{
    enum { DRAWS = 65536 };
    for (uint32_t shift = 0; shift < 64; shift += 8) {
        uint32_t seen[256] = {0};
        for (uint64_t n = 0; n < DRAWS; n++)
            seen[weft_draw(5, 1, WEFT_DRAW_TEST, n) >> shift & 255]++;
        double chi = 0, mean = DRAWS / 256.0;
        for (uint32_t i = 0; i < 256; i++)
            chi += (seen[i] - mean) * (seen[i] - mean) / mean;
        g_assert_cmpfloat(chi, >, 142);
        g_assert_cmpfloat(chi, <, 368);
    }
}

static void an_error_is_a_code_and_a_text(void)
{
    struct weft_error error;
    g_assert_cmpint(weft_fail(&error, WEFT_INVALID, "%s: %d", "rate", 7), ==, WEFT_INVALID);
    g_assert_cmpstr(error.text, ==, "rate: 7");
    g_assert_cmpint(weft_fail(NULL, WEFT_FAILED, "nobody reads %d", 7), ==, WEFT_FAILED);
    weft_fail(&error, WEFT_FAILED, "%0400d", 1);
    g_assert_cmpuint(strlen(error.text), ==, sizeof error.text - 1);
}

static void memory_is_zeroed_and_kept(void)
{
    uint32_t *numbers = weft_alloc(100, sizeof *numbers);
    for (uint32_t i = 0; i < 100; i++) {
        g_assert_cmpuint(numbers[i], ==, 0);
        numbers[i] = i;
    }
    numbers = weft_resize(numbers, 10000, sizeof *numbers);
    for (uint32_t i = 0; i < 100; i++)
        g_assert_cmpuint(numbers[i], ==, i);
    free(numbers);
    void *nothing = weft_alloc(0, 8);
    g_assert_nonnull(nothing);
    nothing = weft_resize(nothing, 0, 8);
    g_assert_nonnull(nothing);
    free(nothing);
}

static void impossible_memory_ends_the_process_with_a_line(void)
{
    if (g_test_subprocess()) {
        free(weft_resize(NULL, SIZE_MAX, 2));
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("weft: out of memory*");
}

/* By trying all. */
static void common_divisors_are_the_greatest(void)
{
    for (uint64_t a = 0; a <= 60; a++)
        for (uint64_t b = 1; b <= 60; b++) {
            uint64_t most = b;
            while (a % most != 0 || b % most != 0)
                most--;
            g_assert_cmpuint(weft_common_divisor(a, b), ==, most);
            g_assert_cmpuint(weft_common_divisor(b, a), ==, most);
        }
    g_assert_cmpuint(weft_common_divisor(UINT64_MAX, UINT64_C(6700417) * 6), ==, UINT64_C(6700417) * 3);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/common-divisor", common_divisors_are_the_greatest);
    g_test_add_func("/draw/fixed", draws_are_fixed_for_ever);
    g_test_add_func("/draw/neighbours", neighbours_in_every_argument_draw_differently);
    g_test_add_func("/draw/bits", every_bit_of_every_argument_counts);
    g_test_add_func("/draw/spread", every_byte_is_evenly_spread);
    g_test_add_func("/error/text", an_error_is_a_code_and_a_text);
    g_test_add_func("/alloc/kept", memory_is_zeroed_and_kept);
    g_test_add_func("/alloc/impossible", impossible_memory_ends_the_process_with_a_line);
    return g_test_run();
}
