/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A point's run, and the record of it. */

#include "sweep_point.h"

#include "comparison_runs.h"
#include "failure.h"
#include "json_writer.h"
#include "points.h"
#include "result_json.h"
#include "sweep_record.h"

#include <string.h>

struct point_run {
    struct manifest *manifest;
    guint index;
    struct scenario *scenario;
    const struct backend_row *backend;
    char *record;
    bool changed; /* what was run is not what the manifest says */
};

/* One row as CSV, without its end. Frees the table. */
static char *row_text(struct table *table)
{
    char *text = table_csv(table);
    table_free(table);
    g_strchomp(text);
    return text;
}

char *sweep_point_titles(const struct manifest *manifest)
{
    struct table *table = table_new();
    table_row(table);
    table_cell(table, "point");
    manifest_titles(manifest, table);
    table_cell(table, "%s", comparison_columns[0].name);
    comparison_csv_network_titles(table);
    comparison_csv_titles(table, manifest->replications);
    return row_text(table);
}

static char *cells(const struct point_run *run, const struct outcome *outcome)
{
    struct table *table = table_new();
    table_row(table);
    table_cell(table, "%s", manifest_at(run->manifest, run->index)->id);
    manifest_cells(run->manifest, run->index, table);
    table_cell(table, "%s", outcome->method);
    comparison_csv_network(table, outcome);
    comparison_csv_numbers(table, outcome, run->manifest->replications);
    return row_text(table);
}

static struct scenario *the_scenario(void *context, guint index, GError **error)
{
    const struct point_run *run = context;
    (void)index, (void)error;
    return run->scenario;
}

static const struct backend_row *the_backend(void *context, guint index)
{
    const struct point_run *run = context;
    (void)index;
    return run->backend;
}

static void ask(void *context, guint replication, const struct plan *plan, struct run_request *request)
{
    (void)context, (void)replication;
    request->carry_bytes = plan->has_media;
}

/* Is the scenario, as this plan has it, what it was when the manifest was made? */
static gboolean is_same(struct point_run *run, const struct plan *plan, GError **error)
{
    char hash[SWEEP_HASH_CHARS + 1];
    run->changed = true;
    if (!manifest_hash(run->manifest, run->index, run->scenario, plan, hash, error))
        return FALSE;
    run->changed = strcmp(hash, manifest_at(run->manifest, run->index)->hash) != 0;
    return !run->changed ||
           failure(error, STATUS_INPUT,
                   "%s: it or a file that it names has changed while the sweep ran; allowed: all as it was",
                   run->manifest->sweep->scenario);
}

static gboolean end(void *context, guint index, const struct replica *replica, guint n, GError **error)
{
    struct point_run *run = context;
    (void)index;
    for (guint i = 0; i < n; i++)
        if (!is_same(run, replica[i].plan, error)) /* its files were read again */
            return FALSE;
    g_autoptr(GArray) outcomes = outcomes_new();
    struct outcome outcome = outcome_new(run->backend, replica, n);
    g_array_append_val(outcomes, outcome);
    struct json_writer *writer = json_writer_new(false);
    gsize length;
    result_json_add(writer, run->backend->name, replica, n);
    g_autofree char *row = cells(run, &outcome), *result = json_writer_steal(writer, &length);
    json_writer_free(writer);
    run->record = record_of_result(manifest_at(run->manifest, run->index), row, result);
    return TRUE;
}

/* Before it takes long, and before what is changed fails as if it were the point's own fault. */
static gboolean is_same_still(struct point_run *run, GError **error)
{
    struct plan *plan = plan_new(run->scenario, run->manifest->media, error);
    gboolean good = plan && is_same(run, plan, error);
    plan_free(plan);
    return good;
}

gboolean sweep_point_run(struct manifest *manifest, guint index, enum record_kind *kind, char **record,
                         GError **error)
{
    struct point_run run = {
        .manifest = manifest, .index = index, .backend = manifest_backend(manifest, index)};
    g_autoptr(GError) cause = NULL;
    run.scenario = manifest_scenario(manifest, index, error);
    if (!run.scenario || !is_same_still(&run, error)) {
        scenario_free(run.scenario);
        return FALSE;
    }
    const struct points points = {
        .points = 1,
        .jobs = 1,
        .media = manifest->media,
        .context = &run,
        .scenario = the_scenario,
        .backend = the_backend,
        .ask = ask,
        .end = end,
    };
    gboolean good = points_run(&points, &cause);
    scenario_free(run.scenario);
    if (run.changed) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    *kind = good ? RECORD_RESULT : RECORD_FAILURE;
    *record = good ? run.record : record_of_failure(manifest_at(manifest, index), cause->message);
    return TRUE;
}
