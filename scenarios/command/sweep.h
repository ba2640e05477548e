/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_SWEEP_H
#define COMMAND_SWEEP_H

/* A sweep as it was written: a scenario, what is set in it, keys that take values, and what is left out. */

#include "backends.h"
#include "keys.h"

/* A key that is set, and where: "FILE:LINE". */
struct sweep_setting {
    char *key, *value, *origin;
};

/* A key that takes one value after the other. */
struct sweep_key {
    char *key, *origin;
    const struct quantity *quantity; /* of the key; NULL: it has none */
    GPtrArray *values;               /* of char * */
};

/* Keys that go in step: all have the same number of values. */
struct sweep_axis {
    GPtrArray *keys; /* of struct sweep_key */
    guint values;
};

/* A point is of the filter if each of its conditions holds. */
enum sweep_relation { SWEEP_ONE_OF, SWEEP_BELOW, SWEEP_AT_MOST, SWEEP_ABOVE, SWEEP_AT_LEAST };
struct sweep_condition {
    const struct sweep_key *key; /* NULL: the method or the back end */
    bool of_method;
    enum sweep_relation relation;
    char **texts;    /* SWEEP_ONE_OF */
    uint64_t number; /* else, in base units */
};
struct sweep_filter {
    bool keep;          /* [only NAME]: others are left out; else [without NAME]: these are */
    GArray *conditions; /* of struct sweep_condition */
};

struct sweep {
    char *path, *name;
    char *question;        /* NULL: none */
    char *scenario;        /* path */
    char *scenario_text;   /* the same as it is written */
    GPtrArray *settings;   /* of struct sweep_setting, for all points */
    GPtrArray *axes;       /* of struct sweep_axis, in file order, the first one changing slowest */
    GPtrArray *methods;    /* of const struct weft_method; empty: the scenario's */
    GPtrArray *backends;   /* of const struct backend_row, at least one */
    char *replications;    /* NULL: as the scenario says */
    char *replications_at; /* FILE:LINE of it */
    GPtrArray *filters;    /* of struct sweep_filter */
    bool no_skip;          /* not of the file: --no-skip, on which no result depends */
};

/* NULL and an error naming file, line and key. The caller frees. */
struct sweep *sweep_read(const char *path, GError **error);
void sweep_free(struct sweep *sweep);

/* The values of a list, "A, B, linear:FROM:TO:COUNT, log:FROM:TO:COUNT": ranges include both ends, and are rounded to whole base units. `where` begins
 * errors. NULL and an error. The caller unrefs. */
GPtrArray *sweep_values(const struct quantity *quantity, const char *where, const char *list, GError **error);

/* May it set the key, beside those that it has? `origin` is FILE:LINE. An error if not. */
gboolean sweep_key_check(const struct sweep *sweep, const char *origin, const char *key, GError **error);

/* Filters of the groups in a file; keys are those of the sweep's axes. */
struct keyfile_group;
gboolean sweep_filter_read(struct sweep *sweep, const struct keyfile_group *group, bool keep, GError **error);
void sweep_filter_free(void *filter);

/* --- points --- */

enum { SWEEP_POINTS_MAX = 1000000, SWEEP_COMBINATIONS_MAX = 10 * SWEEP_POINTS_MAX /* before filters */ };

/* Which value of each axis, which back end, which method. */
struct sweep_point {
    guint *value; /* by axis */
    guint backend, method;
};

/* The points, numbered from 0; each is a number of all combinations. NULL and an error: there are none, or too many. The caller unrefs. */
GArray *sweep_expand(const struct sweep *sweep, GError **error);
/* What a combination consists of; `point->value` has room for all axes. */
void sweep_point_at(const struct sweep *sweep, uint64_t combination, struct sweep_point *point);
const char *sweep_point_method(const struct sweep *sweep,
                               const struct sweep_point *point); /* NULL: the scenario's */
const struct backend_row *sweep_point_backend(const struct sweep *sweep, const struct sweep_point *point);
/* Is it left out? */
bool sweep_filter_drops(const struct sweep *sweep, const struct sweep_point *point);

#endif
