/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_LEFTOVERS_H
#define COMMAND_LEFTOVERS_H

/* What would stay behind if the process ended now: files that are being written and directories made for them. A signal
 * that ends the process removes them first; nothing helps against SIGKILL. The process must have one thread, and each
 * of its children may fork and exec freely: what they do or die of removes nothing. */

#include <stdbool.h>

struct leftover;

/* Make a file as mkstemp() does; `path` ends with XXXXXX and becomes its name. Sets `fd`, which is closed on exec.
 * NULL: errno says why. Ends with leftover_rename() or leftover_remove(). */
struct leftover *leftover_new(char *path, int *fd);
/* Give the file its name for good. False: errno says why, and the file stays what it was. */
bool leftover_rename(struct leftover *leftover, const char *path);
/* Remove the file, and the directories that were made and have nothing in them. */
void leftover_remove(struct leftover *leftover);

/* Make a directory and those above it that are missing. False: errno says why, and none was made. */
bool leftover_directory(const char *path);

#endif
