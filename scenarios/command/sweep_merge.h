/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_SWEEP_MERGE_H
#define COMMAND_SWEEP_MERGE_H

/* From records to what is to be run, and to the merged files. */

#include "result_fields.h"
#include "sweep_directory.h"

/* A part of the points: those whose number, counted from 0, leaves `index` when divided by `of`. 0 of 1: all. */
struct sweep_shard {
    guint index, of;
};
/* "I/N", I from 1; NULL: all. */
gboolean sweep_shard_read(const char *text, struct sweep_shard *shard, GError **error);

/* The numbers (guint) of the shard's points that have no result yet. What is broken is one of them, and said on standard error; what is of another
 * point is an error. The caller unrefs. */
GArray *sweep_missing(const struct manifest *manifest, const struct sweep_directory *directory,
                      const struct sweep_shard *shard, GError **error);

struct sweep_merged {
    bool complete; /* every point has a record; else nothing was written */
    guint results;
    GPtrArray *failed; /* of char *: "ID: error", in order */
};
/* Write sweep.csv, sweep.jsonl and failed.jsonl if all points have records. The caller clears `merged` either way. */
gboolean sweep_merge(const struct manifest *manifest, const struct sweep_directory *directory,
                     struct sweep_merged *merged, GError **error);
/* What stands in a line of manifest.jsonl, of sweep.jsonl, of failed.jsonl, and before the varied keys in one of sweep.csv. */
extern const struct result_field sweep_manifest_fields[], sweep_result_fields[], sweep_failure_fields[],
    sweep_columns[];
void sweep_merged_clear(struct sweep_merged *merged);

#endif
