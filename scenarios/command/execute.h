/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_EXECUTE_H
#define COMMAND_EXECUTE_H

/* One run of one setup on one back end, observed. */

#include "backends.h"
#include "capture.h"
#include "weft/delivery.h"
#include "weft/metrics.h"
#include "weft/stream_playout.h"
#include "weft/stream_timing.h"

struct playout_request;

struct run_request {
    const struct weft_setup *setup;
    const struct backend_row *backend;
    bool carry_bytes;                      /* real bytes, checked at the devices */
    int trace_fd, hops_fd;                 /* of packets, of hops; -1: no trace */
    const struct playout_request *playout; /* NULL: levels are not written */
    const struct capture_request *capture; /* NULL: no capture */
    const int *deliver_fd;                 /* by stream; NULL: what is delivered is not kept */
};

struct run_result {
    struct weft_metrics *metrics;
    struct weft_timing_report *timing;     /* by stream */
    struct weft_playout_report *playout;   /* by stream */
    struct weft_delivery_result *delivery; /* by stream; NULL: no bytes were carried */
};

/* Run it: in this process, or in a child where the back end can run only once a process. Nothing to clear on
 * failure. */
gboolean execute(const struct run_request *request, struct run_result *result, GError **error);
void run_result_clear(struct run_result *result);

/* The run itself, in the process that is to do it (execute() chooses). */
gboolean execute_here(const struct run_request *request, struct run_result *result, GError **error);
/* The run in a child that sends its result back. */
gboolean execute_in_child(const struct run_request *request, struct run_result *result, GError **error);

#endif
