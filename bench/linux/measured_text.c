/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How well the prices explain what they were fitted to, and the simple form beside it: cost a packet = a / g + b. */

#include "measured_private.h"

#include "quantity.h"
#include "table.h"

#include <string.h>

enum { FAMILY_MOST = 32, FAMILY_LEAST = 3 };

static double fitted_cycles(const struct measured_prices *prices, guint i)
{
    return fit_cycles(prices->sample[i].count, prices->end[WEFT_TYPICAL].fitted.cycles);
}

/* --- points --- */

static void put_point(struct table *table, const struct measured_prices *prices, guint i)
{
    const struct calibration *calibration = prices->calibration;
    const struct point_result *result = &calibration->result[i];
    g_autofree char *text = point_text(&calibration->point[i]);
    double measured = prices->sample[i].cycles, fitted = fitted_cycles(prices, i);
    table_row(table);
    table_cell(table, "%s", text);
    table_cell(table, "%.0f (%.0f-%.0f)", measured, cycles_of(calibration, result->cpu_ns.lower),
               cycles_of(calibration, result->cpu_ns.upper));
    table_cell(table, "%.0f", fitted);
    table_cell(table, "%+.1f %%", (fitted / measured - 1) * 100);
}

static char *points_text(const struct measured_prices *prices)
{
    static const char *const titles[] = {"point", "cycles a packet (quartiles)", "fitted", "error"};
    struct table *table = table_new();
    table_row(table);
    for (gsize i = 0; i < G_N_ELEMENTS(titles); i++)
        table_cell(table, "%s", titles[i]);
    for (guint i = 0; i < prices->calibration->points; i++)
        put_point(table, prices, i);
    char *text = table_text(table, 1, FALSE);
    table_free(table);
    return text;
}

/* --- lines --- */

static gboolean same_family(const struct point *a, const struct point *b)
{
    return a->method == b->method && a->payload_bytes == b->payload_bytes && a->batch == b->batch &&
           a->destinations == b->destinations && a->cold == b->cold && a->zero_copy == b->zero_copy &&
           a->link_cuts == b->link_cuts;
}

/* Points like `first`, which comes before them, with every number of packets a message that is larger than one; the first of the
 * family has them all, others none. */
static guint family_of(const struct measured_prices *prices, guint first, guint *member)
{
    const struct point *point = prices->calibration->point;
    guint n = 0;
    for (guint i = 0; i < prices->calibration->points; i++) {
        if (point[i].group == 1 || point[first].group == 1 || !same_family(&point[i], &point[first]))
            continue;
        if (i < first)
            return 0;
        if (n < FAMILY_MOST)
            member[n++] = i;
    }
    return n;
}

static void put_line(struct table *table, const struct measured_prices *prices, const guint *member, guint n)
{
    double g[FAMILY_MOST], measured[FAMILY_MOST], fitted[FAMILY_MOST];
    const struct point *point = &prices->calibration->point[member[0]];
    for (guint k = 0; k < n; k++) {
        g[k] = prices->calibration->point[member[k]].group;
        measured[k] = prices->sample[member[k]].cycles;
        fitted[k] = fitted_cycles(prices, member[k]);
    }
    struct fit_line line = fit_line(g, measured, n), by_prices = fit_line(g, fitted, n);
    table_row(table);
    table_cell(table, "%s %u B, %u a call%s%s%s", point->method->name, point->payload_bytes, point->batch,
               point->cold ? ", cold" : ", hot", point->zero_copy ? ", zero copy" : ", copied",
               point->link_cuts ? ", cut by the link" : "");
    table_cell(table, "%.0f", line.a);
    table_cell(table, "%.0f", line.b);
    table_cell(table, "%.0f", by_prices.a);
    table_cell(table, "%.0f", by_prices.b);
}

static char *lines_text(const struct measured_prices *prices)
{
    static const char *const titles[] = {"messages of g packets", "a", "b", "a by prices", "b by prices"};
    struct table *table = table_new();
    table_row(table);
    for (gsize i = 0; i < G_N_ELEMENTS(titles); i++)
        table_cell(table, "%s", titles[i]);
    for (guint i = 0; i < prices->calibration->points; i++) {
        guint member[FAMILY_MOST], n = family_of(prices, i, member);
        if (n >= FAMILY_LEAST)
            put_line(table, prices, member, n);
    }
    char *text = table_rows(table) > 1 ? table_text(table, 1, FALSE) : g_strdup("");
    table_free(table);
    return text;
}

/* --- prices --- */

static const char *const ways[] = {[PRICE_FITTED] = "fitted",
                                   [PRICE_PRIMITIVE] = "measured by itself",
                                   [PRICE_TOP] = "high end measured by itself",
                                   [PRICE_DRIVER] = "base, scaled to the driver's time",
                                   [PRICE_BASE] = "base"};

static void put_mcycles(struct table *table, uint64_t mcycles)
{
    g_autofree char *text = quantity_format(&quantity_cycles, mcycles);
    text[strcspn(text, " ")] = '\0'; /* without the unit */
    table_cell(table, "%s", text);
}

/* Those that are not 0 throughout. */
static char *prices_text(const struct measured_prices *prices)
{
    static const char *const titles[] = {"price in cycles", "low", "typical", "high", "confidence", "how"};
    struct table *table = table_new();
    table_row(table);
    for (gsize i = 0; i < G_N_ELEMENTS(titles); i++)
        table_cell(table, "%s", titles[i]);
    for (const struct price_row *row = price_rows; row->event != WEFT_EVENTS; row++) {
        const struct weft_price *price = &prices->profile.price[row->event];
        if (price->high_mcycles == 0)
            continue;
        table_row(table);
        table_cell(table, "%s", weft_events[row->event].name);
        put_mcycles(table, price->low_mcycles);
        put_mcycles(table, price->typical_mcycles);
        put_mcycles(table, price->high_mcycles);
        table_cell(table, "%s", price->confidence);
        table_cell(table, "%s", measured_is_from_base(prices, row) ? ways[PRICE_BASE] : ways[row->way]);
    }
    char *text = table_text(table, 1, TRUE);
    table_free(table);
    return text;
}

char *measured_prices_text(const struct measured_prices *prices)
{
    g_autofree char *points = points_text(prices), *lines = lines_text(prices), *cycles = prices_text(prices);
    return g_strdup_printf("%s%s%s\n%s", points, *lines ? "\ncycles a packet = a / g + b\n" : "", lines,
                           cycles);
}
