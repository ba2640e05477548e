/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_OUTFILE_H
#define COMMAND_OUTFILE_H

/* Files that appear whole or not at all: written beside their place, renamed when complete; a signal that ends the
 * process leaves nothing of them. */

#include <glib.h>

struct outfile;

/* Open a file to be written for `path`; "-" is standard output. NULL and an error. Ends with outfile_commit()
 * or outfile_abandon(). */
struct outfile *outfile_new(const char *path, GError **error);
/* The same in `directory`, which is made if it is missing. */
struct outfile *outfile_new_in(const char *directory, const char *name, GError **error);

/* Whether files for all these paths (ends with NULL) could be opened at once, for who works long before he writes: no file lies about
 * meanwhile, which a process that is killed would leave. Only what would be regular files is tried. FALSE and an error. */
gboolean outfile_check(const char *const *paths, GError **error);

int outfile_fd(const struct outfile *file);
/* Output that cannot be put in its place when it is complete (standard output, a device or a pipe) waits in memory for outfile_commit():
 * for who may still fail after the first bytes. */
void outfile_hold(struct outfile *file);
gboolean outfile_write(struct outfile *file, const char *data, gsize length, GError **error);

/* Put the file in its place. Ends `file` either way; on failure nothing is left. */
gboolean outfile_commit(struct outfile *file, GError **error);
/* The same with the owner's pointer, which becomes NULL; of one that is NULL, which was not asked for, there is nothing to do. */
gboolean outfile_settle(struct outfile **file, GError **error);
/* Leave nothing. NULL is legal. */
void outfile_abandon(struct outfile *file);

/* The whole text as one file. */
gboolean outfile_put(const char *path, const char *data, gsize length, GError **error);
gboolean outfile_put_in(const char *directory, const char *name, const char *data, gsize length,
                        GError **error);

#endif
