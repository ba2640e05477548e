/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_COMPARISON_RUNS_H
#define COMMAND_COMPARISON_RUNS_H

/* Carrying a comparison out. */

#include "comparison.h"
#include "plan.h"

struct comparison_windows;
struct json_writer;

/* What is compared. */
struct comparison {
    struct scenario *scenario;
    struct media_library *media;
    GPtrArray *methods;          /* of const struct weft_method */
    GPtrArray *backends;         /* of const struct backend_row */
    GArray *intervals;           /* of weft_ps, increasing */
    struct variation *variation; /* NULL: nothing is varied */
    char **figures;              /* over the varied key */
    guint jobs;                  /* runs at once */
    struct comparison_windows
        *windows; /* what the runs of comparison_methods() show besides; NULL: nothing */
};

/* What came out of a point's replications. What `each` points to is freed with the array that it goes into (outcomes_new()). */
struct outcome outcome_new(const struct backend_row *backend, const struct replica *replica, guint n);

/* What is run besides the scenario's own setting: points, and where their results go. */
struct comparison_points {
    const struct comparison *comparison;
    guint points;
    void *context;
    /* The scenario of a point, set as it is to be run, and its back end. */
    struct scenario *(*scenario)(void *context, guint index, GError **error);
    const struct backend_row *(*backend)(void *context, guint index);
    /* Changes a point's plan before it is run; NULL: nothing does. */
    void (*adjust)(void *context, guint index, struct plan *plan);
    /* Adds members to a point's result, which `json` is in; NULL: nothing. */
    void (*decorate)(void *context, guint index, struct json_writer *json);
    bool carry_bytes;                   /* bytes of media are carried, and checked */
    struct comparison_windows *windows; /* what runs show besides; NULL: nothing */
    struct json_writer *json;           /* what results are written into; NULL: nothing */
    GArray *outcomes;                   /* what points are appended to */
};
/* Run all of them, with what goes out in their order. */
gboolean comparison_run(struct comparison_points *points, GError **error);

/* Every method on every back end, with every value of the variation if there is one: one struct outcome each; their
 * results go into the array that `json` is in (NULL: nowhere). The caller unrefs. NULL and an error if a run
 * fails. */
GArray *comparison_methods(const struct comparison *comparison, struct json_writer *json, GError **error);
/* Every method at every interval, on the first back end: sizes only. */
GArray *comparison_intervals(const struct comparison *comparison, GError **error);

#endif
