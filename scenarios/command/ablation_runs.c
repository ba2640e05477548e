/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The runs of an ablation: each combination of values once, though several steps may lead to it. */

#include "ablation.h"

#include "json_writer.h"
#include "result_fields.h"

/* Every axis is set, so what earlier runs set does not matter. A run with all of the second method's values is
 * called by its name, every other run by the first's. */
static struct scenario *set_values(const struct comparison *comparison, const struct ablation *ablation,
                                   guint32 changed, GError **error)
{
    bool all = changed == ablation_changed(ablation, ABLATION_FORWARD, ablation->axes->len);
    gboolean good = scenario_set(comparison->scenario, "--ablate", GROUP_WRITE, "method",
                                 all ? ablation->to->name : ablation->from->name, error);
    for (guint i = 0; good && i < ablation->axes->len; i++) {
        const struct ablation_axis *axis = &g_array_index(ablation->axes, struct ablation_axis, i);
        good = scenario_set(comparison->scenario, "--ablate", GROUP_WRITE, axis->key->name,
                            changed >> i & 1 ? axis->to : axis->from, error);
    }
    return good ? comparison->scenario : NULL;
}

static uint32_t no_rows(const struct result_source *source)
{
    (void)source;
    return 0;
}

static const struct result_field step_fields[] = {
    {"view", NULL, "the way from one method to the other", .type = &result_text},
    {"step", NULL, "0: a method; from 1 on the axes that differ, in the order of weft list keys",
     .type = &result_count},
    {"key", NULL, "what the step sets: method, or an axis", .type = &result_text},
    {"value", NULL, "what it sets it to", .type = &result_text},
    {NULL},
};
static const struct result_objects step_objects = {.fields = step_fields, .rows = no_rows};

/* As put_steps() and put_step() write them. */
const struct result_field ablation_fields[] = {
    {"from", NULL, "the first method", .type = &result_text},
    {"to", NULL, "the second method", .type = &result_text},
    {"steps", NULL, "the steps that lead to the run: one run may be a step of several views",
     .type = &result_rows, .objects = &step_objects},
    {NULL},
};

static void put_text(struct json_writer *json, const char *name, const char *value)
{
    json_writer_member(json, name);
    json_writer_text(json, value);
}

static void put_step(struct json_writer *json, const struct ablation *ablation, int view, guint step)
{
    json_writer_begin_object(json);
    put_text(json, "view", ablation_views[view].name);
    json_writer_member(json, "step");
    json_writer_integer(json, step);
    put_text(json, "key", ablation_key(ablation, step));
    put_text(json, "value", ablation_value(ablation, view, step));
    json_writer_end_object(json);
}

/* Which steps of which views lead to the run. */
static void put_steps(struct json_writer *json, const struct ablation *ablation, guint32 changed)
{
    json_writer_begin_object(json);
    put_text(json, "from", ablation->from->name);
    put_text(json, "to", ablation->to->name);
    json_writer_member(json, "steps");
    json_writer_begin_array(json);
    for (int view = 0; view < ABLATION_VIEWS; view++)
        for (guint step = 0; step <= ablation->axes->len; step++)
            if (ablation_changed(ablation, view, step) == changed)
                put_step(json, ablation, view, step);
    json_writer_end_array(json);
    json_writer_end_object(json);
}

/* What the points are made from. */
struct origin {
    const struct comparison *comparison;
    struct ablation_runs *runs;
};

static guint32 changed_at(const struct origin *origin, guint index)
{
    return g_array_index(origin->runs->changed, guint32, index);
}

static struct scenario *point_scenario(void *context, guint index, GError **error)
{
    const struct origin *origin = context;
    return set_values(origin->comparison, origin->runs->ablation, changed_at(origin, index), error);
}

static const struct backend_row *point_backend(void *context, guint index)
{
    const struct origin *origin = context;
    (void)index;
    return origin->runs->backend;
}

static void decorate(void *context, guint index, struct json_writer *json)
{
    const struct origin *origin = context;
    json_writer_member(json, "ablation");
    put_steps(json, origin->runs->ablation, changed_at(origin, index));
}

static bool find(const struct ablation_runs *runs, guint32 changed, guint *index)
{
    for (*index = 0; *index < runs->changed->len; ++*index)
        if (g_array_index(runs->changed, guint32, *index) == changed)
            return true;
    return false;
}

/* Runs without points. */
static struct ablation_runs *runs_begin(const struct ablation *ablation, const struct backend_row *backend)
{
    struct ablation_runs *runs = g_new0(struct ablation_runs, 1);
    *runs =
        (struct ablation_runs){ablation, backend, g_array_new(FALSE, FALSE, sizeof(guint32)), outcomes_new()};
    return runs;
}

/* Carries them out; NULL and an error if one fails. */
static struct ablation_runs *runs_end(struct ablation_runs *runs, const struct comparison *comparison,
                                      struct json_writer *json, GError **error)
{
    struct origin origin = {comparison, runs};
    struct comparison_points points = {
        .comparison = comparison,
        .points = runs->changed->len,
        .context = &origin,
        .scenario = point_scenario,
        .backend = point_backend,
        .decorate = decorate,
        .carry_bytes = true,
        .json = json,
        .outcomes = runs->outcomes,
    };
    if (comparison_run(&points, error))
        return runs;
    ablation_runs_free(runs);
    return NULL;
}

struct ablation_runs *ablation_runs_new(const struct comparison *comparison, const struct ablation *ablation,
                                        const struct backend_row *backend, struct json_writer *json,
                                        GError **error)
{
    struct ablation_runs *runs = runs_begin(ablation, backend);
    guint index;
    for (int view = 0; view < ABLATION_VIEWS; view++)
        for (guint step = 0; step <= ablation->axes->len; step++) {
            guint32 changed = ablation_changed(ablation, view, step);
            if (!find(runs, changed, &index))
                g_array_append_val(runs->changed, changed);
        }
    return runs_end(runs, comparison, json, error);
}

struct ablation_runs *ablation_runs_all(const struct comparison *comparison, const struct ablation *ablation,
                                        const struct backend_row *backend, GError **error)
{
    struct ablation_runs *runs = runs_begin(ablation, backend);
    for (guint32 changed = 0; changed >> ablation->axes->len == 0; changed++)
        g_array_append_val(runs->changed, changed);
    return runs_end(runs, comparison, NULL, error);
}

void ablation_runs_free(struct ablation_runs *runs)
{
    if (!runs)
        return;
    g_array_unref(runs->changed);
    g_array_unref(runs->outcomes);
    g_free(runs);
}

const struct outcome *ablation_outcome(const struct ablation_runs *runs, int view, guint step)
{
    guint index;
    bool found = find(runs, ablation_changed(runs->ablation, view, step), &index);
    g_assert_true(found);
    return &g_array_index(runs->outcomes, struct outcome, index);
}
