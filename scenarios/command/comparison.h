/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_COMPARISON_H
#define COMMAND_COMPARISON_H

/* Several runs of one scenario side by side. */

#include "estimate.h"
#include "result_fields.h"
#include "summary.h"
#include "table.h"
#include "variation.h"

/* One point, a scenario with a method on a back end: which, and what came out. */
struct outcome {
    const struct backend_row *backend;
    const char *method; /* the row's name */
    weft_ps interval_ps;
    const struct variation *variation;   /* NULL: nothing was varied */
    const struct variation_value *value; /* of it, in this run */
    uint64_t servers, devices, streams;  /* how many */
    uint64_t link_bps, port_bps;         /* the fastest server's link; the slowest device's */
    struct summary summary;              /* of replications: the means */
    struct summary *each;                /* of each replication; the array's */
    guint replications;
};

/* An array of points; what `each` of them points to is freed with it. */
GArray *outcomes_new(void);
/* What the replications say of a number, which `value` takes from a point as if it had one run; `how` is its own. */
struct estimate outcome_estimate(const struct outcome *outcome,
                                 double (*value)(const struct outcome *one, const void *how),
                                 const void *how);

/* An aligned table, one line a run (and below it one for each whose servers were saturated), `what` over their names; with a column for the back end if there are several, and one
 * for the value where a key was varied. The caller frees with g_free. */
char *comparison_table(const GArray *outcomes, const char *what);
/* The columns of such runs as CSV; offsets count from a struct outcome. */
extern const struct result_field comparison_columns[], comparison_varied_columns[];
/* The same runs as CSV with a header. The caller frees with g_free. */
char *comparison_csv(const GArray *outcomes);
/* The same of runs that vary a key: method, key, value, the value as a number, its unit, then as comparison_csv(). */
char *comparison_varied_csv(const GArray *outcomes);
/* The most replications of a point. */
guint comparison_replications(const GArray *outcomes);
/* What such a row says of a point but for its name: cells from the second column, "backend", on. With several
 * `replications` numbers are means, and NAME_ci95 follows for each that may differ from run to run. */
void comparison_csv_titles(struct table *table, guint replications);
void comparison_csv_numbers(struct table *table, const struct outcome *outcome, guint replications);
/* How large the network of a point is: the last columns of comparison_varied_columns[], from "servers" on. */
void comparison_csv_network_titles(struct table *table);
void comparison_csv_network(struct table *table, const struct outcome *outcome);
/* A few sentences: what `interleaved` saves against its rivals in these runs; "" if it is not among
 * them. The caller frees with g_free. */
char *comparison_text(const GArray *outcomes);

#endif
