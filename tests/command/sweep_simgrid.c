/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sweeps on a simulator, which needs a process a run: killed, and with a run that dies. And all files that a scenario may name, a simulator's platform
 * too. */

#include "keys.h"
#include "swept.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

enum { POINTS = 18, PATIENCE_S = 60 };

#define SIMULATED                                                                                            \
    "[sweep]\nscenario = tiny.ini\nmethods = batched, interleaved\nbackends = simgrid\n[cross]\n"            \
    "stream.count = linear:1:9:9\n"

static void test_jobs(void)
{
    struct bench bench = bench_new(SIMULATED);
    run_good(&bench, "^s: 18 points, 18 of them run now, 0 failed", "-o one -j 1");
    run_good(&bench, "^s: 18 points, 18 of them run now, 0 failed", "-o two -j 2");
    assert_same(&bench, "one", "two");
    bench_clear(&bench);
}

static void test_kill(void)
{
    enum { KILLS = 8, ENOUGH = 200 };
    struct bench bench = bench_new(SIMULATED);
    gint64 took_us = whole_us(&bench, "18 of them run now, 0 failed", "-o whole -j 2");
    struct kills kills = {0};
    for (guint round = 0; kills.working < KILLS; round++) {
        gint64 after_us = (gint64)(g_test_rand_double() * (double)took_us / 3);
        g_assert_cmpuint(round, <, ENOUGH);
        if (killed(&bench, after_us, g_test_rand_bit(), POINTS, &kills))
            continue;
        assert_same(&bench, "whole", "killed");
        remove_killed(&bench);
    }
    g_test_message("%u kills while points were run, %u processes besides", kills.working, kills.children);
    g_assert_cmpuint(kills.children, >, KILLS); /* the workers' own children, too */
    run_good(&bench, "^s: 18 points, [0-9]+ of them run now, 0 failed", "-o killed");
    run_good(&bench, "^s: 18 points, 0 of them run now, 0 failed", "-o killed");
    assert_same(&bench, "whole", "killed");
    bench_clear(&bench);
}

/* The first child of a process; 0: it has none. */
static pid_t child_of(pid_t pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/task/%d/children", pid, pid), *children = NULL;
    return g_file_get_contents(path, &children, NULL, NULL) ? (pid_t)g_ascii_strtoll(children, NULL, 10) : 0;
}

/* Kill the first simulator that is seen to run. */
static void kill_simulator(GPid pid)
{
    pid_t worker, simulator = 0;
    for (gint64 until = g_get_monotonic_time() + PATIENCE_S * G_USEC_PER_SEC; !simulator;) {
        worker = child_of(pid);
        simulator = worker > 0 ? child_of(worker) : 0;
        g_assert_cmpint(g_get_monotonic_time(), <, until);
    }
    kill(simulator, SIGKILL);
}

/* Its point failed, the others did not; the next call runs it again, and nothing shows of it. */
static void test_simulator_killed(void)
{
    enum { TRIES = 20 };
    struct bench bench = bench_new(SIMULATED);
    int ended = 0;
    for (int i = 0; ended == 0; i++) { /* a run may be over before it is killed */
        g_assert_cmpint(i, <, TRIES);
        remove_killed(&bench);
        GPid pid = start(&bench, to_files, NULL, "-o killed -j 2");
        kill_simulator(pid);
        ended = await(pid);
    }
    g_assert_true(WIFEXITED(ended));
    g_assert_cmpint(WEXITSTATUS(ended), ==, 1);
    g_autofree char *said = content_of(&bench, "stdout");
    g_test_message("%s", said);
    g_assert_true(
        g_regex_match_simple("^s: 18 points, 18 of them run now, 1 failed\n  000[0-9]{2}: weft: simgrid: "
                             "killed by signal 9 \\(Killed\\)\n",
                             said, 0, 0));
    run_good(&bench, "^s: 18 points, 1 of them run now, 0 failed", "-o killed");
    run_good(&bench, "18 of them run now, 0 failed", "-o whole");
    assert_same(&bench, "whole", "killed");
    bench_clear(&bench);
}

/* --- files that a scenario names --- */

#define PRICES                                                                                               \
    "[profile]\nhelp = a machine\nbase = modern-x86\n[copied_bytes]\nlow = 0 cycles\nhigh = 9 "              \
    "cycles\ntypical = 1 "                                                                                   \
    "cycles\nsource = here\nconfidence = low\n"

static const struct file_case {
    enum group_kind group;
    const char *key, *scenario;
    const char *file, *content; /* content NULL: that of a platform of the source tree */
    const char *more;           /* what is written behind it: as little as can be */
} file_cases[] = {
    {GROUP_SCENARIO, "platform",
     "[scenario]\nplatform = file\nduration = 40 ms\n[stream x]\ncount = 2\nrate = 1 Mbit/s\n", "file", NULL,
     "<!-- more -->\n"},
    {GROUP_SERVER, "profile", TINY "[server y]\nprofile = file:file\n", "file", PRICES, "# more\n"},
    {GROUP_STREAM, "source", TINY "source = file:file\n", "file", "a film that is not long", "."},
};

static const struct file_case *file_case_of(const struct key_row *key)
{
    for (size_t i = 0; i < G_N_ELEMENTS(file_cases); i++)
        if (keys_find(file_cases[i].group, file_cases[i].key) == key)
            return &file_cases[i];
    g_error("%s.%s names a file, of which no case here says that a sweep looks into it",
            groups[key->group].name, key->name);
}

static void check_file(const struct file_case *is)
{
    struct bench bench = bench_new(
        "[sweep]\nscenario = tiny.ini\nmethods = batched\n[cross]\nwrite.interval = 10 ms, 20 ms\n");
    g_autofree char *platform = source_path("scenarios/platforms/two-switches.xml"), *read = NULL;
    if (!is->content)
        g_assert_true(g_file_get_contents(platform, &read, NULL, NULL));
    const char *content = is->content ? is->content : read;
    g_autofree char *more = g_strconcat(content, is->more, NULL);
    g_test_message("%s", is->key);
    write_in(&bench, "tiny.ini", is->scenario, strlen(is->scenario));
    write_in(&bench, is->file, content, strlen(content));
    run_good(&bench, "2 of them run now", "-o out");
    write_in(&bench, is->file, more, strlen(more));
    run_bad(&bench, 2,
            "manifest\\.jsonl:1: is of another sweep: other values of the scenario, or other files; ",
            "-o out");
    write_in(&bench, is->file, content, strlen(content));
    run_good(&bench, "0 of them run now", "-o out");
    bench_clear(&bench);
}

/* Every key that names a file, whatever keys there will be: a sweep does not go on with another file of that name. */
static void test_files_named(void)
{
    guint found = 0;
    for (size_t i = 0; i < keys_count(); i++) {
        if (!strstr(keys[i].help, "relative to the scenario"))
            continue;
        check_file(file_case_of(&keys[i]));
        found++;
    }
    g_assert_cmpuint(found, ==, G_N_ELEMENTS(file_cases));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    g_test_add_func("/sweep/simgrid/jobs", test_jobs);
    g_test_add_func("/sweep/simgrid/kill", test_kill);
    g_test_add_func("/sweep/simgrid/simulator-killed", test_simulator_killed);
    g_test_add_func("/sweep/files-named", test_files_named);
    return g_test_run();
}
