/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of long runs, and one of them. */

#include "long_runs.h"

#include "failure.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

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

static gboolean spawn(const char *const *argument, const char *out, struct bench_long_sample *sample,
                      GError **error)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", error);
    g_autofree char *folder = self ? g_path_get_dirname(self) : NULL,
                    *weft = folder ? g_build_filename(folder, "weft", NULL) : NULL;
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    const char *const first[] = {weft, "run", WEFT_BENCH_LONG_SCENARIO, "--quiet", "--json", out};
    struct rusage usage;
    GPid pid;
    int status;
    for (gsize i = 0; i < G_N_ELEMENTS(first); i++)
        g_ptr_array_add(argv, (gpointer)first[i]);
    for (; *argument; argument++)
        g_ptr_array_add(argv, (gpointer)*argument);
    g_ptr_array_add(argv, NULL);
    double began_s = now_s();
    if (!weft ||
        !g_spawn_async(NULL, (char **)argv->pdata, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, error))
        return FALSE;
    while (wait4(pid, &status, 0, &usage) < 0 && errno == EINTR)
        ;
    sample->wall_s = now_s() - began_s;
    sample->cpu_s = time_s(usage.ru_utime) + time_s(usage.ru_stime);
    sample->peak_bytes = (uint64_t)usage.ru_maxrss * 1024;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != STATUS_OK)
        return failure(error, STATUS_FAILED, "%s run %s: did not end well", weft, WEFT_BENCH_LONG_SCENARIO);
    return TRUE;
}

static gboolean read_result(const char *out, struct bench_long_sample *sample, char **result, GError **error)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents(out, &text, NULL, error))
        return FALSE;
    g_autoptr(JsonNode) node = json_from_string(text, error);
    if (!node)
        return FALSE;
    JsonObject *totals = json_object_get_object_member(json_node_get_object(node), "totals");
    sample->packets = (uint64_t)json_object_get_int_member(totals, "packets_sent");
    sample->delivered = (uint64_t)json_object_get_int_member(totals, "packets_delivered");
    if (result)
        *result = g_steal_pointer(&text);
    return TRUE;
}

gboolean bench_long_run(const char *const *argument, struct bench_long_sample *sample, char **result,
                        GError **error)
{
    g_autofree char *out = NULL;
    int file = g_file_open_tmp("weft-bench-XXXXXX", &out, error);
    if (file < 0)
        return FALSE;
    g_close(file, NULL);
    gboolean good = spawn(argument, out, sample, error) && read_result(out, sample, result, error);
    g_unlink(out);
    return good;
}
