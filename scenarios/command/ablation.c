/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an ablation consists of: axes that differ, views, steps. */

#include "ablation.h"

#include "failure.h"
#include "policies.h"

#include <math.h>
#include <string.h>

const struct ablation_view ablation_views[ABLATION_VIEWS] = {
    [ABLATION_FORWARD] = {"forward", "axes changed one after the other", true, false},
    [ABLATION_BACKWARD] = {"backward", "axes put back one after the other", true, true},
    [ABLATION_FIRST] = {"first", "only this axis changed", false, false},
    [ABLATION_LAST] = {"last", "only this axis put back", false, true},
};

static void axis_clear(void *data)
{
    struct ablation_axis *axis = data;
    g_free(axis->from);
    g_free(axis->to);
}

/* How the scenario writes with a method, by key; NULL for keys of other groups. */
static GPtrArray *written_values(const struct comparison *comparison, const struct weft_method *method,
                                 GError **error)
{
    if (!scenario_set(comparison->scenario, "--methods", GROUP_WRITE, "method", method->name, error))
        return NULL;
    struct plan *plan = plan_new(comparison->scenario, comparison->media, error);
    if (!plan)
        return NULL;
    GPtrArray *values = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < plan->sections; i++)
        for (size_t k = 0; k < keys_count() && plan->resolved[i].section->kind == GROUP_WRITE; k++)
            g_ptr_array_add(values, resolved_value(&plan->resolved[i], &keys[k]));
    plan_free(plan);
    return values;
}

/* Axes are the keys whose value comes with the method. */
static void find_axes(struct ablation *ablation, const GPtrArray *from, const GPtrArray *to)
{
    for (guint k = 0; k < from->len; k++) {
        const char *before = g_ptr_array_index(from, k), *after = g_ptr_array_index(to, k);
        if (keys[k].policies == &policy_methods || g_strcmp0(before, after) == 0)
            continue;
        struct ablation_axis axis = {&keys[k], g_strdup(before), g_strdup(after)};
        g_array_append_val(ablation->axes, axis);
    }
    g_assert_cmpuint(ablation->axes->len, <, 32); /* bits of ablation_changed() */
}

struct ablation *ablation_new(const struct comparison *comparison, const char *option, GError **error)
{
    struct ablation *ablation = g_new0(struct ablation, 1);
    ablation->from = g_ptr_array_index(comparison->methods, 0);
    ablation->to = g_ptr_array_index(comparison->methods, 1);
    ablation->axes = g_array_new(FALSE, FALSE, sizeof(struct ablation_axis));
    g_array_set_clear_func(ablation->axes, axis_clear);
    g_autoptr(GPtrArray) from = written_values(comparison, ablation->from, error);
    g_autoptr(GPtrArray) to = from ? written_values(comparison, ablation->to, error) : NULL;
    if (to)
        find_axes(ablation, from, to);
    if (ablation->axes->len > 0)
        return ablation;
    if (to)
        failure(error, STATUS_INPUT,
                "%s: %s and %s do not differ in this scenario; allowed: two methods that differ in an axis "
                "that the scenario leaves to them",
                option, ablation->from->name, ablation->to->name);
    ablation_free(ablation);
    return NULL;
}

void ablation_free(struct ablation *ablation)
{
    if (!ablation)
        return;
    g_array_unref(ablation->axes);
    g_free(ablation);
}

guint32 ablation_changed(const struct ablation *ablation, int view, guint step)
{
    guint32 all = (UINT32_C(1) << ablation->axes->len) - 1, moved = 0;
    if (step > 0)
        moved = ablation_views[view].cumulative ? (UINT32_C(1) << step) - 1 : UINT32_C(1) << (step - 1);
    return ablation_views[view].from_end ? all & ~moved : moved;
}

const char *ablation_key(const struct ablation *ablation, guint step)
{
    return step == 0 ? "method" : g_array_index(ablation->axes, struct ablation_axis, step - 1).key->name;
}

const char *ablation_value(const struct ablation *ablation, int view, guint step)
{
    bool from_end = ablation_views[view].from_end;
    if (step == 0)
        return from_end ? ablation->to->name : ablation->from->name;
    const struct ablation_axis *axis = &g_array_index(ablation->axes, struct ablation_axis, step - 1);
    return from_end ? axis->from : axis->to;
}

static double cycles_per_packet(const struct outcome *outcome, enum weft_price_end end)
{
    return outcome->summary.cycles_per_packet[end];
}

static double event_cycles_per_packet(const struct outcome *outcome, int event, enum weft_price_end end)
{
    uint64_t sent = outcome->summary.totals.packets_sent;
    return sent ? outcome->summary.event_cycles[end][event] / (double)sent : 0;
}

static double port_kilobytes(const struct outcome *outcome, enum weft_price_end end)
{
    (void)end; /* time runs with typical prices */
    return (double)outcome->summary.totals.peak_port_bytes / 1e3;
}

const struct ablation_metric ablation_metrics[] = {
    {"Processor, cycles a packet", "cycles", 0, cycles_per_packet, event_cycles_per_packet},
    {"Buffer, KB in the fullest port", "port KB", 1, port_kilobytes, NULL},
};
const size_t ablation_metrics_count = G_N_ELEMENTS(ablation_metrics);

/* The runs without and with the axis that a step changes. */
static void sides(const struct ablation_runs *runs, int view, guint step, const struct outcome **without,
                  const struct outcome **with)
{
    const struct ablation_view *row = &ablation_views[view];
    const struct outcome *before = ablation_outcome(runs, view, row->cumulative ? step - 1 : 0),
                         *after = ablation_outcome(runs, view, step);
    *without = row->from_end ? after : before;
    *with = row->from_end ? before : after;
}

double ablation_effect(const struct ablation_runs *runs, const struct ablation_metric *metric, int view,
                       guint step, enum weft_price_end end)
{
    const struct outcome *without, *with;
    sides(runs, view, step, &without, &with);
    return metric->value(with, end) - metric->value(without, end);
}

struct ablation_range ablation_range(const struct ablation_metric *metric, const struct outcome *without,
                                     const struct outcome *with)
{
    struct ablation_range range = {0, 0};
    if (!metric->part) {
        double effect = metric->value(with, WEFT_TYPICAL) - metric->value(without, WEFT_TYPICAL);
        return (struct ablation_range){effect, effect};
    }
    for (int event = 0; event < WEFT_EVENTS; event++) {
        double low = metric->part(with, event, WEFT_LOW) - metric->part(without, event, WEFT_LOW),
               high = metric->part(with, event, WEFT_HIGH) - metric->part(without, event, WEFT_HIGH);
        range.least += fmin(low, high);
        range.most += fmax(low, high);
    }
    return range;
}

struct ablation_range ablation_effect_range(const struct ablation_runs *runs,
                                            const struct ablation_metric *metric, int view, guint step)
{
    const struct outcome *without, *with;
    sides(runs, view, step, &without, &with);
    return ablation_range(metric, without, with);
}
