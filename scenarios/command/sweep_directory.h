/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_SWEEP_DIRECTORY_H
#define COMMAND_SWEEP_DIRECTORY_H

/* Where a sweep's files are. */

#include "sweep_record.h"

struct sweep_directory {
    char *path, *points; /* DIR and DIR/points */
    int lock; /* while it is open, others know that the sweep runs; -1: the file system has no locks */
    bool
        shared; /* other machines may be at work in it, whose locks are not always seen: what is half written stays */
};

/* Make it, with the manifest in it; who is alone there first removes what killed processes left half written. FALSE and an error; then there is
 * nothing to close. */
gboolean sweep_directory_open(struct sweep_directory *directory, const struct manifest *manifest,
                              const char *path, bool shared, GError **error);
/* Only to be read, if it is there at all; nothing is made. */
void sweep_directory_look(struct sweep_directory *directory, const char *path);
void sweep_directory_close(struct sweep_directory *directory);

/* What there is of a point. `where` becomes the file's path (the caller frees with g_free). */
gboolean sweep_directory_read(const struct sweep_directory *directory, const struct manifest_point *point,
                              enum record_kind kind, char **where, enum record_state *state,
                              struct record *record, GError **error);
/* Put a record there; a result takes the place of a failure. */
gboolean sweep_directory_put(const struct sweep_directory *directory, const struct manifest_point *point,
                             enum record_kind kind, const char *text, GError **error);

#endif
