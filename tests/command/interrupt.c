/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A run that is ended from outside leaves no file, no directory and no process. */

#include "weft.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_S = 60, LOOK_US = 2000 };

static const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};

#define LONG                                                                                                 \
    "[scenario]\nduration = 1000000 s\n[server x]\n[switch x]\n[device x]\n[stream x]\nrate = 1 Mbit/s\n"

/* How the signal is treated in a child to be: nohup ignores it. */
static void ignore(gpointer number)
{
    if (number)
        signal(GPOINTER_TO_INT(number), SIG_IGN);
}

/* Start weft in `directory` with arguments separated by spaces; `ignored` may be 0. */
static GPid start(const char *directory, char **environment, const char *arguments, int ignored)
{
    g_autofree char *line = g_strconcat(WEFT_PROGRAM, " ", arguments, NULL);
    g_auto(GStrv) argv = g_strsplit(line, " ", -1);
    g_autoptr(GError) error = NULL;
    GPid pid;
    g_test_message("%s", line);
    g_spawn_async(directory, argv, environment,
                  G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, ignore,
                  GINT_TO_POINTER(ignored), &pid, &error);
    g_assert_no_error(error);
    return pid;
}

/* How many names at and below the directory begin with `prefix`. */
static guint count_below(const char *directory, const char *prefix)
{
    g_autoptr(GDir) entries = g_dir_open(directory, 0, NULL);
    const char *name;
    guint found = 0;
    while (entries && (name = g_dir_read_name(entries))) {
        g_autofree char *inside = g_build_filename(directory, name, NULL);
        found += (g_str_has_prefix(name, prefix) ? 1 : 0) + count_below(inside, prefix);
    }
    return found;
}

/* Wait until the run has all its files open. */
static void await_hidden(const char *directory, guint files)
{
    for (gint64 until = g_get_monotonic_time() + PATIENCE_S * G_USEC_PER_SEC;
         count_below(directory, ".") < files; g_usleep(LOOK_US))
        g_assert_cmpint(g_get_monotonic_time(), <, until);
}

/* Wait until the process has so many children. */
static void await_children(GPid pid, guint n)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/task/%d/children", pid, pid);
    guint found = 0;
    for (gint64 until = g_get_monotonic_time() + PATIENCE_S * G_USEC_PER_SEC; found < n; g_usleep(LOOK_US)) {
        g_autofree char *children = NULL;
        g_assert_true(g_file_get_contents(path, &children, NULL, NULL));
        found = 0;
        for (const char *at = children; *at; at++)
            found += *at == ' '; /* after each of them */
        g_assert_cmpint(g_get_monotonic_time(), <, until);
    }
}

/* The next child or orphan that ends; 0 if there is none any more. */
static GPid await_end(int *ended)
{
    for (gint64 until = g_get_monotonic_time() + PATIENCE_S * G_USEC_PER_SEC;; g_usleep(LOOK_US)) {
        pid_t pid = waitpid(-1, ended, WNOHANG);
        if (pid < 0)
            g_assert_cmpint(errno, ==, ECHILD);
        if (pid != 0)
            return MAX(pid, 0);
        g_assert_cmpint(g_get_monotonic_time(), <, until);
    }
}

/* The process ends by the signal; its children, `orphans` of them, are killed with it, or give up at once if they have
 * only just begun. */
static void assert_killed(GPid pid, int number, guint orphans)
{
    int ended;
    GPid next;
    g_assert_cmpint(kill(pid, number), ==, 0);
    guint others = 0, selves = 0;
    while ((next = await_end(&ended)) > 0) {
        int killed_by = WIFSIGNALED(ended) ? WTERMSIG(ended) : 0;
        if (next == pid)
            g_assert_cmpint(killed_by, ==, number);
        else if (killed_by != SIGKILL)
            g_assert_true(WIFEXITED(ended) && WEXITSTATUS(ended) == 1);
        selves += next == pid;
        others += next != pid;
    }
    g_assert_cmpuint(selves, ==, 1);
    g_assert_cmpuint(others, ==, orphans);
}

static void check_run(const char *arguments, guint files, guint orphans)
{
    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++) {
        char *directory = scratch_new();
        g_autofree char *path = scratch_file(directory, "long.ini", LONG);
        GPid pid = start(directory, NULL, arguments, 0);
        await_hidden(directory, files);
        await_children(pid, orphans);
        assert_killed(pid, signals[i], orphans);
        g_autofree char *left = scratch_names(directory);
        g_assert_cmpstr(left, ==, "long.ini");
        scratch_free(directory);
    }
}

static void test_run(void)
{
    check_run(
        "run long.ini --json x.json --out deep/er/out --trace x.csv --pcap x.pcapng --pcap-ns deep/pcap", 8,
        0);
    check_run("size long.ini --find streams --json x.json --out deep/er/out", 2, 0);
}

