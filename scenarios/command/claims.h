/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_CLAIMS_H
#define COMMAND_CLAIMS_H

/* Which files this process reads and which its results are to replace, by whatever names: no file is both, and none holds
 * two results. */

#include <glib.h>
#include <stdbool.h>

/* The open file is read. False: a result is to replace it. */
bool claims_input(int fd);

/* A result is to be named `path`: its one name without links, or NULL and an error. Ends with claims_release(). */
char *claims_output(const char *path, GError **error);
/* The result is in its place, or is not to be any more; `name` is freed. */
void claims_release(char *name);

#endif
