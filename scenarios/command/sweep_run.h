/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_SWEEP_RUN_H
#define COMMAND_SWEEP_RUN_H

/* Points run by worker processes. */

#include "sweep_directory.h"

struct sweep_work {
    struct manifest *manifest;
    const struct sweep_directory *directory;
    const GArray *todo; /* of guint: numbers of points */
    guint jobs;         /* workers, each a process */
    void (*progress)(void *context, guint done,
                     guint failed); /* now and then, and at the end; NULL: nobody looks */
    void *context;
};

/* A record of every point of `todo` is in the directory afterwards. FALSE and an error: it cannot be, or a signal came that ends the process (its
 * status is as failure.h says); those that are there stay. */
gboolean sweep_run(const struct sweep_work *work, GError **error);

#endif
