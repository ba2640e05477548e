/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Effects of axes over all orders. */

#include "factors.h"

#include <math.h>

double factor_weight(guint n, guint before)
{
    double weight = 1.0 / n; /* before! (n - 1 - before)! / n! */
    for (guint i = 1; i <= before; i++)
        weight *= (double)i / (double)(n - i);
    return weight;
}

static const struct outcome *outcome_with(const struct ablation_runs *runs, guint32 changed)
{
    return &g_array_index(runs->outcomes, struct outcome, changed);
}

static guint bits_of(guint32 changed)
{
    guint n = 0;
    for (; changed; changed &= changed - 1)
        n++;
    return n;
}

static struct factor_effect effect_of(const struct ablation_metric *metric, const struct outcome *without,
                                      const struct outcome *with)
{
    return (struct factor_effect){metric->value(with, WEFT_TYPICAL) - metric->value(without, WEFT_TYPICAL),
                                  ablation_range(metric, without, with)};
}

/* Means over all orders, at typical prices and of each event at each end: the range of a mean is narrower than the mean of
 * ranges, since a price is the same in all runs. */
struct means {
    double typical, part[2][WEFT_EVENTS];
};

static void add_mean(struct means *means, const struct ablation_metric *metric, double weight,
                     const struct outcome *without, const struct outcome *with)
{
    means->typical += weight * (metric->value(with, WEFT_TYPICAL) - metric->value(without, WEFT_TYPICAL));
    for (int event = 0; metric->part && event < WEFT_EVENTS; event++) {
        means->part[0][event] +=
            weight * (metric->part(with, event, WEFT_LOW) - metric->part(without, event, WEFT_LOW));
        means->part[1][event] +=
            weight * (metric->part(with, event, WEFT_HIGH) - metric->part(without, event, WEFT_HIGH));
    }
}

static struct factor_effect mean_of(const struct means *means, const struct ablation_metric *metric)
{
    struct factor_effect mean = {.typical = means->typical};
    if (!metric->part)
        mean.range = (struct ablation_range){means->typical, means->typical};
    for (int event = 0; metric->part && event < WEFT_EVENTS; event++) {
        mean.range.least += fmin(means->part[0][event], means->part[1][event]);
        mean.range.most += fmax(means->part[0][event], means->part[1][event]);
    }
    return mean;
}

struct factor factor_of(const struct ablation_runs *runs, const struct ablation_metric *metric, guint axis)
{
    const struct ablation_axis *row = &g_array_index(runs->ablation->axes, struct ablation_axis, axis);
    guint n = runs->ablation->axes->len;
    guint32 own = UINT32_C(1) << axis, all = (UINT32_C(1) << n) - 1;
    struct means means = {0};
    struct factor factor = {.name = row->key->name, .from = row->from, .to = row->to};
    factor.least = factor.widest.least = INFINITY;
    factor.most = factor.widest.most = -INFINITY;
    for (guint32 others = 0; others <= all; others++) {
        if (others & own)
            continue;
        const struct outcome *without = outcome_with(runs, others), *with = outcome_with(runs, others | own);
        struct factor_effect effect = effect_of(metric, without, with);
        add_mean(&means, metric, factor_weight(n, bits_of(others)), without, with);
        factor.least = fmin(factor.least, effect.typical);
        factor.most = fmax(factor.most, effect.typical);
        factor.widest.least = fmin(factor.widest.least, effect.range.least);
        factor.widest.most = fmax(factor.widest.most, effect.range.most);
    }
    factor.mean = mean_of(&means, metric);
    factor.first = effect_of(metric, outcome_with(runs, 0), outcome_with(runs, own));
    factor.last = effect_of(metric, outcome_with(runs, all & ~own), outcome_with(runs, all));
    return factor;
}

struct factor factor_whole(const struct ablation_runs *runs, const struct ablation_metric *metric)
{
    guint32 all = (UINT32_C(1) << runs->ablation->axes->len) - 1;
    struct factor_effect effect = effect_of(metric, outcome_with(runs, 0), outcome_with(runs, all));
    return (struct factor){.name = "whole",
                           .from = runs->ablation->from->name,
                           .to = runs->ablation->to->name,
                           .mean = effect,
                           .first = effect,
                           .last = effect,
                           .least = effect.typical,
                           .most = effect.typical,
                           .widest = effect.range};
}
