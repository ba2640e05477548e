/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_EXECUTE_H
#define COMMAND_EXECUTE_H

/* One run of one setup on one back end, observed. */

#include "backends.h"
#include "capture.h"
#include "weft/arrivals.h"
#include "weft/delivery.h"
#include "weft/metrics.h"
#include "weft/stream_playout.h"
#include "weft/stream_timing.h"

struct playout_request;
struct queue_trace_request;
struct timeline_request;

struct run_request {
    const struct weft_setup *setup;
    const struct backend_row *backend;
    bool carry_bytes;                         /* real bytes, checked at the devices */
    bool observe_arrivals;                    /* at every port */
    bool say_skipped;                         /* on standard error: what was left out */
    int trace_fd, hops_fd;                    /* of packets, of hops; -1: no trace */
    const struct playout_request *playout;    /* NULL: levels are not written */
    const struct queue_trace_request *queues; /* NULL: what ports hold is not written */
    const struct timeline_request *timeline;  /* NULL: the timeline is not written */
    const struct capture_request *capture;    /* NULL: no capture */
    const int *deliver_fd;                    /* by stream; NULL: what is delivered is not kept */
};

struct run_result {
    struct weft_metrics *metrics;
    struct weft_timing_report *timing;     /* by stream */
    struct weft_playout_report *playout;   /* by stream */
    struct weft_delivery_result *delivery; /* by stream; NULL: no bytes were carried */
    struct weft_arrival_report *arrivals;  /* by place on the routes; NULL: not observed */
};

/* Run it: in this process, or in a child where the back end can run only once a process. Nothing to clear on
 * failure. */
gboolean execute(const struct run_request *request, struct run_result *result, GError **error);
void run_result_clear(struct run_result *result);

/* The run itself, in the process that is to do it (execute() chooses). */
gboolean execute_here(const struct run_request *request, struct run_result *result, GError **error);
/* The run in a child that sends its result back. */
gboolean execute_in_child(const struct run_request *request, struct run_result *result, GError **error);

/* The same in two steps, so that several run at once. NULL and an error: there is no child. Ends with execute_finish() or
 * execute_kill(); borrows the request until then. */
struct running;
struct running *execute_start(const struct run_request *request, GError **error);
/* A descriptor that hangs up when the child has ended. */
int execute_alive(const struct running *running);
/* Wait for its end and take its result. Nothing to clear on failure. */
gboolean execute_finish(struct running *running, struct run_result *result, GError **error);
/* End it at once; there is no result. */
void execute_kill(struct running *running);

/* Runs that are independent of each other: several are done at once, and nothing that comes out depends on how many. */
struct series {
    guint runs;
    guint
        jobs; /* most at once, each in a child; 1: one after the other, in this process where the back end allows */
    void *context;
    /* What run `index` is; called in order, right before the run begins. What the request points to must live until `end`
     * is called for it, or the series is over. */
    gboolean (*begin)(void *context, guint index, struct run_request *request, GError **error);
    /* Its result, which `end` clears or keeps; called in order. */
    gboolean (*end)(void *context, guint index, struct run_result *result, GError **error);
    /* So many runs are over; NULL: nobody looks. */
    void (*progress)(void *context, guint done);
};
enum { JOBS_MAX = 1024 };
/* All of them, or FALSE and the error of the first that was found to fail: then what still ran has been killed. */
gboolean execute_series(const struct series *series, GError **error);

#endif
