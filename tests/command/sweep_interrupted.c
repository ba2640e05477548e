/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sweeps that are ended from outside at any instant, and go on; two at once; what a terminal shows of them. */

#include "swept.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* The second point waits for a file `open`. */
#define GATED(backend)                                                                                       \
    "[sweep]\nscenario = tiny.ini\nbackends = " backend "\n[cross]\nstream.count = 1, 2, 3, 4\n"

/* --- killed --- */

/* Twenty kills between the first point and the last one, and those that come before, between or after; whoever is killed, the same comes out. */
static void test_kill(void)
{
    enum { KILLS = 20, POINTS = 200, ENOUGH = 1000 };
    struct bench bench = bench_new(LARGE);
    gint64 took_us = whole_us(&bench, "200 of them run now, 0 failed", "-o whole -j 2");
    struct kills kills = {0};
    for (guint round = 0; kills.working < KILLS; round++) {
        gint64 after_us = (gint64)(g_test_rand_double() * (double)took_us / 4);
        g_assert_cmpuint(round, <, ENOUGH);
        if (killed(&bench, after_us, g_test_rand_bit(), POINTS, &kills))
            continue;
        assert_same(&bench, "whole", "killed");
        remove_killed(&bench);
    }
    g_test_message("%u kills while points were run, %u processes besides, %u calls done before",
                   kills.working, kills.children, kills.late);
    g_assert_cmpuint(kills.children, >=, KILLS);
    run_good(&bench, "^s: 200 points, [0-9]+ of them run now, 0 failed", "-o killed");
    run_good(&bench, "^s: 200 points, 0 of them run now, 0 failed",
             "-o killed"); /* alone there for certain */
    assert_same(&bench, "whole", "killed");
    bench_clear(&bench);
}

/* Merged files are whole or not there: killed while it reads results and merges them. */
static void test_kill_merging(void)
{
    enum { KILLS = 20 };
    struct bench bench = bench_new(LARGE);
    run_good(&bench, "200 of them run now, 0 failed", "-o whole -j 2");
    run_good(&bench, "200 of them run now, 0 failed", "-o killed -j 2");
    static const char *const names[] = {"sweep.csv", "sweep.jsonl", "failed.jsonl"};
    gint64 took_us = whole_us(&bench, "0 of them run now", "-o killed");
    struct kills kills = {0};
    for (guint i = 0; i < KILLS; i++) {
        for (size_t k = 0; k < G_N_ELEMENTS(names); k++) {
            g_autofree char *name = g_build_filename("killed", names[k], NULL), *path = path_of(&bench, name);
            g_unlink(path);
        }
        killed(&bench, (gint64)(g_test_rand_double() * (double)took_us), true, 200, &kills);
        for (size_t k = 0; k < G_N_ELEMENTS(names); k++) {
            g_autofree char *name = g_build_filename("killed", names[k], NULL), *path = path_of(&bench, name),
                            *right = g_build_filename("whole", names[k], NULL);
            if (!g_file_test(path, G_FILE_TEST_EXISTS))
                continue;
            g_autofree char *is = content_of(&bench, name), *expected = content_of(&bench, right);
            g_assert_cmpstr(is, ==, expected);
        }
    }
    run_good(&bench, "0 of them run now", "-o killed");
    assert_same(&bench, "whole", "killed");
    bench_clear(&bench);
}

/* --- ended by a signal --- */

struct ending {
    int number; /* of the signal that is ignored before; 0: none */
};

/* A process group of its own, as a shell makes; its output goes to files. */
static void of_a_shell(gpointer data)
{
    const struct ending *ending = data;
    setpgid(0, 0);
    if (ending->number)
        signal(ending->number, SIG_IGN);
    to_files(NULL);
}

static void assert_nothing_half_written(const struct bench *bench)
{
    g_autofree char *where = path_of(bench, "out-dir"), *points = g_build_filename(where, "points", NULL);
    g_autofree char *names = scratch_names(where), *inside = scratch_names(points);
    g_assert_cmpstr(names, ==, "manifest.jsonl points");
    g_assert_true(*inside != '.');
}

static void open_gate(const struct bench *bench, bool open)
{
    g_autofree char *gate = path_of(bench, "open"), *waiting = path_of(bench, "waiting");
    g_unlink(waiting);
    if (open)
        write_in(bench, "open", "", 0);
    else
        g_unlink(gate);
}

