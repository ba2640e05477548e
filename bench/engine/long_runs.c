/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of long runs, and one of them. */

#include "long_runs.h"

#include "failure.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MINUTE "--set", "scenario.duration=60 s"
#define HOUR   "--set", "scenario.duration=3600 s"
#define MANY                                                                                                 \
    "--set", "scenario.duration=1 s", "--set", "stream.count=100000", "--set", "device.count=100000",        \
        "--set", "server.count=1", "--set", "server.link=1 Tbit/s", "--set", "server.cpu=10 GHz"

const struct bench_long_run bench_long_runs[] = {
    {"minute", "10,000 streams of 8 servers for a minute, each packet simulated", {MINUTE, "--no-skip"}},
    {"hour", "10,000 streams of 8 servers for an hour, periods that repeat left out", {HOUR}},
    {"100000", "100,000 streams of one server for a second, each packet simulated", {MANY, "--no-skip"}},
    {0},
};

static double time_s(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The caller unrefs; `out`: where the JSON goes, NULL: nowhere. */
static GPtrArray *command(const char *const *argument, const char *out)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *folder = g_path_get_dirname(self ? self : "");
    GPtrArray *argv = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(argv, g_build_filename(folder, "weft", NULL));
    g_ptr_array_add(argv, g_strdup("run"));
    g_ptr_array_add(argv, g_strdup(WEFT_BENCH_LONG_SCENARIO));
    if (out) {
        g_ptr_array_add(argv, g_strdup("--json"));
        g_ptr_array_add(argv, g_strdup(out));
    }
    for (; *argument; argument++)
        g_ptr_array_add(argv, g_strdup(*argument));
    g_ptr_array_add(argv, NULL);
    return argv;
}

/* All that comes out of the pipe. The caller frees with g_free. */
static char *read_all(int pipe)
{
    GString *text = g_string_new(NULL);
    char part[4096];
    for (ssize_t got; (got = read(pipe, part, sizeof part)) > 0 || (got < 0 && errno == EINTR);)
        if (got > 0)
            g_string_append_len(text, part, got);
    close(pipe);
    return g_string_free(text, FALSE);
}

/* The line "packets  N sent, M delivered, ..." of the summary. */
static gboolean read_summary(const char *said, struct bench_long_sample *sample, GError **error)
{
    const char *line = strstr(said, "\n  packets ");
    return (line && sscanf(line, " packets %" SCNu64 " sent, %" SCNu64 " delivered", &sample->packets,
                           &sample->delivered) == 2) ||
           failure(error, STATUS_FAILED, "weft run: says nothing of packets");
}

static gboolean spawn(const char *const *argument, const char *out, struct bench_long_sample *sample,
                      GError **error)
{
    g_autoptr(GPtrArray) argv = command(argument, out);
    struct rusage usage;
    GPid pid;
    int status, pipe;
    double began_s = now_s();
    if (!g_spawn_async_with_pipes(NULL, (char **)argv->pdata, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                                  &pid, NULL, &pipe, NULL, error))
        return FALSE;
    g_autofree char *said = read_all(pipe);
    while (wait4(pid, &status, 0, &usage) < 0 && errno == EINTR)
        ;
    sample->wall_s = now_s() - began_s;
    sample->cpu_s = time_s(usage.ru_utime) + time_s(usage.ru_stime);
    sample->peak_bytes = (uint64_t)usage.ru_maxrss * 1024;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != STATUS_OK)
        return failure(error, STATUS_FAILED, "weft run %s: did not end well", WEFT_BENCH_LONG_SCENARIO);
    return read_summary(said, sample, error);
}

static gboolean spawn_for_result(const char *const *argument, struct bench_long_sample *sample, char **result,
                                 GError **error)
{
    g_autofree char *out = NULL;
    int file = g_file_open_tmp("weft-bench-XXXXXX", &out, error);
    if (file < 0)
        return FALSE;
    close(file);
    gboolean good = spawn(argument, out, sample, error) && g_file_get_contents(out, result, NULL, error);
    g_unlink(out);
    return good;
}

gboolean bench_long_run(const char *const *argument, struct bench_long_sample *sample, char **result,
                        GError **error)
{
    return result ? spawn_for_result(argument, sample, result, error) : spawn(argument, NULL, sample, error);
}
