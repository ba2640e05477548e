/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_WITNESS_H
#define COMMAND_WITNESS_H

/* A run of one back end in a child process that tells every packet's way (ways.h) while it runs, and what its hosts have
 * counted when it is over. */

#include "backends.h"
#include "ways.h"
#include "weft/host.h"

struct witness;
/* Begin; borrows the setup. `bytes`: they are carried. NULL and an error: there is no child. Ends with witness_end(), in
 * any state. */
struct witness *witness_new(const struct backend_row *backend, const struct weft_setup *setup, bool bytes,
                            GError **error);

/* The next rows, as many as are there: at least one, or 0 when all have been told. They are valid until the next call. The
 * child waits for its reader after a few thousand rows. */
size_t witness_read(struct witness *witness, const struct way_row **rows);

/* After the last row: wait for its end. FALSE and an error: it failed, or (STATUS_INPUT) the back end refuses the setup. */
gboolean witness_wait(struct witness *witness, GError **error);
/* Then, by server and by stream: */
const struct weft_host_counters *witness_counters(const struct witness *witness);
const struct weft_refused *witness_refused(const struct witness *witness);

/* Kill the child if it still runs, and forget. NULL is legal. */
void witness_end(struct witness *witness);

#endif
