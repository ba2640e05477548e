/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Quantities: exact or refused, and what is written can be read. */

#include "quantity.h"
#include "time_text.h"

#include "weft/base.h"

#include <glib.h>
#include <string.h>

static const struct quantity *const all[] = {&quantity_count, &quantity_time,      &quantity_rate,
                                             &quantity_size,  &quantity_frequency, &quantity_per_second};

static void test_exact(void)
{
    static const struct {
        const struct quantity *quantity;
        const char *text;
        uint64_t value;
    } cases[] = {
        {&quantity_rate, "3.75 Mbit/s", 3750000},
        {&quantity_rate, "99.999989 Mbit/s", 99999989},
        {&quantity_rate, "10Gbit/s", 10000000000},
        {&quantity_time, "40 ms", 40000000000},
        {&quantity_time, "0.001 ns", 1},
        {&quantity_time, "1.5 h", 5400 * WEFT_PS_PER_S},
        {&quantity_time, "0.25\tmin", 15 * WEFT_PS_PER_S},
        {&quantity_time, "0 s", 0},
        {&quantity_size, "48 KiB", 49152},
        {&quantity_size, "1.5 kB", 1500},
        {&quantity_size, "0.5 KiB", 512},
        {&quantity_frequency, "2.4 GHz", 2400000000},
        {&quantity_count, "007", 7},
        {&quantity_count, "2.000", 2},
        {&quantity_count, "9223372036854775807", INT64_MAX},
        {&quantity_per_second, "8000", 8000},
        {&quantity_per_second, "8000 /s", 8000},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        uint64_t value = 0;
        g_assert_cmpstr(quantity_parse(cases[i].quantity, cases[i].text, &value), ==, NULL);
        g_assert_cmpuint(value, ==, cases[i].value);
    }
}

static void test_refused(void)
{
    static const struct {
        const struct quantity *quantity;
        const char *text, *why;
    } cases[] = {
        {&quantity_time, "40", "no unit"},
        {&quantity_time, "40 ", "no unit"},
        {&quantity_time, "", "number"},
        {&quantity_time, "ms", "number"},
        {&quantity_time, "-1 s", "number"},
        {&quantity_time, "+1 s", "number"},
        {&quantity_time, ".5 s", "number"},
        {&quantity_time, "1. s", "point"},
        {&quantity_time, "1e3 s", "unit"},
        {&quantity_time, "1,5 s", "unit"},
        {&quantity_time, "1 S", "unit"},
        {&quantity_time, "1 s s", "unit"},
        {&quantity_time, "1 s ", "unit"},
        {&quantity_time, "0.5 ps", "whole"},
        {&quantity_time, "0.0001 ns", "whole"},
        {&quantity_time, "9999999999 h", "large"},
        {&quantity_count, "18446744073709551616", "digits"},
        {&quantity_count, "0.1234567890123456789", "digits"},
        {&quantity_count, "2.5", "whole"},
        {&quantity_count, "2 B", "unit"},
        {&quantity_rate, "1 MBit/s", "unit"},
        {&quantity_rate, "1 bps", "unit"},
        {&quantity_size, "1 KB", "unit"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        uint64_t value = 77;
        const char *why = quantity_parse(cases[i].quantity, cases[i].text, &value);
        g_assert_nonnull(why);
        if (!strstr(why, cases[i].why))
            g_test_message("%s: %s", cases[i].text, why);
        g_assert_nonnull(strstr(why, cases[i].why));
        g_assert_cmpuint(value, ==, 77);
    }
}

static void test_written_as_expected(void)
{
    static const struct {
        const struct quantity *quantity;
        uint64_t value;
        const char *text;
    } cases[] = {
        {&quantity_rate, 3750000, "3.75 Mbit/s"},
        {&quantity_rate, 99999989, "99999.989 kbit/s"},
        {&quantity_time, 100000000000, "100 ms"},
        {&quantity_time, 0, "0 s"},
        {&quantity_time, 1, "1 ps"},
        {&quantity_size, 4096, "4 KiB"},
        {&quantity_size, 1500, "1500 B"},
        {&quantity_frequency, 3000000000, "3 GHz"},
        {&quantity_per_second, 8000, "8000 /s"},
        {&quantity_count, 512, "512"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = quantity_format(cases[i].quantity, cases[i].value);
        g_assert_cmpstr(text, ==, cases[i].text);
    }
}

/* Whatever is written is read back as the same value. */
static void test_round_trip(void)
{
    for (int i = 0; i < 20000; i++) {
        const struct quantity *quantity = all[g_test_rand_int_range(0, G_N_ELEMENTS(all))];
        uint64_t value = ((uint64_t)(guint32)g_test_rand_int() << 32 | (guint32)g_test_rand_int()) >>
                         g_test_rand_int_range(1, 64);
        value -= g_test_rand_int_range(0, 2) ? value % 1000 : 0;
        g_autofree char *text = quantity_format(quantity, value);
        uint64_t read = ~value;
        g_assert_cmpstr(quantity_parse(quantity, text, &read), ==, NULL);
        g_assert_cmpuint(read, ==, value);
    }
}

static void test_to_be_read(void)
{
    static const struct {
        guint64 ps;
        const char *text;
    } cases[] = {
        {UINT64_C(3599646720000000), "59 min 59 s"},
        {UINT64_C(9584640000000), "9.58 s"},
        {UINT64_C(59999999999999), "59.99 s"},
        {UINT64_C(60000000000000), "1 min 00 s"},
        {UINT64_C(480256789012), "480.25 ms"},
        {UINT64_C(480000000000), "480 ms"},
        {UINT64_C(1000000000), "1 ms"},
        {UINT64_C(999999999), "999.99 us"},
        {UINT64_C(1234), "1.23 ns"},
        {7, "7 ps"},
        {UINT64_C(7384000000000000), "2 h 03 min"},
        {0, "0 s"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = time_text_ps(cases[i].ps);
        g_assert_cmpstr(text, ==, cases[i].text);
    }
    g_autofree char *up = time_text(3599.2), *little = time_text(0.01);
    g_assert_cmpstr(up, ==, "1 h 00 min");
    g_assert_cmpstr(little, ==, "1 s");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/quantity/exact", test_exact);
    g_test_add_func("/quantity/refused", test_refused);
    g_test_add_func("/quantity/written", test_written_as_expected);
    g_test_add_func("/quantity/round-trip", test_round_trip);
    g_test_add_func("/quantity/to-be-read", test_to_be_read);
    return g_test_run();
}
