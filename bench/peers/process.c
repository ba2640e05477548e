/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Processes, their clocks and their one line of output. */

#include "process.h"

#include "failure.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LINE_BYTES = 512 };

int peers_pin(int cpu, GError **error)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) {
        failure(error, STATUS_FAILED, "weft-bench-peers: no list of processors: %s", g_strerror(errno));
        return -1;
    }
    int chosen = cpu;
    for (int i = 0; cpu < 0 && i < CPU_SETSIZE; i++)
        if (CPU_ISSET((size_t)i, &set))
            chosen = i;
    CPU_ZERO(&set);
    if (chosen < CPU_SETSIZE)
        CPU_SET((size_t)chosen, &set);
    if (sched_setaffinity(0, sizeof set, &set) == 0)
        return chosen;
    failure(error, STATUS_INPUT, "weft-bench-peers: processor %d cannot be used: %s", chosen,
            g_strerror(errno));
    return -1;
}

/* Arguments, and what to load before (NULL: nothing). */
static char **command(const struct peers_row *row, const struct peers_choice *choice, guint scale,
                      uint64_t intervals, const char **library)
{
    GPtrArray *argv = g_ptr_array_new();
    g_ptr_array_add(argv, peers_program(row));
    g_ptr_array_add(argv, g_strdup_printf("%" PRIu32, peers_scales[scale].streams));
    g_ptr_array_add(argv, g_strdup_printf("%" PRIu32, peers_scales[scale].per_interval));
    g_ptr_array_add(argv, g_strdup_printf("%" PRIu64, intervals));
    *library = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(row->option) && row->option[i]; i++)
        g_ptr_array_add(argv, g_strdup(row->option[i]));
    for (guint a = 0; row->axis[a]; a++) {
        const char *value = row->axis[a]->value[choice->value[a]];
        if (row->axis[a]->key)
            g_ptr_array_add(argv, g_strdup_printf("%s=%s", row->axis[a]->key, value));
        else if (choice->value[a] > 0)
            *library = value;
    }
    g_ptr_array_add(argv, NULL);
    return (char **)g_ptr_array_free(argv, FALSE);
}

static G_NORETURN void child(char **argv, char **environment, int out)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (dup2(out, STDOUT_FILENO) >= 0)
        execve(argv[0], argv, environment);
    _exit(127);
}

static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static double time_ns(struct timeval time)
{
    return (double)time.tv_sec * 1e9 + (double)time.tv_usec * 1e3;
}

/* Reads to the end; what does not fit is not what a program of this bench says. */
static void read_line(int in, char *line)
{
    char rest[LINE_BYTES];
    size_t had = 0;
    for (;;) {
        bool fits = had < LINE_BYTES - 1;
        ssize_t got = read(in, fits ? line + had : rest, fits ? LINE_BYTES - 1 - had : sizeof rest);
        if (got == 0 || (got < 0 && errno != EINTR))
            break;
        if (got > 0 && fits)
            had += (size_t)got;
    }
    line[had] = '\0';
}

/* FALSE and an error unless the process ended well. */
static gboolean run(char **argv, char **environment, char *line, struct peers_run *result, GError **error)
{
    int ends[2], status = 0;
    struct rusage usage;
    if (pipe2(ends, O_CLOEXEC) < 0)
        return failure(error, STATUS_FAILED, "no pipe: %s", g_strerror(errno));
    fflush(NULL); /* nothing buffered may be printed twice */
    double began_ns = now_ns();
    pid_t pid = fork();
    if (pid == 0)
        child(argv, environment, ends[1]);
    close(ends[1]);
    if (pid > 0)
        read_line(ends[0], line);
    close(ends[0]);
    if (pid < 0)
        return failure(error, STATUS_FAILED, "no process: %s", g_strerror(errno));
    while (wait4(pid, &status, 0, &usage) < 0 && errno == EINTR)
        ;
    result->wall_ns = now_ns() - began_ns;
    result->cpu_ns = time_ns(usage.ru_utime) + time_ns(usage.ru_stime);
    if (WIFSIGNALED(status))
        return failure(error, STATUS_FAILED, "killed by signal %d (%s)", WTERMSIG(status),
                       g_strsignal(WTERMSIG(status)));
    if (WEXITSTATUS(status) != STATUS_OK)
        return failure(error, STATUS_FAILED, "ended with status %d", WEXITSTATUS(status));
    return TRUE;
}

static gboolean parse(const char *line, struct peers_run *run, GError **error)
{
    struct peer_arrivals *arrivals = &run->arrivals;
    int end = 0;
    if (sscanf(line,
               "packets %" SCNu64 " last_ps %" SCNu64 " sum_ps %" SCNu64 " weighted_ps %" SCNu64
               " peak_bytes %" SCNu64 "%n",
               &arrivals->packets, &arrivals->last_ps, &arrivals->sum_ps, &arrivals->weighted_ps,
               &run->peak_bytes, &end) == 5 &&
        g_strcmp0(line + end, "\n") == 0)
        return TRUE;
    return failure(error, STATUS_FAILED, "says '%s'", line);
}

gboolean peers_run(const struct peers_row *row, const struct peers_choice *choice, guint scale,
                   uint64_t intervals, struct peers_run *result, GError **error)
{
    const char *library;
    char line[LINE_BYTES] = "";
    g_auto(GStrv) argv = command(row, choice, scale, intervals, &library);
    g_auto(GStrv) environment = g_get_environ();
    if (library) {
        g_autofree char *path = peers_preload(library);
        environment = g_environ_setenv(environment, "LD_PRELOAD", path, TRUE);
    }
    *result = (struct peers_run){0};
    if (run(argv, environment, line, result, error) && parse(line, result, error))
        return TRUE;
    g_autofree char *words = g_strjoinv(" ", argv);
    g_prefix_error(error, "weft-bench-peers: %s: ", words);
    return FALSE;
}

char *peers_choice_text(const struct peers_row *row, const struct peers_choice *choice)
{
    GString *text = g_string_new(NULL);
    for (guint a = 0; row->axis[a]; a++) {
        const struct peers_axis *axis = row->axis[a];
        const char *value = axis->value[choice->value[a]];
        if (choice->value[a] > 0)
            g_string_append_printf(text, "%s%s%s%s", text->len > 0 ? " " : "", axis->key ? axis->key : "",
                                   axis->key ? "=" : "", value);
    }
    return g_string_free(text, FALSE);
}
