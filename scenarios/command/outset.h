/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_OUTSET_H
#define COMMAND_OUTSET_H

/* Many files in one directory, all of them there at the end or none of them made. */

#include <glib.h>

/* A file name made of any name: what file systems take amiss becomes "_". The caller frees with g_free. */
char *outset_name(const char *name, const char *suffix);

struct outset;
/* Open a file for each of the NULL-ended `names`, which differ; the directory is made if it is missing. NULL and an error.
 * Ends with outset_free(). */
struct outset *outset_new(const char *directory, char *const *names, GError **error);
/* Descriptors in the order of the names; they stay the set's. */
const int *outset_fd(const struct outset *set);
/* Put all in their places. */
gboolean outset_commit(struct outset *set, GError **error);
/* What was not committed leaves nothing. NULL is legal. */
void outset_free(struct outset *set);

#endif
