/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_SKIPPED_H
#define COMMAND_SKIPPED_H

/* An observer that tells what was left out of a run (weft/train.h), in a line. */

#include "weft/setup.h"
#include "weft/train.h"

#include <glib.h>

struct skipped;
/* Borrows the setup. */
struct skipped *skipped_new(const struct weft_setup *setup);
void skipped_free(struct skipped *skipped);
struct weft_watch skipped_watch(struct skipped *skipped);
/* "left out: 120 packets, 2 periods of 5 ms, 10 ms of 20 ms", or "left out: nothing". The caller frees with g_free. */
char *skipped_text(const struct skipped *skipped);

#endif
