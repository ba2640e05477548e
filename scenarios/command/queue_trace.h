/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_QUEUE_TRACE_H
#define COMMAND_QUEUE_TRACE_H

/* What ports hold over time as CSV: an observer that writes a line for each change, or for so many that no peak is lost.
 * Lines of one port are in the order of time. */

#include "result_fields.h"
#include "weft/setup.h"
#include "weft/train.h"

#include <glib.h>

/* What stands in a line. */
extern const struct result_field queue_trace_columns[];

struct queue_trace_request {
    int fd;          /* stays open */
    uint64_t points; /* lines of a port in [0, duration), as thinning_of() takes them */
};

/* What --trace-queues-points says, or NULL: the usual number. FALSE and an error. */
gboolean queue_trace_points(const char *text, uint64_t *points, GError **error);
/* Of that option. The caller frees with g_free. */
char *queue_trace_points_help(void);

struct queue_trace;
/* Borrows the setup. The caller frees. */
struct queue_trace *queue_trace_new(const struct weft_setup *setup,
                                    const struct queue_trace_request *request);
void queue_trace_free(struct queue_trace *trace);
struct weft_watch queue_trace_watch(struct queue_trace *trace);

/* After the run: ports run empty, and what is collected goes out. FALSE and an error if the file could not be written. */
gboolean queue_trace_finish(struct queue_trace *trace, GError **error);

#endif
