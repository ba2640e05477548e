/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_TIMELINE_H
#define COMMAND_TIMELINE_H

/* The packets of one interval as bars in time, on a server's link and on the switch ports behind it, and what these ports hold: an
 * observer that keeps what lies in the window of timeline_window_of() and writes it at the end, as CSV. */

#include "result_fields.h"
#include "weft/setup.h"
#include "weft/train.h"

#include <glib.h>

/* What stands in a line. */
extern const struct result_field timeline_columns[];
extern const char timeline_file[]; /* its name in a directory of results */

struct timeline_request {
    int fd;         /* stays open */
    bool continues; /* no header */
};

struct timeline;
/* Borrows the setup and the request. The caller frees. */
struct timeline *timeline_new(const struct weft_setup *setup, const struct timeline_request *request);
void timeline_free(struct timeline *timeline);
struct weft_watch timeline_watch(struct timeline *timeline);

/* After the run: FALSE and an error if the file could not be written. */
gboolean timeline_finish(struct timeline *timeline, GError **error);

#endif
