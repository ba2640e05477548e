/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Processes, and how an error gets out of one. */

#include "worker.h"

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

/* Fits into a pipe, so that the worker never waits for its reader. */
struct message {
    int status;
    char text[512];
};

static G_NORETURN void work_and_end(pid_t parent, worker_job *work, void *job, int out)
{
    struct message message = {.status = STATUS_OK};
    GError *error = NULL;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* it ended before that */
        _exit(STATUS_FAILED);
    if (!work(job, &error)) {
        message.status = error->code;
        g_strlcpy(message.text, error->message, sizeof(message.text));
    }
    _exit(write(out, &message, sizeof(message)) == sizeof(message) ? STATUS_OK : STATUS_FAILED);
}

gboolean worker_start(struct worker *worker, worker_job *work, void *job, GError **error)
{
    int ends[2];
    pid_t parent = getpid();
    if (pipe2(ends, O_CLOEXEC) < 0)
        return failure(error, STATUS_FAILED, "no pipe: %s", g_strerror(errno));
    fflush(NULL); /* nothing buffered may be printed twice */
    worker->pid = fork();
    if (worker->pid == 0) {
        close(ends[0]);
        work_and_end(parent, work, job, ends[1]);
    }
    close(ends[1]);
    worker->errors = ends[0];
    if (worker->pid > 0)
        return TRUE;
    close(ends[0]);
    return failure(error, STATUS_FAILED, "no process: %s", g_strerror(errno));
}

static int reap(struct worker *worker)
{
    int status = 0;
    while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
        ;
    close(worker->errors);
    return status;
}

gboolean worker_wait(struct worker *worker, GError **error)
{
    struct message message;
    ssize_t got = read(worker->errors, &message, sizeof(message));
    int status = reap(worker);
    if (WIFSIGNALED(status))
        return failure(error, STATUS_FAILED, "worker killed by signal %d (%s)", WTERMSIG(status),
                       g_strsignal(WTERMSIG(status)));
    if (got != sizeof(message))
        return failure(error, STATUS_FAILED, "worker ended without a word");
    return message.status == STATUS_OK || failure(error, message.status, "%s", message.text);
}

void worker_kill(struct worker *worker)
{
    kill(worker->pid, SIGKILL);
    reap(worker);
}

void *worker_shared(gsize bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        g_error("out of memory");
    return memory;
}

void worker_unshare(void *memory, gsize bytes)
{
    if (memory)
        munmap(memory, bytes);
}
