/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A run in a child process: its result comes back in a file without a name, its crash is one line. */

#include "all_bytes.h"
#include "child.h"
#include "execute.h"
#include "failure.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

/* What the child says first; then come the blocks of metrics, timing, playout and, where bytes were carried, delivery, and where they were
 * observed, arrivals. */
struct verdict {
    int32_t status;
    char text[508];
    uint64_t metrics_bytes, timing_bytes, playout_bytes, delivery_bytes, arrivals_bytes;
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

static uint64_t arrivals_bytes(const struct run_request *request)
{
    struct weft_routes routes;
    if (!request->observe_arrivals || weft_routes_new(request->setup, &routes, NULL) != WEFT_OK)
        return 0;
    uint64_t bytes = routes.first[weft_setup_flows(request->setup)] * sizeof(struct weft_arrival_report);
    weft_routes_clear(&routes);
    return bytes;
}

struct running {
    const struct run_request *request;
    struct child child;
    int out; /* the result: a file, so that no child waits for a reader */
};

static bool work(void *context)
{
    const struct running *running = context;
    const struct run_request *request = running->request;
    struct verdict verdict = {0};
    struct run_result result = {0};
    GError *error = NULL;
    if (execute_here(request, &result, &error)) {
        verdict.metrics_bytes = weft_metrics_block_bytes(result.metrics);
        verdict.timing_bytes = timing_bytes(request);
        verdict.playout_bytes = playout_bytes(request);
        verdict.delivery_bytes = delivery_bytes(request);
        verdict.arrivals_bytes = arrivals_bytes(request);
    } else {
        verdict.status = error->code;
        g_strlcpy(verdict.text, error->message, sizeof verdict.text);
    }
    int out = running->out;
    bool sent = write_all(out, &verdict, sizeof verdict);
    if (sent && verdict.status == STATUS_OK)
        sent = write_all(out, weft_metrics_block(result.metrics), verdict.metrics_bytes) &&
               write_all(out, result.timing, verdict.timing_bytes) &&
               write_all(out, result.playout, verdict.playout_bytes) &&
               write_all(out, result.delivery, verdict.delivery_bytes) &&
               write_all(out, result.arrivals, verdict.arrivals_bytes);
    run_result_clear(&result);
    g_clear_error(&error);
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
    result->arrivals = g_malloc0(arrivals_bytes(request));
    return verdict->metrics_bytes == weft_metrics_block_bytes(result->metrics) &&
           verdict->timing_bytes == timing_bytes(request) &&
           verdict->playout_bytes == playout_bytes(request) &&
           verdict->delivery_bytes == delivery_bytes(request) &&
           verdict->arrivals_bytes == arrivals_bytes(request) &&
           read_all(in, weft_metrics_block(result->metrics), verdict->metrics_bytes) &&
           read_all(in, result->timing, verdict->timing_bytes) &&
           read_all(in, result->playout, verdict->playout_bytes) &&
           read_all(in, result->delivery, verdict->delivery_bytes) &&
           read_all(in, result->arrivals, verdict->arrivals_bytes);
}

static gboolean judge(const struct running *running, gboolean whole, int ended, const struct verdict *verdict,
                      GError **error)
{
    const char *name = running->request->backend->name;
    g_autofree char *fault = child_reason(&running->child, ended);
    if (fault)
        return failure(error, STATUS_FAILED, "weft: %s: %s", name, fault);
    if (!whole)
        return failure(error, STATUS_FAILED, "weft: %s: ended without its result", name);
    return verdict->status == STATUS_OK || failure(error, verdict->status, "%s", verdict->text);
}

struct running *execute_start(const struct run_request *request, GError **error)
{
    struct running *running = g_new0(struct running, 1);
    running->request = request;
    running->out = memfd_create("weft-result", MFD_CLOEXEC);
    gboolean good = running->out >= 0 || failure(error, STATUS_FAILED, "no file: %s", g_strerror(errno));
    if (good && child_start(&running->child, work, running, error))
        return running;
    g_prefix_error(error, "weft: %s: ", request->backend->name);
    if (running->out >= 0)
        close(running->out);
    g_free(running);
    return NULL;
}

int execute_alive(const struct running *running)
{
    return running->child.alive;
}

static void running_free(struct running *running, bool failed)
{
    child_clear(&running->child, failed);
    close(running->out);
    g_free(running);
}

gboolean execute_finish(struct running *running, struct run_result *result, GError **error)
{
    struct verdict verdict = {0};
    *result = (struct run_result){0};
    int ended = child_reap(&running->child, NULL);
    gboolean whole =
        lseek(running->out, 0, SEEK_SET) == 0 && receive(running->request, running->out, &verdict, result);
    gboolean good = judge(running, whole, ended, &verdict, error);
    running_free(running, !good);
    if (!good)
        run_result_clear(result);
    return good;
}

void execute_kill(struct running *running)
{
    kill(running->child.pid, SIGKILL);
    child_reap(&running->child, NULL);
    running_free(running, false);
}

gboolean execute_in_child(const struct run_request *request, struct run_result *result, GError **error)
{
    *result = (struct run_result){0};
    struct running *running = execute_start(request, error);
    return running && execute_finish(running, result, error);
}
