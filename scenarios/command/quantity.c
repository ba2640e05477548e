/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbers with units: a decimal mantissa times a unit, divided exactly or refused. */

#include "quantity.h"

#include "weft/base.h"

#include <glib.h>
#include <string.h>

enum {
    MANTISSA_DIGITS = 19,
    FRACTION_DIGITS = 18
}; /* mantissa < 2^64, units < 2^52: products stay below 2^128 */

enum { SECOND = 4 }; /* place of the second among the units of time */
static const struct unit no_units[] = {{"", 1}, {NULL, 0}};
static const struct unit time_units[] = {
    {"ps", 1},
    {"ns", 1000},
    {"us", 1000000},
    {"ms", 1000000000},
    [SECOND] = {"s", WEFT_PS_PER_S},
    {"min", 60 * WEFT_PS_PER_S},
    {"h", 3600 * WEFT_PS_PER_S},
    {NULL, 0},
};
static const struct unit rate_units[] = {
    {"bit/s", 1},           {"kbit/s", 1000},          {"Mbit/s", 1000000},
    {"Gbit/s", 1000000000}, {"Tbit/s", 1000000000000}, {NULL, 0},
};
static const struct unit size_units[] = {
    {"B", 1},         {"kB", 1000},       {"KiB", 1024},       {"MB", 1000000},
    {"MiB", 1048576}, {"GB", 1000000000}, {"GiB", 1073741824}, {NULL, 0},
};
static const struct unit frequency_units[] = {
    {"Hz", 1}, {"kHz", 1000}, {"MHz", 1000000}, {"GHz", 1000000000}, {NULL, 0},
};
static const struct unit per_second_units[] = {{"/s", 1}, {NULL, 0}};
static const struct unit ratio_units[] = {{"", 1000}, {NULL, 0}};
static const struct unit cycles_units[] = {{"cycles", 1000}, {NULL, 0}};

const struct quantity quantity_count = {"a whole number", no_units, true, 0, NULL};
const struct quantity quantity_time = {"a time", time_units, false, 3, &time_units[SECOND]};
const struct quantity quantity_rate = {"a rate", rate_units, false, 3, NULL};
const struct quantity quantity_size = {"a size", size_units, false, 0, NULL};
const struct quantity quantity_frequency = {"a frequency", frequency_units, false, 3, NULL};
const struct quantity quantity_per_second = {"a number per second", per_second_units, true, 0, NULL};
const struct quantity quantity_ratio = {"a number", ratio_units, true, 3, NULL};
const struct quantity quantity_cycles = {"a number of cycles", cycles_units, false, 3, NULL};

/* A mantissa without its decimal point: value = digits / 10^decimals. */
struct decimal {
    uint64_t digits;
    unsigned count, decimals;
};

static const char *read_digits(const char *at, struct decimal *number, bool fraction)
{
    for (; g_ascii_isdigit(*at); at++) {
        if (number->digits != 0)
            number->count++;
        if (number->count >= MANTISSA_DIGITS || (fraction && number->decimals >= FRACTION_DIGITS))
            return NULL;
        number->digits = number->digits * 10 + (uint64_t)(*at - '0');
        number->decimals += fraction;
    }
    return at;
}

/* What follows the number, or NULL and the reason. */
static const char *read_decimal(const char *at, struct decimal *number, const char **why)
{
    const char *first = at;
    at = read_digits(at, number, false);
    if (at == first) {
        *why = "does not begin with a number";
        return NULL;
    }
    if (at && *at == '.') {
        const char *point = at + 1;
        at = read_digits(point, number, true);
        if (at == point) {
            *why = "has no digit after the point";
            return NULL;
        }
    }
    if (!at)
        *why = "has too many digits";
    return at;
}

static const struct unit *find_unit(const struct quantity *quantity, const char *name)
{
    for (const struct unit *unit = quantity->units; unit->name; unit++)
        if (strcmp(unit->name, name) == 0)
            return unit;
    return NULL;
}

static uint64_t power_of_ten(unsigned exponent)
{
    uint64_t power = 1;
    while (exponent-- > 0)
        power *= 10;
    return power;
}

const char *quantity_parse(const struct quantity *quantity, const char *text, uint64_t *out)
{
    struct decimal number = {0};
    const char *why = NULL;
    const char *name = read_decimal(text, &number, &why);
    if (!name)
        return why;
    while (*name == ' ' || *name == '\t')
        name++;
    if (*name == '\0' && !quantity->bare)
        return "has no unit";
    const struct unit *unit = *name ? find_unit(quantity, name) : quantity->units;
    if (!unit)
        return "has a unit that is not known here";
    weft_u128 scaled = (weft_u128)number.digits * unit->factor;
    uint64_t divisor = power_of_ten(number.decimals);
    if (scaled % divisor != 0)
        return "is not a whole number of the smallest unit";
    if (scaled / divisor > UINT64_MAX)
        return "is too large";
    *out = (uint64_t)(scaled / divisor);
    return NULL;
}

/* Decimals needed to write value / factor exactly; above `most` if it takes more. */
static unsigned decimals_needed(uint64_t value, uint64_t factor, unsigned most)
{
    for (unsigned decimals = 0; decimals <= most; decimals++)
        if ((weft_u128)value * power_of_ten(decimals) % factor == 0)
            return decimals;
    return most + 1;
}

char *quantity_format(const struct quantity *quantity, uint64_t value)
{
    const struct unit *best = quantity->units;
    for (const struct unit *unit = quantity->units; unit->name; unit++)
        if (value >= unit->factor &&
            decimals_needed(value, unit->factor, quantity->decimals) <= quantity->decimals)
            best = unit;
    if (value == 0 && quantity->zero)
        best = quantity->zero;
    g_assert(best->name && best->factor > 0);
    unsigned decimals = decimals_needed(value, best->factor, quantity->decimals);
    uint64_t scaled = (uint64_t)((weft_u128)value * power_of_ten(decimals) / best->factor);
    uint64_t power = power_of_ten(decimals);
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_append_printf(text, "%" G_GUINT64_FORMAT, scaled / power);
    if (decimals > 0)
        g_string_append_printf(text, ".%0*" G_GUINT64_FORMAT, (int)decimals, scaled % power);
    if (*best->name)
        g_string_append_printf(text, " %s", best->name);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

char *quantity_units(const struct quantity *quantity)
{
    if (!*quantity->units->name)
        return NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    for (const struct unit *unit = quantity->units; unit->name; unit++)
        g_string_append_printf(text, "%s%s", text->len ? ", " : "", unit->name);
    return g_string_free(g_steal_pointer(&text), FALSE);
}
