/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What factors say in words: which of them matter in whatever order, which only in company, and which not. What is below a
 * hundredth of what the first method needs is nothing. */

#include "factors.h"

#include <math.h>
#include <string.h>

/* With its sign, and zero without one. The caller frees with g_free. */
static char *shown(double effect, int decimals)
{
    return fabs(effect) < 0.5 * pow(10, -decimals) ? g_strdup("0")
                                                   : g_strdup_printf("%+.*f", decimals, effect);
}

/* "-3500 (-4100 to -3000)", where the range is one. */
static void put_range(struct table *table, double typical, double least, double most, int decimals)
{
    g_autofree char *text = shown(typical, decimals), *low = shown(least, decimals),
                    *high = shown(most, decimals);
    if (strcmp(low, high) == 0)
        table_cell(table, "%s", text);
    else
        table_cell(table, "%s (%s to %s)", text, low, high);
}

static void put_effect(struct table *table, const struct factor_effect *effect, int decimals)
{
    put_range(table, effect->typical, effect->range.least, effect->range.most, decimals);
}

static void put_factor(struct table *table, const struct factor *cycles, const struct factor *port)
{
    table_row(table);
    table_cell(table, "%s", cycles->name);
    table_cell(table, "%s -> %s", cycles->from, cycles->to);
    put_effect(table, &cycles->mean, 0);
    put_effect(table, &cycles->first, 0);
    put_effect(table, &cycles->last, 0);
    g_autofree char *least = shown(cycles->least, 0), *most = shown(cycles->most, 0);
    table_cell(table, "%s to %s", least, most);
    put_range(table, port->mean.typical, port->least, port->most, 1);
}

static char *factor_table(const struct ablation_runs *runs)
{
    static const char *const titles[] = {"axis",
                                         "change",
                                         "cycles a packet: mean of all orders",
                                         "first",
                                         "last",
                                         "in any order",
                                         "port KB: mean (any order)"};
    struct table *table = table_new();
    table_row(table);
    for (size_t i = 0; i < G_N_ELEMENTS(titles); i++)
        table_cell(table, "%s", titles[i]);
    for (guint axis = 0; axis <= runs->ablation->axes->len; axis++) {
        bool whole = axis == runs->ablation->axes->len;
        const struct ablation_metric *metric = ablation_metrics;
        struct factor cycles = whole ? factor_whole(runs, &metric[0]) : factor_of(runs, &metric[0], axis),
                      port = whole ? factor_whole(runs, &metric[1]) : factor_of(runs, &metric[1], axis);
        put_factor(table, &cycles, &port);
    }
    char *text = table_text(table, 2, FALSE);
    table_free(table);
    return text;
}

/* --- kinds of axes: what they do to cycles in whatever order and with whatever prices --- */

static bool always_saves(const struct factor *factor, double least)
{
    return factor->widest.most <= -least;
}

static bool does_nothing(const struct factor *factor, double least)
{
    return factor->widest.least > -least && factor->widest.most < least;
}

static bool saves_or_not(const struct factor *factor, double least)
{
    return factor->widest.least <= -least && factor->widest.most > -least && factor->widest.most < least;
}

static bool saves_or_costs(const struct factor *factor, double least)
{
    return factor->widest.least <= -least && factor->widest.most >= least;
}

static bool only_costs(const struct factor *factor, double least)
{
    return factor->widest.least > -least && factor->widest.most >= least;
}

static const struct kind {
    const char *words;
    bool (*is)(const struct factor *factor, double least);
    bool numbers; /* are said */
} kinds[] = {
    {"Save in any order, at any prices", always_saves, true},
    {"Save or make no difference", saves_or_not, true},
    {"Save or cost, by order and prices", saves_or_costs, true},
    {"Cost or make no difference", only_costs, true},
    {"Make no difference", does_nothing, false},
};

static void say_kind(GString *text, const struct ablation_runs *runs, const struct kind *kind, double least)
{
    bool said = false;
    for (guint axis = 0; axis < runs->ablation->axes->len; axis++) {
        struct factor factor = factor_of(runs, &ablation_metrics[0], axis);
        if (!kind->is(&factor, least))
            continue;
        g_string_append_printf(text, "%s%s", said ? "; " : kind->words, said ? "" : ": ");
        g_string_append(text, factor.name);
        said = true;
        if (!kind->numbers)
            continue;
        g_autofree char *mean = shown(factor.mean.typical, 0), *low = shown(factor.widest.least, 0),
                        *high = shown(factor.widest.most, 0);
        g_string_append_printf(text, " (%s in the mean, %s to %s)", mean, low, high);
    }
    g_string_append(text, said ? ".\n" : "");
}

char *factors_text(const struct ablation_runs *runs)
{
    const struct ablation *ablation = runs->ablation;
    const double *start = ablation_outcome(runs, ABLATION_FORWARD, 0)->summary.cycles_per_packet,
                 *end = ablation_outcome(runs, ABLATION_BACKWARD, 0)->summary.cycles_per_packet;
    g_autofree char *table = factor_table(runs);
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "From %s to %s, every combination of %u axes run.\n%s\n",
                           ablation->from->name, ablation->to->name, ablation->axes->len, table);
    g_string_append_printf(text,
                           "A packet costs %.0f (%.0f-%.0f) cycles with %s, %.0f (%.0f-%.0f) with %s. Of "
                           "that difference (less than %.3g is none):\n",
                           start[WEFT_TYPICAL], start[WEFT_LOW], start[WEFT_HIGH], ablation->from->name,
                           end[WEFT_TYPICAL], end[WEFT_LOW], end[WEFT_HIGH], ablation->to->name,
                           fmax(start[WEFT_TYPICAL] / 100, 0.5));
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        say_kind(text, runs, &kinds[i], fmax(start[WEFT_TYPICAL] / 100, 0.5));
    return g_string_free(text, FALSE);
}
