/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_ABLATION_H
#define COMMAND_ABLATION_H

/* From one write method to another, one axis at a time: which axis changes what. */

#include "comparison_runs.h"

/* An axis in which the two methods differ, with the values of both. */
struct ablation_axis {
    const struct key_row *key;
    char *from, *to;
};

struct ablation {
    const struct weft_method *from, *to;
    GArray *axes; /* of struct ablation_axis, in the order of the key table */
};

/* The ways from one method to the other. Step 0 is a method; step k (1 to the number of axes) moves axis k - 1. */
struct ablation_view {
    const char *name, *help;
    bool cumulative; /* what earlier steps moved stays moved; else a step moves its own axis only */
    bool from_end; /* step 0 is the second method and a step puts back; else the first, and a step changes */
};
enum { ABLATION_FORWARD, ABLATION_BACKWARD, ABLATION_FIRST, ABLATION_LAST, ABLATION_VIEWS };
extern const struct ablation_view ablation_views[ABLATION_VIEWS];

/* The axes in which the two methods of the comparison differ, as the scenario is. NULL and an error, said to be of `option`, if
 * there is none. The caller frees with ablation_free. */
struct ablation *ablation_new(const struct comparison *comparison, const char *option, GError **error);
void ablation_free(struct ablation *ablation);

/* The axes that have the second method's value at a step, axis i as bit i. */
guint32 ablation_changed(const struct ablation *ablation, int view, guint step);
/* Key and value that a step sets: "unit" = "interval"; at step 0 "method" = its name. Owned by others. */
const char *ablation_key(const struct ablation *ablation, guint step);
const char *ablation_value(const struct ablation *ablation, int view, guint step);

/* All runs of an ablation on one back end, each combination of values once. */
struct ablation_runs {
    const struct ablation *ablation;
    const struct backend_row *backend;
    GArray *changed;  /* of guint32: what ablation_changed() says of each run */
    GArray *outcomes; /* of struct outcome */
};

/* Run them; the results go into the array that `json` is in, each with a member "ablation" that names its
 * steps. NULL and an error if a run fails. The caller frees with ablation_runs_free. */
struct ablation_runs *ablation_runs_new(const struct comparison *comparison, const struct ablation *ablation,
                                        const struct backend_row *backend, struct json_writer *json,
                                        GError **error);
/* The same with every combination of values, run `changed` being that with the axes of its bits changed; no results. */
struct ablation_runs *ablation_runs_all(const struct comparison *comparison, const struct ablation *ablation,
                                        const struct backend_row *backend, GError **error);
void ablation_runs_free(struct ablation_runs *runs);
const struct outcome *ablation_outcome(const struct ablation_runs *runs, int view, guint step);

/* What axes may change. */
struct ablation_metric {
    const char *title;  /* "Processor, cycles a packet" */
    const char *column; /* "cycles" */
    int decimals;       /* that are shown */
    double (*value)(const struct outcome *outcome, enum weft_price_end end);
    /* What one event has of it; NULL: it does not depend on prices. */
    double (*part)(const struct outcome *outcome, int event, enum weft_price_end end);
};
extern const struct ablation_metric ablation_metrics[];
extern const size_t ablation_metrics_count;

/* What axis k - 1 changes at step k of a view, as a step towards the second method whatever the view's own
 * direction: value with the axis changed minus value without, both at the same end of the prices. */
double ablation_effect(const struct ablation_runs *runs, const struct ablation_metric *metric, int view,
                       guint step, enum weft_price_end end);

/* The least and the most that such a difference can be, each price anywhere between its ends: an event that a step takes away and
 * one that it brings do not reach the same end together. */
struct ablation_range {
    double least, most;
};
struct ablation_range ablation_range(const struct ablation_metric *metric, const struct outcome *without,
                                     const struct outcome *with);
struct ablation_range ablation_effect_range(const struct ablation_runs *runs,
                                            const struct ablation_metric *metric, int view, guint step);

/* Both paths and the effects as aligned tables. The caller frees with g_free. */
char *ablation_table(const struct ablation_runs *runs);
/* Sentences: which axes matter for what. The caller frees with g_free. */
char *ablation_text(const struct ablation_runs *runs);
/* What stands in such a file before the columns of a comparison from "backend" on, and the member "ablation" of a
 * result. */
extern const struct result_field ablation_columns[], ablation_fields[];
/* A row for each back end, view and step. `all` holds struct ablation_runs *. The caller frees with g_free. */
char *ablation_csv(const GPtrArray *all);

/* All of it, from the first method of the comparison to the second: runs on every back end, their results into the
 * array that `json` is in (NULL: nowhere), files and figure into `directory` (NULL: none). What to print, which the caller
 * frees with g_free; NULL and an error. */
char *ablation_report(const struct comparison *comparison, const char *directory, struct json_writer *json,
                      GError **error);

#endif
