/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_SENSITIVITY_H
#define COMMAND_SENSITIVITY_H

/* Which price decides: each price of the servers' profiles at its low and at its high end, all else typical. Time runs with
 * typical prices, so each end is a run of its own. */

#include "comparison_runs.h"

/* A price that has a range, or all of them at once. */
struct sensitivity_entry {
    char *profile; /* as the scenario names it; NULL: all */
    int event;     /* WEFT_EVENTS: all prices at once */
    struct weft_price price;
    struct outcome low, high; /* with the price at that end; they borrow from the runs */
    double swing;             /* cycles a packet between the two */
    bool moves;               /* one of the metrics at an end is not that of the base */
};

struct sensitivity {
    const struct backend_row *backend;
    char *scenario;      /* its name */
    GPtrArray *profiles; /* as the scenario names them, each once */
    GArray *outcomes;    /* of struct outcome: the base, then low and high of each entry */
    GArray *entries;     /* of struct sensitivity_entry, the largest swing first */
    struct sensitivity_entry all;
    GPtrArray *fixed; /* names of events with one price only, in every profile; borrowed */
};

/* What may move. Rows begin with name and help, as those of other tables do. */
struct sensitivity_metric {
    const char *name, *help; /* as in totals */
    const char *title;       /* of a table's column */
    double scale;            /* from the value to what is shown */
    int decimals;            /* that are shown */
    double (*value)(const struct outcome *one, const void *how);
};
extern const struct sensitivity_metric sensitivity_metrics[];
extern const size_t sensitivity_metrics_count;
/* The mean over an outcome's replications. */
double sensitivity_value(const struct sensitivity_metric *metric, const struct outcome *outcome);

/* Run them all on the comparison's first back end. `plan` is one of its scenario and outlives what comes out. The base's result is written into `json`
 * (NULL: nowhere). NULL and an error; the caller frees. */
struct sensitivity *sensitivity_new(const struct comparison *comparison, const struct plan *plan,
                                    struct json_writer *json, GError **error);
void sensitivity_free(struct sensitivity *sensitivity);
const struct outcome *sensitivity_base(const struct sensitivity *sensitivity);

/* A table and sentences. The caller frees with g_free. */
char *sensitivity_text(const struct sensitivity *sensitivity);
/* A row for the base and for each end of each price. The caller frees with g_free. */
char *sensitivity_csv(const struct sensitivity *sensitivity);
/* The members "all" and "entries" of the object that is being built. */
void sensitivity_json_add(struct json_writer *writer, const struct sensitivity *sensitivity);
/* The columns before those of a comparison from "backend" on; the fields of schema weft-sensitivity/1. */
extern const struct result_field sensitivity_columns[], sensitivity_fields[];

/* Where results go. */
struct sensitivity_outputs {
    const char *json, *directory; /* NULL: nowhere; json "-": standard output, then nothing else is printed */
    gboolean quiet;
};
/* All of it: runs, files, figure, words. */
gboolean sensitivity_report(const struct comparison *comparison, const struct plan *plan,
                            const struct sensitivity_outputs *outputs, GError **error);

#endif
