/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The type of keys that are exact fractions: "8", "1/2", "0.5". */

#include "keys.h"

#include <glib.h>
#include <string.h>

enum { LEAST_DEN = 64, MOST_NUM = 64, MOST_PART = 1000000, MOST_DIGITS = 7 };

/* Digits at `*text`, which moves behind them: a number, or -1. */
static int64_t read_digits(const char **text, size_t *digits)
{
    int64_t number = 0;
    *digits = strspn(*text, "0123456789");
    for (size_t i = 0; i < *digits && i < MOST_DIGITS; i++)
        number = 10 * number + (*text)[i] - '0';
    *text += *digits;
    return *digits >= 1 && *digits <= MOST_DIGITS ? number : -1;
}

/* "8", "1/2" or "0.5" as num / den, not reduced. */
static bool read_parts(const char *text, int64_t *num, int64_t *den)
{
    size_t digits;
    *num = read_digits(&text, &digits);
    *den = 1;
    if (*text == '/') {
        text++;
        *den = read_digits(&text, &digits);
    } else if (*text == '.') {
        text++;
        int64_t part = read_digits(&text, &digits);
        for (size_t i = 0; i < digits && i < MOST_DIGITS; i++)
            *den *= 10;
        *num = *num < 0 || part < 0 ? -1 : *num * *den + part;
    }
    return *text == '\0' && *num >= 0 && *den >= 1;
}

static int64_t common_divisor(int64_t a, int64_t b)
{
    return b ? common_divisor(b, a % b) : a;
}

static char *ratio_read(const struct key_row *key, const char *text, void *values)
{
    int64_t num, den;
    if (!read_parts(text, &num, &den))
        return g_strdup_printf("\"%s\" is no number", text);
    int64_t divisor = common_divisor(num, den);
    num /= divisor;
    den /= divisor;
    if (num * LEAST_DEN < den || num > MOST_NUM * den)
        return g_strdup_printf("%s is out of range", text);
    if (num > MOST_PART || den > MOST_PART)
        return g_strdup_printf("%s has too many digits", text);
    const struct ratio ratio = {(uint32_t)num, (uint32_t)den};
    memcpy((char *)values + key->offset, &ratio, sizeof ratio);
    return NULL;
}

static char *ratio_write(const struct key_row *key, const void *values)
{
    struct ratio ratio;
    memcpy(&ratio, (const char *)values + key->offset, sizeof ratio);
    return ratio.den == 1 ? g_strdup_printf("%u", ratio.num) : g_strdup_printf("%u/%u", ratio.num, ratio.den);
}

static char *ratio_allowed(const struct key_row *key)
{
    (void)key;
    return g_strdup_printf("a number or a fraction from 1/%d to %d, such as 1/2, 0.5 or 8", LEAST_DEN,
                           MOST_NUM);
}

const struct key_type key_ratio = {"ratio", ratio_read, ratio_write, ratio_allowed, NULL};
