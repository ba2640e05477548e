/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The runs of a comparison, one after the other. */

#include "comparison_runs.h"

#include "failure.h"
#include "result_json.h"

#include <stdio.h>
#include <unistd.h>

/* Only on a terminal: elsewhere it would be noise. */
void comparison_progress(guint done, guint runs)
{
    if (!isatty(STDERR_FILENO))
        return;
    if (done < runs)
        fprintf(stderr, "\rrun %u of %u ", done + 1, runs);
    else
        fprintf(stderr, "\r%*s\r", 32, "");
}

static gboolean set_method(const struct comparison *comparison, const struct weft_method *method,
                           GError **error)
{
    return scenario_set(comparison->scenario, "--methods", GROUP_WRITE, "method", method->name, error);
}

static void note_rates(struct outcome *outcome, const struct weft_setup *setup)
{
    outcome->streams = setup->streams;
    outcome->port_bps = setup->device[0].rate_bps;
    for (uint32_t i = 0; i < setup->servers; i++)
        outcome->link_bps = MAX(outcome->link_bps, setup->server[i].link_bps);
    for (uint32_t i = 0; i < setup->devices; i++)
        outcome->port_bps = MIN(outcome->port_bps, setup->device[i].rate_bps);
}

gboolean comparison_run(const struct comparison *comparison, const struct backend_row *backend,
                        bool carry_bytes, JsonBuilder *json, GArray *outcomes, GError **error)
{
    struct plan *plan = plan_new(comparison->scenario, comparison->media, error);
    if (!plan)
        return FALSE;
    struct run_result result = {0};
    struct run_request request = {.setup = &plan->setup,
                                  .backend = backend,
                                  .carry_bytes = carry_bytes && plan->has_media,
                                  .trace_fd = -1,
                                  .hops_fd = -1};
    gboolean good = execute(&request, &result, error);
    if (good) {
        struct outcome outcome = {
            .backend = backend,
            .method = plan->setup.write.method->name,
            .interval_ps = weft_setup_interval(&plan->setup),
            .summary = summarise(plan, &result),
        };
        note_rates(&outcome, &plan->setup);
        g_array_append_val(outcomes, outcome);
        if (json)
            result_json_add(json, plan, backend->name, &result);
        run_result_clear(&result);
    }
    plan_free(plan);
    return good;
}

GArray *comparison_methods(const struct comparison *comparison, JsonBuilder *json, GError **error)
{
    g_autoptr(GArray) outcomes = g_array_new(FALSE, FALSE, sizeof(struct outcome));
    guint runs = comparison->backends->len * comparison->methods->len;
    gboolean good = TRUE;
    for (guint b = 0; good && b < comparison->backends->len; b++)
        for (guint m = 0; good && m < comparison->methods->len; m++) {
            comparison_progress(outcomes->len, runs);
            good = set_method(comparison, g_ptr_array_index(comparison->methods, m), error) &&
                   comparison_run(comparison, g_ptr_array_index(comparison->backends, b), true, json,
                                  outcomes, error);
        }
    comparison_progress(runs, runs);
    return good ? g_steal_pointer(&outcomes) : NULL;
}

static void note_value(GArray *outcomes, guint from, const struct variation *variation, guint value)
{
    for (guint i = from; i < outcomes->len; i++) {
        struct outcome *outcome = &g_array_index(outcomes, struct outcome, i);
        outcome->variation = variation;
        outcome->value = &g_array_index(variation->values, struct variation_value, value);
    }
}

GArray *comparison_varied(const struct comparison *comparison, JsonBuilder *json, GError **error)
{
    g_autoptr(GArray) outcomes = g_array_new(FALSE, FALSE, sizeof(struct outcome));
    const struct variation *variation = comparison->variation;
    for (guint v = 0; v < variation->values->len; v++) {
        struct comparison point = *comparison;
        point.scenario = g_array_index(variation->values, struct variation_value, v).scenario;
        g_autoptr(GArray) here = comparison_methods(&point, json, error);
        if (!here)
            return NULL;
        guint from = outcomes->len;
        g_array_append_vals(outcomes, here->data, here->len);
        note_value(outcomes, from, variation, v);
    }
    return g_steal_pointer(&outcomes);
}

GArray *comparison_intervals(const struct comparison *comparison, GError **error)
{
    g_autoptr(GArray) outcomes = g_array_new(FALSE, FALSE, sizeof(struct outcome));
    guint runs = comparison->intervals->len * comparison->methods->len;
    gboolean good = TRUE;
    for (guint m = 0; good && m < comparison->methods->len; m++)
        for (guint i = 0; good && i < comparison->intervals->len; i++) {
            weft_ps interval_ps = g_array_index(comparison->intervals, weft_ps, i);
            g_autofree char *interval = quantity_format(&quantity_time, interval_ps);
            comparison_progress(outcomes->len, runs);
            good =
                set_method(comparison, g_ptr_array_index(comparison->methods, m), error) &&
                scenario_set(comparison->scenario, "--intervals", GROUP_WRITE, "interval", interval, error) &&
                comparison_run(comparison, g_ptr_array_index(comparison->backends, 0), false, NULL, outcomes,
                               error);
        }
    comparison_progress(runs, runs);
    return good ? g_steal_pointer(&outcomes) : NULL;
}
