/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A small `weft run` is over at once: processor time of the process and of the child that a simulator runs in, the least of several, so
 * that what else the machine does is no matter. And start-up grows with the streams, not with their square. usage: test-bench-startup [--tap] PROGRAM
 * SOURCE */

#include <glib.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define MOST_GROWTH 1.25
enum { RUNS = 5, STATUS_NOT_BUILT = 2, FEW_STREAMS = 3000, TIMES = 8 };

static const char *program, *source;

static double time_ms(struct timeval time)
{
    return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3;
}

/* Exit status of `weft run scenarios/small.ini` with that many streams, a packet or two each, and its processor time. 0: as it is. */
static int run(const char *backend, guint streams, double *ms)
{
    g_autofree char *scenario = g_build_filename(source, "scenarios", "small.ini", NULL);
    g_autofree char *stream_count = g_strdup_printf("stream.count=%u", streams),
                    *device_count = g_strdup_printf("device.count=%u", streams);
    const char *argv[] = {program,
                          "run",
                          scenario,
                          "--quiet",
                          "--backend",
                          backend,
                          streams ? "--set" : NULL,
                          stream_count,
                          "--set",
                          device_count,
                          "--set",
                          "stream.rate=100 kbit/s",
                          "--set",
                          "server.link=100 Gbit/s",
                          "--set",
                          "scenario.duration=200 ms",
                          "--set",
                          "write.interval=200 ms",
                          NULL};
    g_autoptr(GError) error = NULL;
    struct rusage usage;
    GPid pid;
    int status;
    g_spawn_async(NULL, (char **)argv, NULL,
                  G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                  NULL, &pid, &error);
    g_assert_no_error(error);
    g_assert_cmpint(wait4(pid, &status, 0, &usage), ==, pid);
    g_assert_true(WIFEXITED(status));
    *ms = time_ms(usage.ru_utime) + time_ms(usage.ru_stime);
    return WEXITSTATUS(status);
}

/* FALSE: the back end is not built, and the test is skipped. */
static gboolean least_ms(const char *backend, guint streams, double *least)
{
    *least = G_MAXDOUBLE;
    for (int i = 0; i < RUNS; i++) {
        double ms;
        int status = run(backend, streams, &ms);
        if (status == STATUS_NOT_BUILT) {
            g_test_skip("not built");
            return FALSE;
        }
        g_assert_cmpint(status, ==, 0);
        *least = MIN(*least, ms);
    }
    g_test_message("%s, %u streams: %.1f ms", backend, streams ? streams : 8, *least);
    g_assert_cmpfloat(*least, >, 0);
    return TRUE;
}

static const struct bound {
    const char *backend;
    double most_ms;
} bounds[] = {{"reference", 30}, {"simgrid", 150}};

static void small(gconstpointer data)
{
    const struct bound *bound = data;
    double ms;
    if (least_ms(bound->backend, 0, &ms))
        g_assert_cmpfloat(ms, <, bound->most_ms);
}

/* Eight times the streams take eight times as long, or less: not sixty-four. */
static void grows(gconstpointer data)
{
    const struct bound *bound = data;
    double few_ms, many_ms;
    if (!least_ms(bound->backend, FEW_STREAMS, &few_ms) ||
        !least_ms(bound->backend, TIMES * FEW_STREAMS, &many_ms))
        return;
    g_assert_cmpfloat(many_ms, <, MOST_GROWTH * TIMES * few_ms);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(argc, ==, 3);
    program = argv[1];
    source = argv[2];
    for (gsize i = 0; i < G_N_ELEMENTS(bounds); i++) {
        g_autofree char *path = g_strconcat("/startup/small/", bounds[i].backend, NULL),
                        *many = g_strconcat("/startup/grows/", bounds[i].backend, NULL);
        g_test_add_data_func(path, &bounds[i], small);
        g_test_add_data_func(many, &bounds[i], grows);
    }
    return g_test_run();
}
