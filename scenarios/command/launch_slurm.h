/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_LAUNCH_SLURM_H
#define COMMAND_LAUNCH_SLURM_H

/* A sweep as a job of Slurm. */

#include "launch.h"
#include "launch_slurm_queue.h"

struct slurm {
    struct launch *launch;
    char *directory; /* of script and logs */
    char *name;      /* of the job */
    struct slurm_job job;
};

/* "weft-NAME-DIGEST", with a digest of directory and manifest: the same for each call of the same sweep. The caller frees with g_free. */
char *slurm_job_name(const struct launch *launch);

/* Sets `job`: it is in the queue from an earlier call, or submitted now. FALSE and an error. */
gboolean slurm_find_or_submit(struct slurm *slurm, GError **error);

#endif