/* It waits in the second of four points; then the signal comes, to all of its processes or to it alone. */
static void check_signal(const char *sweep, int number, const char *jobs, const char *regex, bool group)
{
    static const struct ending none = {0};
    struct bench bench = bench_new(sweep);
    open_gate(&bench, true);
    run_good(&bench, "4 of them run now", "-o whole");
    open_gate(&bench, false);
    g_autofree char *arguments = g_strconcat("-o out-dir ", jobs, NULL);
    GPid pid = start(&bench, of_a_shell, (gpointer)&none, arguments);
    await_file(&bench, "waiting");
    if (strcmp(jobs, "-j2") == 0)
        await_file(&bench, "out-dir/points/00004.json");
    g_assert_cmpint(kill(group ? -pid : pid, number), ==, 0);
    int ended = await(pid);
    g_assert_true(WIFSIGNALED(ended) && WTERMSIG(ended) == number);
    await_orphans();
    g_assert_true(kill(-pid, 0) == -1 && errno == ESRCH);
    g_autofree char *said = content_of(&bench, "stderr"), *out = content_of(&bench, "stdout");
    g_test_message("%s", said);
    g_assert_true(g_regex_match_simple(regex, said, 0, 0));
    g_assert_cmpstr(out, ==, "");
    assert_nothing_half_written(&bench);
    open_gate(&bench, true);
    run_good(&bench, strcmp(jobs, "-j2") == 0 ? "4 points, 1 of them run now, 0 failed" : "3 of them run now",
             "-o out-dir");
    assert_same(&bench, "whole", "out-dir");
    bench_clear(&bench);
}

/* With two workers a point's file may be there before the command has heard of it: then it counts two that are done. */
static void test_signals(void)
{
    static const struct {
        const char *sweep;
        int number;
        const char *jobs, *regex;
    } cases[] = {
        {GATED("gated"), SIGINT, "-j2",
         "^weft sweep: ended by signal 2 \\(Interrupt\\): [23] of 4 points are done; the same call goes on "
         "with "
         "the others\n$"},
        {GATED("gated"), SIGTERM, "-j1",
         "^weft sweep: ended by signal 15 \\(Terminated\\): 1 of 4 points are done; "},
        {GATED("gated-apart"), SIGHUP, "-j2",
         "^weft sweep: ended by signal 1 \\(Hangup\\): [23] of 4 points "},
        {GATED("gated-apart"), SIGINT, "-j1", "^weft sweep: ended by signal 2 \\(Interrupt\\): 1 of 4 "},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        for (int group = 0; group < 2; group++)
            check_signal(cases[i].sweep, cases[i].number, cases[i].jobs, cases[i].regex, group);
}

/* nohup, and what a shell does for `&`: the sweep goes on. */
static void test_ignored_signals(void)
{
    static const struct ending endings[] = {{SIGHUP}, {SIGINT}};
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        struct bench bench = bench_new(GATED("gated"));
        GPid pid = start(&bench, of_a_shell, (gpointer)&endings[i], "-o out-dir -j 2");
        await_file(&bench, "waiting");
        g_assert_cmpint(kill(-pid, endings[i].number), ==, 0);
        g_usleep(20000);
        open_gate(&bench, true);
        int ended = await(pid);
        g_assert_true(WIFEXITED(ended) && WEXITSTATUS(ended) == 0);
        g_autofree char *said = content_of(&bench, "stdout");
        g_assert_nonnull(strstr(said, "4 points, 4 of them run now, 0 failed\n"));
        bench_clear(&bench);
    }
}

/* A worker that is killed, and not its parent: its point failed, the others go on, the next call runs it again. */
static void test_worker_killed(void)
{
    struct bench bench = bench_new(GATED("gated"));
    static const struct ending none = {0};
    GPid pid = start(&bench, of_a_shell, (gpointer)&none, "-o out-dir -j 1");
    await_file(&bench, "waiting");
    g_autofree char *path = g_strdup_printf("/proc/%d/task/%d/children", pid, pid), *worker = NULL;
    g_assert_true(g_file_get_contents(path, &worker, NULL, NULL));
    g_assert_cmpint(kill((pid_t)g_ascii_strtoll(worker, NULL, 10), SIGKILL), ==, 0);
    int ended = await(pid);
    g_assert_true(WIFEXITED(ended) && WEXITSTATUS(ended) == 1);
    g_autofree char *said = content_of(&bench, "stdout");
    g_assert_nonnull(
        strstr(said, "4 points, 4 of them run now, 1 failed\n  00002: weft: gated: killed by signal 9 "));
    open_gate(&bench, true);
    run_good(&bench, "1 of them run now, 0 failed", "-o out-dir");
    g_autofree char *points = path_of(&bench, "out-dir/points"), *left = scratch_names(points);
    g_assert_cmpstr(left, ==, "00001.json 00002.json 00003.json 00004.json"); /* and no failure */
    run_good(&bench, "4 of them run now", "-o whole");
    assert_same(&bench, "whole", "out-dir");
    bench_clear(&bench);
}

