/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Children and their memory. */

#include "child.h"

#include "failure.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Fits into a pipe, so that the child never waits for its reader. */
struct message {
    gboolean good;
    char text[512];
    _Alignas(max_align_t) unsigned char result[2048];
};

static G_NORETURN void child(bench_work *work, gconstpointer what, int out)
{
    struct message message = {0};
    GError *error = NULL;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    message.good = work(what, message.result, &error);
    if (!message.good)
        g_strlcpy(message.text, error->message, sizeof message.text);
    _exit(write(out, &message, sizeof message) == sizeof message ? STATUS_OK : STATUS_FAILED);
}

gboolean bench_in_child(bench_work *work, gconstpointer what, gpointer result, gsize bytes, GError **error)
{
    struct message message;
    int ends[2], status = 0;
    g_assert(bytes <= sizeof message.result);
    if (pipe2(ends, O_CLOEXEC) < 0)
        return failure(error, STATUS_FAILED, "no pipe: %s", g_strerror(errno));
    fflush(NULL); /* nothing buffered may be printed twice */
    pid_t pid = fork();
    if (pid == 0)
        child(work, what, ends[1]);
    close(ends[1]);
    ssize_t got = pid > 0 ? read(ends[0], &message, sizeof message) : 0;
    close(ends[0]);
    if (pid < 0)
        return failure(error, STATUS_FAILED, "no process: %s", g_strerror(errno));
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (WIFSIGNALED(status))
        return failure(error, STATUS_FAILED, "killed by signal %d (%s)", WTERMSIG(status),
                       g_strsignal(WTERMSIG(status)));
    if (got != sizeof message || WEXITSTATUS(status) != STATUS_OK)
        return failure(error, STATUS_FAILED, "ended without its result");
    if (!message.good)
        return failure(error, STATUS_FAILED, "%s", message.text);
    memcpy(result, message.result, bytes);
    return TRUE;
}

/* A line "Name:  123 kB" of a file about this process. */
static uint64_t line_bytes(const char *file, const char *name)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents(file, &text, NULL, NULL))
        return 0;
    const char *line = strstr(text, name);
    return line ? g_ascii_strtoull(line + strlen(name), NULL, 10) * 1024 : 0;
}

uint64_t bench_anonymous_bytes(void)
{
    return line_bytes("/proc/self/smaps_rollup", "\nAnonymous:");
}

uint64_t bench_rss_bytes(void)
{
    return line_bytes("/proc/self/status", "\nVmRSS:");
}

uint64_t bench_peak_rss_bytes(void)
{
    return line_bytes("/proc/self/status", "\nVmHWM:");
}

void bench_rss_reset(void)
{
    malloc_trim(0); /* what was freed before must not hide what is taken after */
    int file = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return;
    ssize_t written = write(file, "5", 1); /* the peak is what is resident now */
    (void)written; /* where the kernel does not let us, the peak is that of the fork on */
    close(file);
}
