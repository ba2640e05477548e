/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An ablation as tables and as CSV. */

#include "ablation.h"

#include "table.h"

#include <math.h>
#include <string.h>

/* The views in the order in which the table of effects shows them. */
static const int effect_views[] = {ABLATION_FIRST, ABLATION_FORWARD, ABLATION_BACKWARD, ABLATION_LAST};

/* A path: the method it starts from, then the runs of its steps, with what each step sets. */
static char *path_table(const struct ablation_runs *runs, int view)
{
    const struct ablation *ablation = runs->ablation;
    g_autoptr(GArray) outcomes = g_array_new(FALSE, FALSE, sizeof(struct outcome));
    g_autoptr(GPtrArray) labels = g_ptr_array_new_with_free_func(g_free);
    for (guint step = 0; step <= ablation->axes->len; step++) {
        struct outcome outcome = *ablation_outcome(runs, view, step);
        g_ptr_array_add(labels, g_strdup_printf("%s = %s", ablation_key(ablation, step),
                                                ablation_value(ablation, view, step)));
        outcome.method = g_ptr_array_index(labels, step);
        g_array_append_val(outcomes, outcome);
    }
    return comparison_table(outcomes, "step");
}

/* With its sign, and zero without one. The caller frees with g_free. */
static char *signed_text(double effect, int decimals)
{
    return fabs(effect) < 0.5 * pow(10, -decimals) ? g_strdup("0")
                                                   : g_strdup_printf("%+.*f", decimals, effect);
}

/* "-3500 (-4100 to -3000)", where prices make a range. */
static void put_effect(struct table *table, double effect, const struct ablation_range *range, int decimals)
{
    g_autofree char *typical = signed_text(effect, decimals), *least = signed_text(range->least, decimals),
                    *most = signed_text(range->most, decimals);
    if (strcmp(least, most) == 0)
        table_cell(table, "%s", typical);
    else
        table_cell(table, "%s (%s to %s)", typical, least, most);
}

static void put_effect_titles(struct table *table)
{
    table_row(table);
    table_cell(table, "axis");
    table_cell(table, "change");
    for (size_t m = 0; m < ablation_metrics_count; m++)
        for (size_t v = 0; v < G_N_ELEMENTS(effect_views); v++)
            table_cell(table, "%s%s%s", v ? "" : ablation_metrics[m].column, v ? "" : ": ",
                       ablation_views[effect_views[v]].name);
}

static void put_effects(struct table *table, const struct ablation_runs *runs, guint step)
{
    const struct ablation *ablation = runs->ablation;
    table_row(table);
    table_cell(table, "%s", ablation_key(ablation, step));
    table_cell(table, "%s -> %s", ablation_value(ablation, ABLATION_BACKWARD, step),
               ablation_value(ablation, ABLATION_FORWARD, step));
    for (size_t m = 0; m < ablation_metrics_count; m++)
        for (size_t v = 0; v < G_N_ELEMENTS(effect_views); v++) {
            const struct ablation_metric *metric = &ablation_metrics[m];
            const struct ablation_range range = ablation_effect_range(runs, metric, effect_views[v], step);
            put_effect(table, ablation_effect(runs, metric, effect_views[v], step, WEFT_TYPICAL), &range,
                       metric->decimals);
        }
}

/* Only the steps of a path add up to the whole. */
static void put_sums(struct table *table, const struct ablation_runs *runs)
{
    const struct outcome *from = ablation_outcome(runs, ABLATION_FORWARD, 0),
                         *to = ablation_outcome(runs, ABLATION_BACKWARD, 0);
    table_row(table);
    table_cell(table, "sum");
    table_cell(table, "%s -> %s", runs->ablation->from->name, runs->ablation->to->name);
    for (size_t m = 0; m < ablation_metrics_count; m++)
        for (size_t v = 0; v < G_N_ELEMENTS(effect_views); v++) {
            const struct ablation_metric *metric = &ablation_metrics[m];
            const struct ablation_range range = ablation_range(metric, from, to);
            if (ablation_views[effect_views[v]].cumulative)
                put_effect(table, metric->value(to, WEFT_TYPICAL) - metric->value(from, WEFT_TYPICAL), &range,
                           metric->decimals);
            else
                table_cell(table, "-");
        }
}

static char *effects_table(const struct ablation_runs *runs)
{
    struct table *table = table_new();
    put_effect_titles(table);
    for (guint step = 1; step <= runs->ablation->axes->len; step++)
        put_effects(table, runs, step);
    put_sums(table, runs);
    char *text = table_text(table, 2, FALSE);
    table_free(table);
    return text;
}

char *ablation_table(const struct ablation_runs *runs)
{
    const char *from = runs->ablation->from->name, *to = runs->ablation->to->name;
    g_autofree char *forward = path_table(runs, ABLATION_FORWARD),
                    *backward = path_table(runs, ABLATION_BACKWARD), *effects = effects_table(runs);
    return g_strdup_printf(
        "Forward: from %s to %s, a line a step, in the order of `weft list keys`.\n%s\n"
        "Backward: from %s to %s, the axes put back in the same order.\n%s\n"
        "What an axis changes: as the first step from %s, on the way forward, on the way back, as the "
        "last step to %s.\n%s",
        from, to, forward, to, from, backward, from, to, effects);
}

/* In the order in which put_csv_row() writes them. */
const struct result_field ablation_columns[] = {
    {"view", NULL, "the way from one method to the other", .type = &result_text},
    {"step", NULL, "0: a method; from 1 on the axes that differ, in the order of weft list keys",
     .type = &result_count},
    {"key", NULL, "what the step sets: method, or an axis", .type = &result_text},
    {"from", NULL, "the first method, or its value on the axis", .type = &result_text},
    {"to", NULL, "the second method, or its value on the axis", .type = &result_text},
    {NULL},
};

static void put_csv_row(struct table *table, const struct ablation_runs *runs, int view, guint step,
                        guint replications)
{
    const struct ablation *ablation = runs->ablation;
    const struct ablation_axis *axis =
        step ? &g_array_index(ablation->axes, struct ablation_axis, step - 1) : NULL;
    table_row(table);
    table_cell(table, "%s", ablation_views[view].name);
    table_cell(table, "%u", step);
    table_cell(table, "%s", ablation_key(ablation, step));
    table_cell(table, "%s", axis ? axis->from : ablation->from->name);
    table_cell(table, "%s", axis ? axis->to : ablation->to->name);
    comparison_csv_numbers(table, ablation_outcome(runs, view, step), replications);
}

char *ablation_csv(const GPtrArray *all)
{
    struct table *table = table_new();
    const struct ablation_runs *first = g_ptr_array_index(all, 0);
    guint replications = comparison_replications(first->outcomes);
    table_row(table);
    for (const struct result_field *column = ablation_columns; column->name; column++)
        table_cell(table, "%s", column->name);
    comparison_csv_titles(table, replications);
    for (guint i = 0; i < all->len; i++)
        for (int view = 0; view < ABLATION_VIEWS; view++) {
            const struct ablation_runs *runs = g_ptr_array_index(all, i);
            for (guint step = 0; step <= runs->ablation->axes->len; step++)
                put_csv_row(table, runs, view, step, replications);
        }
    char *text = table_csv(table);
    table_free(table);
    return text;
}
