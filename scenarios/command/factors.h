/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_FACTORS_H
#define COMMAND_FACTORS_H

/* What each axis contributes on the way from one write method to another, whatever the order in which axes are changed: all
 * combinations of their values are run. */

#include "ablation.h"

/* A difference at typical prices, and what it can be with prices between their ends. */
struct factor_effect {
    double typical;
    struct ablation_range range;
};

/* What changing an axis does to a metric, the others being anywhere. */
struct factor {
    const char *name, *from, *to; /* axis and values; borrowed */
    struct factor_effect mean;    /* over all orders of the axes; the means of all axes add up to the whole */
    struct factor_effect first;   /* all others unchanged */
    struct factor_effect last;    /* all others changed */
    double least, most;           /* in any company, at typical prices */
    struct ablation_range widest; /* in any company, at any prices */
};
struct factor factor_of(const struct ablation_runs *runs, const struct ablation_metric *metric, guint axis);
/* All axes at once; each kind of effect is the same. */
struct factor factor_whole(const struct ablation_runs *runs, const struct ablation_metric *metric);

/* The share of all orders of `n` axes in which `before` certain ones, and no others, are changed before a given one. */
double factor_weight(guint n, guint before);

/* A table and sentences: which axes matter. The caller frees with g_free. */
char *factors_text(const struct ablation_runs *runs);
/* The columns of factors.csv, which are also the fields of a row of weft-factors/1. */
extern const struct result_field factor_columns[], factors_fields[];
/* A row for the first method, for each axis, the whole and the second method, of each back end. `scenario` names it. The caller
 * frees with g_free. */
char *factors_csv(const GPtrArray *all, const char *scenario);
/* The same rows into the array that is being built. */
void factors_json_add(struct json_writer *writer, const GPtrArray *all, const char *scenario);

/* All of it, on every back end of the comparison: runs, rows into the array that `json` is in (NULL: nowhere), files and figure into
 * `directory` (NULL: none). What to print, which the caller frees with g_free; NULL and an error. */
char *factors_report(const struct comparison *comparison, const char *directory, struct json_writer *json,
                     GError **error);

#endif
