/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A run in a child process: its result comes back by pipe, its crash is one line. */

#include "all_bytes.h"
#include "child.h"
#include "execute.h"
#include "failure.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* What the child says first; then come the blocks of metrics, timing, playout and, where bytes were carried, delivery. */
struct verdict {
    int32_t status;
    char text[508];
    uint64_t metrics_bytes, timing_bytes, playout_bytes, delivery_bytes;
};

static uint64_t timing_bytes(const struct run_request *request)
{
    return request->setup->streams * sizeof(struct weft_timing_report);
}

static uint64_t playout_bytes(const struct run_request *request)
{
    return request->setup->streams * sizeof(struct weft_playout_report);
}

static uint64_t delivery_bytes(const struct run_request *request)
{
    return request->carry_bytes ? request->setup->streams * sizeof(struct weft_delivery_result) : 0;
}

/* The run, to be done by the child. */
struct work {
    const struct run_request *request;
    int ends[2]; /* of the pipe that the result comes back by */
};

static bool work(void *context)
{
    const struct work *work = context;
    const struct run_request *request = work->request;
    struct verdict verdict = {0};
    struct run_result result = {0};
    GError *error = NULL;
    close(work->ends[0]);
    if (execute_here(request, &result, &error)) {
        verdict.metrics_bytes = weft_metrics_block_bytes(result.metrics);
        verdict.timing_bytes = timing_bytes(request);
        verdict.playout_bytes = playout_bytes(request);
        verdict.delivery_bytes = delivery_bytes(request);
    } else {
        verdict.status = error->code;
        g_strlcpy(verdict.text, error->message, sizeof verdict.text);
    }
    int out = work->ends[1];
    bool sent = write_all(out, &verdict, sizeof verdict);
    if (sent && verdict.status == STATUS_OK)
        sent = write_all(out, weft_metrics_block(result.metrics), verdict.metrics_bytes) &&
               write_all(out, result.timing, verdict.timing_bytes) &&
               write_all(out, result.playout, verdict.playout_bytes) &&
               write_all(out, result.delivery, verdict.delivery_bytes);
    return sent;
}

/* The child's result, FALSE if it did not come whole. */
static gboolean receive(const struct run_request *request, int in, struct verdict *verdict,
                        struct run_result *result)
{
    if (!read_all(in, verdict, sizeof *verdict))
        return FALSE;
    verdict->text[sizeof verdict->text - 1] = '\0';
    if (verdict->status != STATUS_OK)
        return TRUE;
    result->metrics = weft_metrics_new(request->setup);
    result->timing = g_new0(struct weft_timing_report, request->setup->streams);
    result->playout = g_new0(struct weft_playout_report, request->setup->streams);
    if (request->carry_bytes)
        result->delivery = g_new0(struct weft_delivery_result, request->setup->streams);
    return verdict->metrics_bytes == weft_metrics_block_bytes(result->metrics) &&
           verdict->timing_bytes == timing_bytes(request) &&
           verdict->playout_bytes == playout_bytes(request) &&
           verdict->delivery_bytes == delivery_bytes(request) &&
           read_all(in, weft_metrics_block(result->metrics), verdict->metrics_bytes) &&
           read_all(in, result->timing, verdict->timing_bytes) &&
           read_all(in, result->playout, verdict->playout_bytes) &&
           read_all(in, result->delivery, verdict->delivery_bytes);
}

static gboolean judge(const char *name, gboolean whole, int ended, const struct verdict *verdict,
                      GError **error)
{
    g_autofree char *fault = child_fault(ended);
    if (fault)
        return failure(error, STATUS_FAILED, "weft: %s: %s", name, fault);
    if (!whole)
        return failure(error, STATUS_FAILED, "weft: %s: ended without its result", name);
    return verdict->status == STATUS_OK || failure(error, verdict->status, "%s", verdict->text);
}

static gboolean start(struct child *child, struct work *to_do, GError **error)
{
    if (pipe2(to_do->ends, O_CLOEXEC) < 0)
        return failure(error, STATUS_FAILED, "no pipe: %s", g_strerror(errno));
    gboolean good = child_start(child, work, to_do, error);
    close(to_do->ends[1]);
    if (!good)
        close(to_do->ends[0]);
    return good;
}

gboolean execute_in_child(const struct run_request *request, struct run_result *result, GError **error)
{
    const char *name = request->backend->name;
    struct work to_do = {.request = request};
    struct child child;
    struct verdict verdict = {0};
    *result = (struct run_result){0};
    if (!start(&child, &to_do, error)) {
        g_prefix_error(error, "weft: %s: ", name);
        return FALSE;
    }
    gboolean whole = receive(request, to_do.ends[0], &verdict, result);
    close(to_do.ends[0]); /* a child that has more to say than it should must not wait for a reader */
    gboolean good = judge(name, whole, child_reap(&child, NULL), &verdict, error);
    child_clear(&child, !good);
    if (!good)
        run_result_clear(result);
    return good;
}
