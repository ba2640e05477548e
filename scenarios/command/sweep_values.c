/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists of values, with ranges in them. Only operations that round alike on every machine are used: a value is part of what a
 * point is known by. */

#include "choices.h"
#include "failure.h"
#include "sweep.h"
#include "weft/base.h"

#include <math.h>
#include <string.h>

enum { COUNT_MAX = 10000 };

struct range {
    uint64_t from, to, count;
};

/* A fraction k/steps of the way, rounded to the nearest. */
static uint64_t linear_at(const struct range *range, uint64_t k)
{
    uint64_t steps = range->count - 1;
    bool up = range->to >= range->from;
    uint64_t way = up ? range->to - range->from : range->from - range->to;
    uint64_t gone = (uint64_t)(((weft_u128)way * k * 2 + steps) / ((weft_u128)2 * steps));
    return up ? range->from + gone : range->from - gone;
}

/* ratio^(k/steps) by the binary digits of the exponent: products and square roots are exact to the last bit everywhere, pow() is not. */
static double power(double ratio, uint64_t k, uint64_t steps)
{
    enum { DIGITS = 60 };
    double product = 1, root = ratio;
    for (int i = 0; i < DIGITS; i++) {
        root = sqrt(root);
        k *= 2;
        if (k >= steps) {
            product *= root;
            k -= steps;
        }
    }
    return product;
}

/* To twelve digits, which is less than the rounding errors reach: what should be 10 s is 10 s. */
static uint64_t log_at(const struct range *range, uint64_t k)
{
    if (k == 0)
        return range->from;
    if (k == range->count - 1)
        return range->to;
    double value = (double)range->from * power((double)range->to / (double)range->from, k, range->count - 1);
    uint64_t whole = (uint64_t)(value + 0.5), unit = 1;
    while (whole / unit >= UINT64_C(1000000000000))
        unit *= 10;
    uint64_t round = (whole + unit / 2) / unit * unit;
    return CLAMP(round, MIN(range->from, range->to), MAX(range->from, range->to));
}

static const struct kind {
    const char *name;
    uint64_t (*at)(const struct range *range, uint64_t k);
    bool from_zero;
} kinds[] = {{"linear", linear_at, true}, {"log", log_at, false}};

static const struct kind *kind_of(const char *text)
{
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (g_str_has_prefix(text, kinds[i].name) && text[strlen(kinds[i].name)] == ':')
            return &kinds[i];
    return NULL;
}

static gboolean read_end(const struct quantity *quantity, const char *where, const char *text, uint64_t *out,
                         GError **error)
{
    const char *wrong = quantity_parse(quantity, text, out);
    return !wrong || failure(error, STATUS_INPUT, "%s: \"%s\" %s; allowed: %s as the end of a range", where,
                             text, wrong, quantity->name);
}

static gboolean read_range(const struct kind *kind, const struct quantity *quantity, const char *where,
                           const char *text, struct range *range, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(text, ":", -1);
    for (guint i = 0; parts[i]; i++)
        g_strstrip(parts[i]);
    if (g_strv_length(parts) != 4)
        return failure(error, STATUS_INPUT, "%s: \"%s\" is no range; allowed: %s:FROM:TO:COUNT", where, text,
                       kind->name);
    if (!quantity)
        return failure(error, STATUS_INPUT,
                       "%s: \"%s\" is a range, and the key is no quantity; allowed: A,B,...", where, text);
    if (!read_end(quantity, where, parts[1], &range->from, error) ||
        !read_end(quantity, where, parts[2], &range->to, error))
        return FALSE;
    if (quantity_parse(&quantity_count, parts[3], &range->count) || range->count < 2 ||
        range->count > COUNT_MAX)
        return failure(error, STATUS_INPUT, "%s: \"%s\" is no number of values; allowed: 2 to %d", where,
                       parts[3], COUNT_MAX);
    if (!kind->from_zero && (range->from == 0 || range->to == 0))
        return failure(error, STATUS_INPUT, "%s: \"%s\" has no such values; allowed: ends above 0", where,
                       text);
    return TRUE;
}

static gboolean add_range(GPtrArray *values, const struct kind *kind, const struct quantity *quantity,
                          const char *where, const char *text, GError **error)
{
    struct range range = {0};
    if (!read_range(kind, quantity, where, text, &range, error))
        return FALSE;
    for (uint64_t k = 0; k < range.count; k++)
        g_ptr_array_add(values, quantity_format(quantity, kind->at(&range, k)));
    return TRUE;
}

/* Values stand in CSV cells and JSON texts as they are. */
static gboolean is_plain(const char *where, const char *text, GError **error)
{
    for (const char *at = text; *at; at++)
        if (*at == '"' || *at == '\\' || g_ascii_iscntrl(*at))
            return failure(
                error, STATUS_INPUT,
                "%s: \"%s\" has a quote, a backslash or a control character; allowed: values without", where,
                text);
    return TRUE;
}

GPtrArray *sweep_values(const struct quantity *quantity, const char *where, const char *list, GError **error)
{
    g_auto(GStrv) texts = choices_split(where, list, error);
    g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; texts && texts[i]; i++) {
        const struct kind *kind = kind_of(texts[i]);
        if (!is_plain(where, texts[i], error) ||
            (kind && !add_range(values, kind, quantity, where, texts[i], error)))
            return NULL;
        if (!kind)
            g_ptr_array_add(values, g_strdup(texts[i]));
    }
    return texts ? g_steal_pointer(&values) : NULL;
}
