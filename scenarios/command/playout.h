/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_PLAYOUT_H
#define COMMAND_PLAYOUT_H

/* Levels of devices' buffers as CSV: an observer that writes a line each time one changes, which is when a packet arrives
 * and when one is played. Lines of one stream are in the order of time. */

#include "result_fields.h"
#include "weft/setup.h"
#include "weft/train.h"

#include <glib.h>

/* What stands in a line; the first of device_buffer_columns is the label. */
extern const struct result_field device_buffer_columns[];
extern const struct result_field *const playout_columns;

struct playout_request {
    int fd;            /* stays open */
    const char *label; /* first cell of each line; NULL: there is none */
    bool continues;    /* no header */
    bool ends_only;    /* the first and the last stream only */
    weft_ps from_ps, until_ps;
};

struct playout_trace;
/* Borrows the setup and the request. The caller frees. */
struct playout_trace *playout_trace_new(const struct weft_setup *setup,
                                        const struct playout_request *request);
void playout_trace_free(struct playout_trace *trace);
struct weft_watch playout_trace_watch(struct playout_trace *trace);

/* After the run: what is in the buffers is played, and what is collected goes out. FALSE and an error if the file could
 * not be written. */
gboolean playout_trace_finish(struct playout_trace *trace, GError **error);

#endif
