/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_LAUNCH_H
#define COMMAND_LAUNCH_H

/* Who runs the points of a sweep: a row each. Whoever it is, result files in the directory are all that counts. */

#include "sweep_directory.h"

/* What the command line says about it; NULL: nothing. */
struct launch_options {
    const char *shards;        /* how many; NULL: they are sized by how long points take */
    const char *slurm_options; /* to be handed on to sbatch, as in a shell */
    const char *hosts;         /* NAME,... for GNU parallel */
    const char *login_file;    /* of hosts, likewise */
    bool jobs;                 /* is there a number of jobs? */
};

struct launch {
    struct manifest *manifest;
    const struct sweep_directory *directory;
    GArray *todo; /* of guint: points that have no result, at least one */
    guint jobs;
    const struct launch_options *options;
};

struct launcher {
    const char *name, *help;
    bool shards; /* it runs shards, which may be numbered by --shards */
    /* Whether options make sense and the programs are there; before anything is made. NULL: nothing to look at. */
    gboolean (*check)(const struct launch_options *options, GError **error);
    /* A record of every point is in the directory afterwards. FALSE and an error: it is not so; those that are there stay. */
    gboolean (*run)(struct launch *launch, GError **error);
};
extern const struct launcher launcher_local, launcher_slurm, launcher_parallel;
extern const struct launcher *const launchers[]; /* ends with NULL */

/* The row of that name, which goes together with the options. NULL and an error. */
const struct launcher *launcher_find(const char *name, const struct launch_options *options, GError **error);

#endif
