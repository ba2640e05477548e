/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_LAUNCH_SLURM_QUEUE_H
#define COMMAND_LAUNCH_SLURM_QUEUE_H

/* What Slurm says when it is asked. */

#include <glib.h>

enum { SLURM_ID_BYTES = 24 };

/* An array job: how many of its shards are where. */
struct slurm_job {
    char id[SLURM_ID_BYTES]; /* empty: none */
    guint running, pending;
    char reason[64]; /* why one of them waits; empty: nobody said */
};

/* The most tasks that an array may have, numbered from 1. FALSE and an error. */
gboolean slurm_most_shards(guint *most, GError **error);
/* The same from what `scontrol show config` prints. */
gboolean slurm_read_config(const char *text, guint *most, GError **error);

/* This user's job of that name, the first one if there are several. TRUE: `job->id` is empty if there is none. FALSE: nothing is known, `*words` says
 * why (the caller frees with g_free). */
gboolean slurm_ask(const char *name, struct slurm_job *job, char **words);
/* The same from what squeue prints: "NUMBER|STATE|REASON" a line. */
void slurm_read_queue(const char *text, struct slurm_job *job);

#endif
