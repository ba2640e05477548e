/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The runs of a comparison. */

#include "comparison_runs.h"

#include "command.h"
#include "comparison_windows.h"
#include "json_writer.h"
#include "points.h"
#include "result_json.h"

/* --- points --- */

static struct scenario *point_scenario(void *context, guint index, GError **error)
{
    const struct comparison_points *points = context;
    return points->scenario(points->context, index, error);
}

static const struct backend_row *point_backend(void *context, guint index)
{
    const struct comparison_points *points = context;
    return points->backend(points->context, index);
}

static void ask(void *context, guint replication, const struct plan *plan, struct run_request *request)
{
    const struct comparison_points *points = context;
    request->carry_bytes = points->carry_bytes && plan->has_media;
    if (points->windows && replication == 0)
        comparison_windows_ask(points->windows, request);
}

static void adjust(void *context, guint index, struct plan *plan)
{
    const struct comparison_points *points = context;
    points->adjust(points->context, index, plan);
}

static void note_rates(struct outcome *outcome, const struct weft_setup *setup)
{
    outcome->servers = setup->servers;
    outcome->devices = setup->devices;
    outcome->streams = setup->streams;
    outcome->port_bps = setup->device[0].rate_bps;
    for (uint32_t i = 0; i < setup->servers; i++)
        outcome->link_bps = MAX(outcome->link_bps, setup->server[i].link_bps);
    for (uint32_t i = 0; i < setup->devices; i++)
        outcome->port_bps = MIN(outcome->port_bps, setup->device[i].rate_bps);
}

static gboolean write_json(const struct comparison_points *points, guint index, const struct replica *replica,
                           guint n, GError **error)
{
    json_writer_begin_object(points->json);
    result_json_add_members(points->json, point_backend((void *)points, index)->name, replica, n);
    if (points->decorate)
        points->decorate(points->context, index, points->json);
    json_writer_end_object(points->json);
    return json_writer_flush(points->json, error);
}

struct outcome outcome_new(const struct backend_row *backend, const struct replica *replica, guint n)
{
    const struct weft_setup *setup = &replica[0].plan->setup;
    struct outcome outcome = {
        .backend = backend,
        .method = setup->write.method->name,
        .interval_ps = weft_setup_interval(setup),
        .each = g_new(struct summary, n),
        .replications = n,
    };
    for (guint i = 0; i < n; i++)
        outcome.each[i] = summarise(replica[i].plan, &replica[i].result);
    outcome.summary = summary_mean(outcome.each, n);
    note_rates(&outcome, setup);
    return outcome;
}

static gboolean end(void *context, guint index, const struct replica *replica, guint n, GError **error)
{
    const struct comparison_points *points = context;
    struct outcome outcome = outcome_new(point_backend(context, index), replica, n);
    g_array_append_val(points->outcomes, outcome);
    return !points->json || write_json(points, index, replica, n, error);
}

gboolean comparison_run(struct comparison_points *points, GError **error)
{
    const struct points all = {
        .points = points->points,
        .jobs = points->comparison->jobs,
        .media = points->comparison->media,
        .context = points,
        .scenario = point_scenario,
        .backend = point_backend,
        .adjust = points->adjust ? adjust : NULL,
        .ask = ask,
        .end = end,
        .progress = command_progress,
    };
    return points_run(&all, error);
}

static struct scenario *with_method(const struct comparison *comparison, struct scenario *scenario,
                                    guint method, GError **error)
{
    const struct weft_method *row = g_ptr_array_index(comparison->methods, method);
    return scenario_set(scenario, "--methods", GROUP_WRITE, "method", row->name, error) ? scenario : NULL;
}

/* --- methods: value by value, back end by back end --- */

static const struct variation_value *value_of(const struct comparison *comparison, guint index)
{
    guint each = comparison->backends->len * comparison->methods->len;
    return &g_array_index(comparison->variation->values, struct variation_value, index / each);
}

static struct scenario *method_scenario(void *context, guint index, GError **error)
{
    const struct comparison *comparison = context;
    struct scenario *scenario =
        comparison->variation ? value_of(comparison, index)->scenario : comparison->scenario;
    return with_method(comparison, scenario, index % comparison->methods->len, error);
}

static const struct backend_row *method_backend(void *context, guint index)
{
    const struct comparison *comparison = context;
    return g_ptr_array_index(comparison->backends,
                             index / comparison->methods->len % comparison->backends->len);
}

static void note_values(GArray *outcomes, const struct comparison *comparison)
{
    for (guint i = 0; i < outcomes->len; i++) {
        struct outcome *outcome = &g_array_index(outcomes, struct outcome, i);
        outcome->variation = comparison->variation;
        outcome->value = value_of(comparison, i);
    }
}

GArray *comparison_methods(const struct comparison *comparison, struct json_writer *json, GError **error)
{
    g_autoptr(GArray) outcomes = outcomes_new();
    guint values = comparison->variation ? comparison->variation->values->len : 1;
    struct comparison_points points = {
        .comparison = comparison,
        .points = values * comparison->backends->len * comparison->methods->len,
        .context = (void *)comparison,
        .scenario = method_scenario,
        .backend = method_backend,
        .carry_bytes = true,
        .windows = comparison->windows,
        .json = json,
        .outcomes = outcomes,
    };
    if (!comparison_run(&points, error))
        return NULL;
    if (comparison->variation)
        note_values(outcomes, comparison);
    return g_steal_pointer(&outcomes);
}

/* --- intervals: method by method --- */

static struct scenario *interval_scenario(void *context, guint index, GError **error)
{
    const struct comparison *comparison = context;
    guint intervals = comparison->intervals->len;
    weft_ps interval_ps = g_array_index(comparison->intervals, weft_ps, index % intervals);
    g_autofree char *interval = quantity_format(&quantity_time, interval_ps);
    return scenario_set(comparison->scenario, "--intervals", GROUP_WRITE, "interval", interval, error)
               ? with_method(comparison, comparison->scenario, index / intervals, error)
               : NULL;
}

static const struct backend_row *first_backend(void *context, guint index)
{
    const struct comparison *comparison = context;
    (void)index;
    return g_ptr_array_index(comparison->backends, 0);
}

GArray *comparison_intervals(const struct comparison *comparison, GError **error)
{
    g_autoptr(GArray) outcomes = outcomes_new();
    struct comparison_points points = {
        .comparison = comparison,
        .points = comparison->intervals->len * comparison->methods->len,
        .context = (void *)comparison,
        .scenario = interval_scenario,
        .backend = first_backend,
        .outcomes = outcomes,
    };
    return comparison_run(&points, error) ? g_steal_pointer(&outcomes) : NULL;
}