/* The child of a back end that needs its own process goes too, whatever it is doing. */
#ifdef WEFT_HAVE_SIMGRID
static void test_child(void)
{
    check_run("compare long.ini --backends simgrid --methods interleaved --out out --json x.json", 2, 1);
    check_run("size long.ini --find streams --backend simgrid --out out", 1, 1);
    check_run("agree long.ini --backends reference,simgrid --json x.json", 1, 2);
}
#endif

/* What is there already stays: a file to be replaced, a directory that was not made for this. */
static void test_older(void)
{
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "long.ini", LONG);
    g_autofree char *old = scratch_file(directory, "x.json", "old");
    g_autofree char *folder = g_build_filename(directory, "folder", NULL);
    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    GPid pid = start(directory, NULL, "run long.ini --json x.json --out folder", 0);
    await_hidden(directory, 2);
    assert_killed(pid, SIGTERM, 0);
    g_autofree char *left = scratch_names(directory), *text = NULL;
    g_assert_cmpstr(left, ==, "folder long.ini x.json");
    g_assert_true(g_file_get_contents(old, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "old");
    scratch_free(directory);
}

/* A run under nohup goes on. */
static void test_ignored(void)
{
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "long.ini", LONG);
    GPid pid = start(directory, NULL, "run long.ini --json x.json", SIGHUP);
    await_hidden(directory, 1);
    g_assert_cmpint(kill(pid, SIGHUP), ==, 0);
    g_usleep(50000);
    g_assert_cmpint(waitpid(pid, NULL, WNOHANG), ==, 0);
    g_assert_cmpuint(count_below(directory, "."), ==, 1);
    assert_killed(pid, SIGINT, 0);
    g_assert_cmpuint(count_below(directory, "."), ==, 0);
    scratch_free(directory);
}

/* While a figure is drawn: the tables are whole by then and stay, gnuplot ends and makes no file. */
static void test_figures(void)
{
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(
        directory, "short.ini",
        "[scenario]\nduration = 100 ms\n[server x]\n[switch x]\n[device x]\n[stream x]\nrate = 1 Mbit/s\n");
    g_autofree char *bin = g_build_filename(directory, "bin", NULL);
    g_assert_cmpint(g_mkdir(bin, 0700), ==, 0);
    g_autofree char *gnuplot =
        scratch_file(bin, "gnuplot", "#!/bin/sh\n: > started\necho half > \"$5\"\nexec sleep 1000\n");
    g_assert_cmpint(g_chmod(gnuplot, 0700), ==, 0);
    g_autofree char *search = g_strconcat(bin, ":", g_getenv("PATH"), NULL);
    g_auto(GStrv) environment = g_environ_setenv(g_get_environ(), "PATH", search, TRUE);
    g_autofree char *started = g_build_filename(directory, "started", NULL);
    GPid pid = start(directory, environment, "compare short.ini --methods interleaved --out out", 0);
    for (gint64 until = g_get_monotonic_time() + PATIENCE_S * G_USEC_PER_SEC;
         !g_file_test(started, G_FILE_TEST_EXISTS); g_usleep(LOOK_US))
        g_assert_cmpint(g_get_monotonic_time(), <, until);
    assert_killed(pid, SIGTERM, 1);
    g_autofree char *out = g_build_filename(directory, "out", NULL), *left = scratch_names(out);
    g_assert_cmpstr(left, ==, "compare.csv device-buffer.csv interval.csv timeline.csv");
    scratch_free(directory);
}

/* A run that is refused or fails after its directory was made leaves none. */
static void test_refused(void)
{
    static const char *const cases[] = {
        "run good.ini --out new/er --json none/x.json",
        "run good.ini --out new/er --trace /dev/full",
        "run good.ini --pcap-ns new/er --trace /dev/full",
        "compare good.ini --json new.json --out good.ini/inside",
        "size good.ini --find buffer --out new/er --json none/x.json",
        "size good.ini --find streams --json new.json --out good.ini/inside",
    };
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "good.ini",
                                         "[server x]\n[switch x]\n[device x]\n[stream x]\nrate = 1 Mbit/s\n");
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(GStrv) arguments = g_strsplit(cases[i], " ", -1);
        g_test_message("weft %s", cases[i]);
        struct said said = weft_with(directory, NULL, (const char *const *)arguments);
        assert_bad(&said, 1, ": cannot be (written|made): ");
        said_clear(&said);
        g_autofree char *left = scratch_names(directory);
        g_assert_cmpstr(left, ==, "good.ini");
    }
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(prctl(PR_SET_CHILD_SUBREAPER, 1), ==, 0); /* orphans come to us */
    g_test_add_func("/interrupt/run", test_run);
#ifdef WEFT_HAVE_SIMGRID
    g_test_add_func("/interrupt/child", test_child);
#endif
    g_test_add_func("/interrupt/older", test_older);
    g_test_add_func("/interrupt/ignored", test_ignored);
    g_test_add_func("/interrupt/figures", test_figures);
    g_test_add_func("/interrupt/refused", test_refused);
    return g_test_run();
}
