/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The runs of points: replication by replication, point by point. */

#include "points.h"

/* A run, which is replication `run - first` of its point. */
struct run {
    guint point, first, replications;
    struct replica replica;
};

struct work {
    const struct points *points;
    GArray *runs; /* of struct run */
};

guint points_replications(const struct scenario *scenario)
{
    uint64_t asked = scenario_section(scenario, GROUP_SCENARIO)->values.scenario.replications;
    return asked ? (guint)asked : 1;
}

static struct run *run_at(const struct work *work, guint index)
{
    return &g_array_index(work->runs, struct run, index);
}

static gboolean begin(void *context, guint index, struct run_request *request, GError **error)
{
    const struct work *work = context;
    const struct points *points = work->points;
    struct run *run = run_at(work, index);
    guint replication = index - run->first;
    struct scenario *scenario = points->scenario(points->context, run->point, error);
    run->replica.plan = scenario ? plan_replication(scenario, points->media, replication, error) : NULL;
    if (!run->replica.plan)
        return FALSE;
    if (points->adjust)
        points->adjust(points->context, run->point, run->replica.plan);
    *request = (struct run_request){.setup = &run->replica.plan->setup,
                                    .backend = points->backend(points->context, run->point),
                                    .trace_fd = -1,
                                    .hops_fd = -1};
    points->ask(points->context, replication, run->replica.plan, request);
    return TRUE;
}

static void forget(struct replica *replica)
{
    run_result_clear(&replica->result);
    plan_free(replica->plan);
    *replica = (struct replica){0};
}

static gboolean end(void *context, guint index, struct run_result *result, GError **error)
{
    const struct work *work = context;
    struct run *run = run_at(work, index);
    run->replica.result = *result;
    if (index + 1 < run->first + run->replications)
        return TRUE;
    g_autofree struct replica *replica = g_new(struct replica, run->replications);
    for (guint i = 0; i < run->replications; i++)
        replica[i] = run_at(work, run->first + i)->replica;
    gboolean good = work->points->end(work->points->context, run->point, replica, run->replications, error);
    for (guint i = 0; i < run->replications; i++)
        forget(&run_at(work, run->first + i)->replica);
    return good;
}

static void progress(void *context, guint done)
{
    const struct work *work = context;
    if (work->points->progress)
        work->points->progress(work->points->context, done, work->runs->len);
}

/* The runs of each point. */
static gboolean lay_out(struct work *work, GError **error)
{
    for (guint point = 0; point < work->points->points; point++) {
        const struct scenario *scenario = work->points->scenario(work->points->context, point, error);
        if (!scenario)
            return FALSE;
        struct run run = {
            .point = point, .first = work->runs->len, .replications = points_replications(scenario)};
        for (guint i = 0; i < run.replications; i++)
            g_array_append_val(work->runs, run);
    }
    return TRUE;
}

gboolean points_run(const struct points *points, GError **error)
{
    struct work work = {.points = points, .runs = g_array_new(FALSE, FALSE, sizeof(struct run))};
    gboolean good = lay_out(&work, error);
    const struct series series = {.runs = work.runs->len,
                                  .jobs = points->jobs,
                                  .context = &work,
                                  .begin = begin,
                                  .end = end,
                                  .progress = progress};
    good = good && execute_series(&series, error);
    for (guint i = 0; i < work.runs->len; i++)
        forget(&run_at(&work, i)->replica);
    g_array_unref(work.runs);
    return good;
}