/* --- two at once --- */

/* Two calls in one directory do some points twice, which nobody can see. */
static void test_two_at_once(void)
{
    struct bench bench = bench_new(LARGE);
    run_good(&bench, "200 of them run now, 0 failed", "-o whole -j 2");
    for (int round = 0; round < 3; round++) {
        GPid pid[2];
        for (int i = 0; i < 2; i++)
            pid[i] = start(&bench, NULL, NULL, "-o both -j 2");
        for (int i = 0; i < 2; i++) {
            int ended = await(pid[i]);
            g_assert_true(WIFEXITED(ended) && WEXITSTATUS(ended) == 0);
        }
        assert_same(&bench, "whole", "both");
        scratch_free(path_of(&bench, "both"));
    }
    bench_clear(&bench);
}

/* --- on a terminal --- */

/* All that is written to a terminal until the process ends. */
static char *read_terminal(int fd, const struct bench *bench, const char *then)
{
    GString *text = g_string_new(NULL);
    char block[256];
    ssize_t got;
    if (then) { /* when it waits, a key is pressed */
        await_file(bench, "waiting");
        await_file(bench, "out-dir/points/00004.json");
        g_assert_cmpint(write(fd, then, strlen(then)), ==, (ssize_t)strlen(then));
    }
    while ((got = read(fd, block, sizeof block)) > 0 || (got < 0 && errno == EINTR))
        if (got > 0)
            g_string_append_len(text, block, got);
    return g_string_free(text, FALSE);
}

/* The sweep with a terminal of its own, and with a library before libc's (NULL: none), on which `then` (NULL: nothing) is typed when it waits. How it ended, and what was to be seen. */
static char *on_terminal(const char *sweep, const char *preload, const char *then, int *ended)
{
    struct bench bench = bench_new(sweep);
    int terminal;
    fflush(NULL);
    pid_t pid = forkpty(&terminal, NULL, NULL, NULL);
    if (pid == 0) {
        if (chdir(bench.directory) == 0 &&
            (!preload || (g_setenv("LD_PRELOAD", preload, TRUE) &&
                          g_setenv("ASAN_OPTIONS", "verify_asan_link_order=0", TRUE))))
            execl(WEFT_PROGRAM, "weft", "sweep", "s.ini", "-j2", "-o", "out-dir", NULL);
        _exit(127);
    }
    g_assert_cmpint(pid, >, 0);
    char *text = read_terminal(terminal, &bench, then);
    close(terminal);
    *ended = await(pid);
    await_orphans();
    if (then)
        assert_nothing_half_written(&bench);
    bench_clear(&bench);
    g_autofree char *escaped = g_strescape(text, NULL);
    g_test_message("%s", escaped);
    return text;
}

/* How far it is is told at once and at the end, with rate and time left, whatever the wall clock does; then the line is empty again. */
static void test_terminal(gconstpointer preload)
{
    int ended;
    g_autofree char *text = on_terminal(LARGE, preload, NULL, &ended);
    g_assert_true(WIFEXITED(ended) && WEXITSTATUS(ended) == 0);
    g_assert_true(g_regex_match_simple(
        "^\r0 of 200 points done *(\r[0-9]+ of 200 points done, [0-9.]+ a second, [0-9]+ s left *)*"
        "\r200 of 200 points done, [0-9.]+ a second, 0 s left *\r +\rs: 200 points, 200 of them run now, 0 "
        "failed",
        text, 0, 0));
}

static void test_interrupt_key(void)
{
    int ended;
    g_autofree char *text = on_terminal(GATED("gated"), NULL, "\003", &ended);
    g_assert_true(WIFSIGNALED(ended) && WTERMSIG(ended) == SIGINT);
    g_assert_true(g_regex_match_simple("^\r0 of 4 points done.*\r +\rweft sweep: ended by signal 2 "
                                       "\\(Interrupt\\): [23] of 4 points are done; the "
                                       "same call goes on with the others\r\n$",
                                       text, G_REGEX_DOTALL, 0));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    g_test_add_func("/sweep/kill", test_kill);
    g_test_add_func("/sweep/kill/merging", test_kill_merging);
    g_test_add_func("/sweep/signals", test_signals);
    g_test_add_func("/sweep/signals/ignored", test_ignored_signals);
    g_test_add_func("/sweep/signals/worker", test_worker_killed);
    g_test_add_func("/sweep/two-at-once", test_two_at_once);
    g_test_add_data_func("/sweep/terminal", NULL, test_terminal);
    g_test_add_data_func("/sweep/terminal/mad-clock", WEFT_MAD_CLOCK, test_terminal);
    g_test_add_func("/sweep/terminal/interrupt", test_interrupt_key);
    return g_test_run();
}
