/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Child processes: begun, reaped, and what they printed. */

#include "child.h"

#include "all_bytes.h"
#include "failure.h"
#include "weft/platform.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void close_if_open(int fd)
{
    if (fd >= 0)
        close(fd);
}

static G_NORETURN void child(bool (*work)(void *context), void *context, int said, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(STATUS_FAILED);
    dup2(said, STDOUT_FILENO);
    dup2(said, STDERR_FILENO);
    bool good = work(context);
    fflush(NULL);
    _exit(good ? STATUS_OK : STATUS_FAILED);
}

gboolean child_start(struct child *new_child, bool (*work)(void *context), void *context, GError **error)
{
    int alive[2] = {-1, -1}, said = memfd_create("weft-child", MFD_CLOEXEC);
    pid_t parent = getpid(), pid = -1;
    if (said >= 0 && pipe2(alive, O_CLOEXEC) == 0) {
        fflush(NULL); /* nothing buffered may be printed twice */
        pid = fork();
    }
    if (pid == 0)
        child(work, context, said, parent);
    int why = errno;
    close_if_open(alive[1]);
    *new_child = (struct child){.pid = pid, .said = said, .alive = alive[0]};
    if (pid > 0)
        return TRUE;
    close_if_open(alive[0]);
    close_if_open(said);
    return failure(error, STATUS_FAILED, "no process: %s", g_strerror(why));
}

int child_reap(struct child *child, struct rusage *used)
{
    int ended;
    pid_t reaped;
    while ((reaped = wait4(child->pid, &ended, 0, used)) < 0 && errno == EINTR)
        ;
    close(child->alive);
    return reaped == child->pid ? ended : W_EXITCODE(STATUS_FAILED, 0);
}

void child_clear(struct child *child, bool failed)
{
    char block[4096];
    ssize_t got;
    lseek(child->said, 0, SEEK_SET);
    while (failed && (g_getenv("WEFT_DEBUG") || WEFT_SANITIZED) &&
           (got = read(child->said, block, sizeof block)) > 0 && write_all(STDERR_FILENO, block, (size_t)got))
        ;
    close(child->said);
}

char *child_fault(int ended)
{
    if (WIFSIGNALED(ended))
        return g_strdup_printf("killed by signal %d (%s)", WTERMSIG(ended), g_strsignal(WTERMSIG(ended)));
    return WEXITSTATUS(ended) != 0 ? g_strdup_printf("ended with status %d", WEXITSTATUS(ended)) : NULL;
}

char *child_last_words(const struct child *child)
{
    static const char mark[] = WEFT_PLATFORM_SAYS;
    struct stat status;
    enum { ENOUGH = 1 << 16 };
    if (fstat(child->said, &status) != 0 || lseek(child->said, 0, SEEK_SET) != 0)
        return NULL;
    gsize bytes = MIN((gsize)status.st_size, (gsize)ENOUGH);
    g_autofree char *text = g_malloc0(bytes + 1);
    if (!read_all(child->said, text, bytes))
        return NULL;
    const char *own = g_str_has_prefix(text, mark) ? text : strstr(text, "\n" WEFT_PLATFORM_SAYS);
    if (!own)
        return NULL;
    own += (*own == '\n') + strlen(mark);
    return g_strndup(own, strcspn(own, "\n"));
}

char *child_reason(const struct child *child, int ended)
{
    char *fault = child_fault(ended);
    g_autofree char *words = fault ? child_last_words(child) : NULL;
    if (!words)
        return fault;
    g_autofree char *alone = fault;
    return g_strdup_printf("%s: %s", alone, words);
}
