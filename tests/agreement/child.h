/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TEST_CHILD_H
#define WEFT_TEST_CHILD_H

/* A function run in a forked child, its result brought back by pipe: a simulator runs once a process. */

#include "weft/backend.h"

#include <glib.h>

/* The child must end well and print nothing, or the test fails. */
GBytes *child_run(GBytes *(*function)(const void *data), const void *data);

/* The back end of the module at `path`, opened as the command does; for use in a child. */
const struct weft_backend *child_backend(const char *path);

#endif
