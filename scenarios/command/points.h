/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_POINTS_H
#define COMMAND_POINTS_H

/* Points: a scenario on a back end each, run in all its replications. */

#include "execute.h"
#include "plan.h"

/* One replication. */
struct replica {
    struct plan *plan;
    struct run_result result;
};

struct points {
    guint points, jobs; /* jobs: as in struct series */
    struct media_library *media;
    void *context;
    /* The scenario of point `index`, set as it is to be run; its number of replications does not change from call to
     * call. */
    struct scenario *(*scenario)(void *context, guint index, GError **error);
    const struct backend_row *(*backend)(void *context, guint index);
    /* Changes a point's plan before it is run; NULL: nothing does. */
    void (*adjust)(void *context, guint index, struct plan *plan);
    /* What is asked besides: the request has setup and back end. */
    void (*ask)(void *context, guint replication, const struct plan *plan, struct run_request *request);
    /* All replications of a point, the first one first; called in order. They are freed afterwards. */
    gboolean (*end)(void *context, guint index, const struct replica *replica, guint n, GError **error);
    void (*progress)(void *context, guint done, guint runs); /* NULL: nobody looks */
};

gboolean points_run(const struct points *points, GError **error);

/* How many replications a scenario asks for. */
guint points_replications(const struct scenario *scenario);

#endif
