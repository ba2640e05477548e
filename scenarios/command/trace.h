/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_TRACE_H
#define COMMAND_TRACE_H

/* The packet trace: an observer that writes one CSV line a packet, in the order of (tx_ps, server, packet), and one line a
 * hop, in the same order and then in that of the way. Rows wait until they are complete and until no earlier one can
 * come, so memory holds what is on its way and no more. */

#include "result_fields.h"
#include "weft/setup.h"
#include "weft/train.h"

#include <glib.h>

/* What stands in a line of a packet, and of a hop. */
extern const struct result_field trace_columns[], trace_hop_columns[];

struct trace;
/* Borrows the setup; writes packets to `fd` and hops to `hops_fd`, which stay open; -1: not wanted. The caller frees. */
struct trace *trace_new(const struct weft_setup *setup, int fd, int hops_fd);
void trace_free(struct trace *trace);
struct weft_watch trace_watch(struct trace *trace);

/* After the run: what is still buffered goes out. FALSE and an error if the file could not be written or
 * packets are missing, which a back end would have to answer for. */
gboolean trace_finish(struct trace *trace, GError **error);

#endif
