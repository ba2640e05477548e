/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A run in a child process: its result comes back by pipe, its crash is one line. */

#include "all_bytes.h"
#include "execute.h"
#include "failure.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
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

/* What a simulator prints is kept aside: a run says one line, or its result. */
static G_NORETURN void child(const struct run_request *request, int out, int said, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(STATUS_FAILED);
    dup2(said, STDOUT_FILENO);
    dup2(said, STDERR_FILENO);
    struct verdict verdict = {0};
    struct run_result result = {0};
    GError *error = NULL;
    if (execute_here(request, &result, &error)) {
        verdict.metrics_bytes = weft_metrics_block_bytes(result.metrics);
        verdict.timing_bytes = timing_bytes(request);
        verdict.playout_bytes = playout_bytes(request);
        verdict.delivery_bytes = delivery_bytes(request);
    } else {
        verdict.status = error->code;
        g_strlcpy(verdict.text, error->message, sizeof verdict.text);
    }
    bool sent = write_all(out, &verdict, sizeof verdict);
    if (sent && verdict.status == STATUS_OK)
        sent = write_all(out, weft_metrics_block(result.metrics), verdict.metrics_bytes) &&
               write_all(out, result.timing, verdict.timing_bytes) &&
               write_all(out, result.playout, verdict.playout_bytes) &&
               write_all(out, result.delivery, verdict.delivery_bytes);
    fflush(NULL);
    _exit(sent ? STATUS_OK : STATUS_FAILED);
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

/* Where someone looks for a fault, what the child printed helps. */
static void replay(int said)
{
    char block[4096];
    ssize_t got;
    if (!g_getenv("WEFT_DEBUG") && !WEFT_SANITIZED)
        return;
    lseek(said, 0, SEEK_SET);
    while ((got = read(said, block, sizeof block)) > 0 && write_all(STDERR_FILENO, block, (size_t)got))
        ;
}

static gboolean judge(const struct run_request *request, gboolean whole, int ended,
                      const struct verdict *verdict, GError **error)
{
    const char *name = request->backend->name;
    if (WIFSIGNALED(ended))
        return failure(error, STATUS_FAILED, "weft: %s: killed by signal %d (%s)", name, WTERMSIG(ended),
                       g_strsignal(WTERMSIG(ended)));
    if (WEXITSTATUS(ended) != 0)
        return failure(error, STATUS_FAILED, "weft: %s: ended with status %d", name, WEXITSTATUS(ended));
    if (!whole)
        return failure(error, STATUS_FAILED, "weft: %s: ended without its result", name);
    if (verdict->status != STATUS_OK)
        return failure(error, verdict->status, "%s", verdict->text);
    return TRUE;
}

gboolean execute_in_child(const struct run_request *request, struct run_result *result, GError **error)
{
    int ends[2], said = memfd_create("weft-child", MFD_CLOEXEC), ended = 0;
    if (said < 0 || pipe2(ends, O_CLOEXEC) < 0) {
        if (said >= 0)
            close(said);
        return failure(error, STATUS_FAILED, "weft: %s: no pipe: %s", request->backend->name,
                       g_strerror(errno));
    }
    fflush(NULL); /* nothing buffered may be printed twice */
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) {
        close(ends[0]);
        child(request, ends[1], said, parent);
    }
    close(ends[1]);
    struct verdict verdict = {0};
    *result = (struct run_result){0};
    gboolean good = pid > 0;
    if (!good) {
        close(ends[0]);
        failure(error, STATUS_FAILED, "weft: %s: no process: %s", request->backend->name, g_strerror(errno));
    } else {
        gboolean whole = receive(request, ends[0], &verdict, result);
        close(ends[0]); /* a child that has more to say than it should must not wait for a reader */
        while (waitpid(pid, &ended, 0) < 0 && errno == EINTR)
            ;
        good = judge(request, whole, ended, &verdict, error);
    }
    if (!good) {
        replay(said);
        run_result_clear(result);
    }
    close(said);
    return good;
}
