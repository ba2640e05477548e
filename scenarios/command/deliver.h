/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_DELIVER_H
#define COMMAND_DELIVER_H

/* What devices put together: an observer that takes each packet's bytes where the NIC reads them and gives them to the
 * receiver of their stream when they are at the device. Memory holds what is on its way, and a unit a stream. */

#include "weft/setup.h"
#include "weft/train.h"

#include <glib.h>

struct deliver;
/* A file by stream: `fd`, which stay open and the caller's. Borrows the setup, whose network must have headers. The
 * caller frees. */
struct deliver *deliver_new(const struct weft_setup *setup, const int *fd);
void deliver_free(struct deliver *deliver);
struct weft_watch deliver_watch(struct deliver *deliver);

/* After the run: write what is still buffered. FALSE and an error if a file could not be written. */
gboolean deliver_finish(struct deliver *deliver, GError **error);

#endif
