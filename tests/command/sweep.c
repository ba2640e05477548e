/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft sweep as a user runs it: what comes out does not depend on workers, shards or interruptions, and what is wrong is said. */

#include "weft.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utime.h>

#define TINY                                                                                                 \
    "[scenario]\nduration = 40 ms\n[server x]\nlink = 100 Mbit/s\n[switch x]\nport = 10 Mbit/s\n[device "    \
    "x]\ncount = 9\n"                                                                                        \
    "[stream x]\ncount = 2\nrate = 1 Mbit/s\n"

/* 200 points: 5 x 5 values, 4 methods, 2 back ends. */
#define LARGE                                                                                                \
    "[sweep]\nscenario = tiny.ini\nmethods = per-packet, batched, interleaved, "                             \
    "interleaved-smooth\nbackends = reference, "                                                             \
    "apart\n[cross]\nstream.count = linear:1:9:5\n[zip way]\nstream.rate = linear:1 Mbit/s:5 "               \
    "Mbit/s:5\nwrite.interval = "                                                                            \
    "10 ms, 20 ms, 10 ms, 20 ms, 40 ms\n"

#define SMALL                                                                                                \
    "[sweep]\nscenario = tiny.ini\nmethods = batched, interleaved\n[cross]\nstream.count = 1, 2, 3\n"

struct bench {
    char *directory;
};

static struct bench bench_new(const char *sweep)
{
    struct bench bench = {scratch_new()};
    g_autofree char *tiny = scratch_file(bench.directory, "tiny.ini", TINY),
                    *file = scratch_file(bench.directory, "s.ini", sweep);
    return bench;
}

static char *path_of(const struct bench *bench, const char *name)
{
    return g_build_filename(bench->directory, name, NULL);
}

static char *content_of(const struct bench *bench, const char *name)
{
    g_autofree char *path = path_of(bench, name);
    g_autoptr(GError) error = NULL;
    char *text;
    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    return text;
}

/* The directories hold the same manifest and merged files, and nothing half written. */
static void assert_same(const struct bench *bench, const char *a, const char *b)
{
    static const char *const names[] = {"manifest.jsonl", "sweep.csv", "sweep.jsonl", "failed.jsonl"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *of_a = g_build_filename(a, names[i], NULL),
                        *of_b = g_build_filename(b, names[i], NULL);
        g_autofree char *text_a = content_of(bench, of_a), *text_b = content_of(bench, of_b);
        g_assert_cmpint(strcmp(text_a, text_b), ==, 0);
    }
    g_autofree char *where = path_of(bench, b), *points = g_build_filename(where, "points", NULL);
    g_autofree char *left = scratch_names(where), *inside = scratch_names(points);
    g_assert_cmpstr(left, ==, "failed.jsonl manifest.jsonl points sweep.csv sweep.jsonl");
    g_assert_null(strstr(inside, ".X"));
    g_assert_true(*inside != '.');
}

static void assert_says(const struct said *said, const char *regex)
{
    assert_good(said);
    if (!g_regex_match_simple(regex, said->out, 0, 0))
        g_test_message("must match %s, said: %s", regex, said->out);
    g_assert_true(g_regex_match_simple(regex, said->out, 0, 0));
}

static void run_good(const struct bench *bench, const char *regex, const char *arguments)
{
    g_autofree char *line = g_strconcat("sweep s.ini ", arguments, NULL);
    g_auto(GStrv) argv = g_strsplit(line, " ", -1);
    struct said said = weft_with(bench->directory, NULL, (const char *const *)argv);
    g_test_message("%s", line);
    assert_says(&said, regex);
    said_clear(&said);
}

static void run_bad(const struct bench *bench, int status, const char *regex, const char *arguments)
{
    g_autofree char *line = g_strconcat("sweep s.ini ", arguments, NULL);
    g_auto(GStrv) argv = g_strsplit(line, " ", -1);
    struct said said = weft_with(bench->directory, NULL, (const char *const *)argv);
    g_test_message("%s", line);
    assert_bad(&said, status, regex);
    said_clear(&said);
}

static void bench_clear(struct bench *bench)
{
    scratch_free(bench->directory);
}

/* --- the same, however it is run --- */

static void test_jobs_and_shards(void)
{
    struct bench bench = bench_new(LARGE);
    run_good(&bench, "^s: 200 points, 200 of them run now, 0 failed\none/sweep\\.csv, one/sweep\\.jsonl\n$",
             "-o one -j 1");
    run_good(&bench, "200 of them run now, 0 failed", "-o two -j 2");
    assert_same(&bench, "one", "two");
    run_good(&bench, "67 of them run now; others have no result yet\n$", "-o parts --shard 1/3 -j1");
    run_good(&bench, "66 of them run now; others have no result yet\n$", "-o parts --shard 3/3");
    run_good(&bench, "67 of them run now, 0 failed", "-o parts --shard 2/3");
    assert_same(&bench, "one", "parts");
    run_good(&bench, "^s: 200 points, 0 of them run now, 0 failed", "-o parts");
    assert_same(&bench, "one", "parts");
    bench_clear(&bench);
}

/* What follows `n` cells of a line. */
static const char *after_cells(const char *line, guint n)
{
    for (; n > 0; n--) {
        line = strchr(line, ',');
        g_assert_nonnull(line);
        line++;
    }
    return line;
}

/* The rows are those of weft compare. */
static void test_agrees_with_compare(void)
{
    struct bench bench = bench_new("[sweep]\nscenario = tiny.ini\nmethods = batched, "
                                   "interleaved\nreplications = 3\n[set]\nstream.start = random\n"
                                   "[cross]\nstream.count = 3, 5\n");
    run_good(&bench, "4 points, 4 of them", "-o out");
    struct said said = weft(bench.directory, "compare", "tiny.ini", "--methods", "batched,interleaved",
                            "--vary", "stream.count=3,5", "--set", "scenario.replications=3", "--set",
                            "stream.start=random", "--out", "cmp", NULL);
    g_autofree char *csv = content_of(&bench, "out/sweep.csv"),
                    *compared = content_of(&bench, "cmp/vary.csv");
    g_auto(GStrv) ours = g_strsplit(csv, "\n", -1), theirs = g_strsplit(compared, "\n", -1);
    g_assert_cmpuint(g_strv_length(ours), ==, 6);
    g_assert_cmpuint(g_strv_length(ours), ==, g_strv_length(theirs));
    for (guint i = 0; ours[i] && *ours[i]; i++) {
        /* point, stream.count, method; method, key, value, number, unit: then the same */
        g_assert_cmpstr(after_cells(ours[i], 3), ==, after_cells(theirs[i], 5));
    }
    g_assert_true(g_str_has_prefix(
        ours[0], "point,stream.count,method,servers,devices,streams,link_bps,port_bps,backend,interval_ms,"));
    g_assert_true(g_str_has_prefix(ours[4], "00004,5,interleaved,1,9,5,100000000,10000000,reference,"));
    g_assert_nonnull(strstr(ours[0], ",cycles_per_packet_ci95,"));
    said_clear(&said);
    bench_clear(&bench);
}

/* --- interrupted --- */

static void of_its_own(gpointer data)
{
    (void)data;
    setpgid(0, 0);
}

static GPid start(const struct bench *bench, GSpawnChildSetupFunc setup, const char *arguments)
{
    g_autofree char *line = g_strconcat(WEFT_PROGRAM, " sweep s.ini ", arguments, NULL);
    g_auto(GStrv) argv = g_strsplit(line, " ", -1);
    g_autoptr(GError) error = NULL;
    GPid pid;
    g_spawn_async(bench->directory, argv, NULL,
                  G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, setup,
                  NULL, &pid, &error);
    g_assert_no_error(error);
    return pid;
}

/* Kill it after so long: the whole tree at once, or the parent alone, whose workers then end by themselves. True: it was still running. */
static gboolean killed(const struct bench *bench, gint64 after_us, gboolean tree)
{
    int ended;
    GPid pid = start(bench, of_its_own, "-o killed -j 2");
    g_usleep((gulong)after_us);
    kill(tree ? -pid : pid, SIGKILL);
    g_assert_cmpint(waitpid(pid, &ended, 0), ==, pid);
    if (!WIFSIGNALED(ended))
        g_assert_cmpint(WEXITSTATUS(ended), ==, 0);
    return WIFSIGNALED(ended);
}

static void remove_killed(const struct bench *bench)
{
    g_autofree char *path = path_of(bench, "killed");
    if (g_file_test(path, G_FILE_TEST_EXISTS))
        scratch_free(g_steal_pointer(&path));
}

static void test_kill(void)
{
    enum { KILLS = 20 };
    struct bench bench = bench_new(LARGE);
    gint64 began = g_get_monotonic_time();
    run_good(&bench, "200 of them run now, 0 failed", "-o whole -j 2");
    gint64 took_us = g_get_monotonic_time() - began;
    guint hits = 0, rounds = 0;
    while (hits < KILLS) {
        gint64 after_us = (gint64)(g_test_rand_double() * (double)took_us / 4);
        if (killed(&bench, after_us, g_test_rand_bit())) {
            hits++;
            continue;
        }
        assert_same(&bench, "whole", "killed"); /* it was done before */
        remove_killed(&bench);
        g_assert_cmpuint(++rounds, <, 1000);
    }
    run_good(&bench, "^s: 200 points, [0-9]+ of them run now, 0 failed", "-o killed");
    run_good(&bench, "^s: 200 points, 0 of them run now, 0 failed",
             "-o killed"); /* alone there for certain */
    assert_same(&bench, "whole", "killed");
    bench_clear(&bench);
}

/* Two calls in one directory do some points twice, which nobody can see. */
static void test_two_at_once(void)
{
    struct bench bench = bench_new(LARGE);
    run_good(&bench, "200 of them run now, 0 failed", "-o whole -j 2");
    for (int round = 0; round < 3; round++) {
        GPid pid[2];
        int status;
        for (int i = 0; i < 2; i++)
            pid[i] = start(&bench, NULL, "-o both -j 2");
        for (int i = 0; i < 2; i++) {
            g_assert_cmpint(waitpid(pid[i], &status, 0), ==, pid[i]);
            g_assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        }
        assert_same(&bench, "whole", "both");
        scratch_free(path_of(&bench, "both"));
    }
    bench_clear(&bench);
}

/* --- on a terminal --- */

static void onto_terminal(gpointer terminal)
{
    dup2(GPOINTER_TO_INT(terminal), STDERR_FILENO);
}

/* All that is written to the other end. */
static char *read_terminal(int fd)
{
    GString *text = g_string_new(NULL);
    char block[256];
    ssize_t got;
    while ((got = read(fd, block, sizeof block)) > 0)
        g_string_append_len(text, block, got);
    return g_string_free(text, FALSE);
}

static void test_terminal(void)
{
    struct bench bench = bench_new(LARGE);
    int outer, inner, status;
    g_assert_cmpint(openpty(&outer, &inner, NULL, NULL, NULL), ==, 0);
    g_autofree char *program = g_strdup(WEFT_PROGRAM);
    char *argv[] = {program, "sweep", "s.ini", "-j2", NULL};
    g_autoptr(GError) error = NULL;
    GPid pid;
    g_spawn_async(bench.directory, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL,
                  onto_terminal, GINT_TO_POINTER(inner), &pid, &error);
    g_assert_no_error(error);
    close(inner);
    g_autofree char *text = read_terminal(outer);
    close(outer);
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    g_assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    g_test_message("%s", text);
    g_assert_true(g_regex_match_simple(
        "^\r0 of 200 points done *\r.*200 of 200 points done, [0-9.e+]+ a second, 0 s left *\r +\r$", text,
        G_REGEX_DOTALL, 0)); /* else . is no carriage return */
    bench_clear(&bench);
}

/* --- what fails --- */

static void test_failing_points(void)
{
    static const char *const jobs[] = {"-o out -j 1", "-o out -j 2", "-o again -j 2"};
    struct bench bench = bench_new("[sweep]\nscenario = tiny.ini\nbackends = doomed, "
                                   "doomed-apart\n[cross]\nstream.count = 1, 3, 4, 5, 6\n");
    for (size_t i = 0; i < G_N_ELEMENTS(jobs); i++) {
        g_autofree char *line = g_strconcat("sweep s.ini ", jobs[i], NULL);
        g_auto(GStrv) argv = g_strsplit(line, " ", -1);
        struct said said = weft_with(bench.directory, NULL, (const char *const *)argv);
        g_assert_cmpint(said.status, ==, 1);
        g_assert_true(g_regex_match_simple(
            "^weft sweep: 6 of 10 points failed; their errors are in (out|again)/failed\\.jsonl\n$", said.err,
            0, 0));
        g_assert_true(g_regex_match_simple(i == 1 ? "^s: 10 points, 6 of them run now, 6 failed\n"
                                                  : "^s: 10 points, 10 of them run now, 6 failed\n",
                                           said.out, 0, 0));
        g_assert_nonnull(
            strstr(said.out, "  00003: weft: back end doomed: three \"streams\", a comma?and a line\n"));
        g_assert_nonnull(strstr(said.out, "  00005: weft: doomed: killed by signal 9 (Killed)\n"));
        g_assert_nonnull(strstr(said.out, "  00006: weft: doomed-apart: killed by signal 9 (Killed)\n"));
        g_assert_nonnull(strstr(said.out, "  00007: weft: doomed: ended with status 7\n"));
        said_clear(&said);
    }
    assert_same(&bench, "out", "again");
    g_autofree char *csv = content_of(&bench, "out/sweep.csv"),
                    *failed = content_of(&bench, "out/failed.jsonl");
    g_auto(GStrv) rows = g_strsplit(csv, "\n", -1);
    g_assert_cmpuint(g_strv_length(rows), ==, 1 + 4 + 1);
    g_assert_nonnull(strstr(
        failed, "\",\"error\":\"weft: back end doomed: three \\\"streams\\\", a comma?and a line\"}\n"));
    bench_clear(&bench);
}

/* A shard's failures are merged with the others' results; a failure is tried again, and its record goes when it succeeds. */
static void test_failing_shards(void)
{
    struct bench bench =
        bench_new("[sweep]\nscenario = tiny.ini\nbackends = doomed\n[cross]\nstream.count = 1, 3, 2, 6\n");
    run_good(&bench, "2 of them run now; others have no result yet\n$", "-o out --shard 2/2");
    struct said said = weft(bench.directory, "sweep", "s.ini", "-o", "out", "--shard", "1/2", NULL);
    g_assert_cmpint(said.status, ==, 1);
    g_assert_true(g_str_has_prefix(said.out, "s: 4 points, 2 of them run now, 1 failed\n"));
    said_clear(&said);
    g_autofree char *points = path_of(&bench, "out/points"), *names = scratch_names(points);
    g_assert_cmpstr(names, ==, "00001.json 00002.failed 00003.json 00004.json");
    bench_clear(&bench);
}

/* --- what is not its own --- */

static void write_in(const struct bench *bench, const char *name, const char *data, gsize length)
{
    g_autofree char *path = path_of(bench, name);
    g_autoptr(GError) error = NULL;
    g_file_set_contents(path, data, (gssize)length, &error);
    g_assert_no_error(error);
}

static void test_changed(void)
{
    struct bench bench = bench_new(SMALL);
    run_good(&bench, "6 of them run now", "-o out");
    g_autofree char *before = content_of(&bench, "out/sweep.jsonl");
    static const struct {
        const char *file, *text, *regex;
    } cases[] = {
        {"s.ini",
         "[sweep]\nscenario = tiny.ini\nmethods = batched, interleaved\n[cross]\nstream.count = 1, 2, 4\n",
         "^out/manifest\\.jsonl:5: is of another sweep; allowed: another --out, "},
        {"s.ini",
         "[sweep]\nscenario = tiny.ini\nmethods = batched, interleaved\n[cross]\nstream.count = 1, 2\n",
         "manifest\\.jsonl:5: is of another"},
        {"s.ini",
         "[sweep]\nscenario = tiny.ini\nmethods = batched, interleaved\n[cross]\nstream.count = 1, 2, 3, 4\n",
         "manifest\\.jsonl:7: is of another"},
        {"tiny.ini", TINY "payload = 500 B\n", "manifest\\.jsonl:1: is of another"},
        {"tiny.ini", TINY "[write]\npacing = interval\n", "manifest\\.jsonl:1: is of another"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *old = content_of(&bench, cases[i].file);
        write_in(&bench, cases[i].file, cases[i].text, strlen(cases[i].text));
        run_bad(&bench, 2, cases[i].regex, "-o out");
        write_in(&bench, cases[i].file, old, strlen(old));
    }
    write_in(&bench, "tiny.ini", "# the same\n" TINY, strlen("# the same\n" TINY));
    run_good(&bench, "^s: 6 points, 0 of them run now", "-o out");
    g_autofree char *after = content_of(&bench, "out/sweep.jsonl");
    g_assert_cmpstr(before, ==, after);
    bench_clear(&bench);
}

/* Half of a file, nothing of it, another byte in it, no text at all: the points are run again. */
static void test_broken(void)
{
    struct bench bench = bench_new(SMALL);
    run_good(&bench, "6 of them run now", "-o whole");
    run_good(&bench, "6 of them run now", "-o out");
    g_autofree char *text = content_of(&bench, "out/points/00002.json"),
                    *other = content_of(&bench, "out/points/00003.json");
    write_in(&bench, "out/points/00002.json", text, strlen(text) / 2);
    other[strlen(other) - 20] ^= 1;
    write_in(&bench, "out/points/00003.json", other, strlen(other));
    write_in(&bench, "out/points/00004.json", "", 0);
    write_in(&bench, "out/points/00005.json", "a\0b", 3);
    write_in(&bench, "out/points/.00001.json.abcdef", "half", 4);
    write_in(&bench, "out/.sweep.csv.abcdef", "half", 4);
    struct said said = weft(bench.directory, "sweep", "s.ini", "-o", "out", NULL);
    g_assert_cmpint(said.status, ==, 0);
    g_assert_cmpstr(said.err, ==,
                    "out/points/00002.json: is no whole result; its point is run again\n"
                    "out/points/00003.json: is no whole result; its point is run again\n"
                    "out/points/00004.json: is no whole result; its point is run again\n"
                    "out/points/00005.json: is no whole result; its point is run again\n");
    g_assert_true(g_str_has_prefix(said.out, "s: 6 points, 4 of them run now, 0 failed\n"));
    said_clear(&said);
    assert_same(&bench, "whole", "out");
    bench_clear(&bench);
}

static void test_broken_manifest(void)
{
    struct bench bench = bench_new(SMALL);
    run_good(&bench, "6 of them run now", "-o out");
    g_autofree char *text = content_of(&bench, "out/manifest.jsonl");
    const size_t cuts[] = {0, 10, strlen(text) - 1};
    for (size_t i = 0; i < G_N_ELEMENTS(cuts); i++) {
        write_in(&bench, "out/manifest.jsonl", text, cuts[i]);
        run_good(&bench, "^s: 6 points, 0 of them run now", "-o out");
        g_autofree char *mended = content_of(&bench, "out/manifest.jsonl");
        g_assert_cmpstr(mended, ==, text);
    }
    write_in(&bench, "out/manifest.jsonl", text,
             (gsize)(strchr(text, '\n') + 1 - text)); /* a sweep of one point */
    run_bad(&bench, 2, "^out/manifest\\.jsonl:2: is of another sweep", "-o out");
    bench_clear(&bench);
}

/* A whole result of something else stays what it is, and nothing is run. */
static void test_foreign(void)
{
    struct bench bench = bench_new(SMALL);
    run_good(&bench, "6 of them run now", "-o out");
    g_autofree char *text = content_of(&bench, "out/points/00002.json"),
                    *gone = path_of(&bench, "out/points/00006.json");
    write_in(&bench, "out/points/00001.json", text, strlen(text));
    g_assert_cmpint(g_unlink(gone), ==, 0);
    run_bad(&bench, 2, "^out/points/00001\\.json: is a result of another sweep; allowed: ", "-o out");
    g_autofree char *after = content_of(&bench, "out/points/00001.json");
    g_assert_cmpstr(after, ==, text);
    g_assert_false(g_file_test(gone, G_FILE_TEST_EXISTS));
    bench_clear(&bench);
}

/* Time stamps say nothing. */
static void test_clock_jumps(void)
{
    struct bench bench = bench_new(SMALL);
    run_good(&bench, "6 of them run now", "-o out");
    static const struct utimbuf times[] = {{0, 0}, {4000000000, 4000000000}};
    static const char *const names[] = {"out/manifest.jsonl", "out/points/00001.json", "s.ini", "tiny.ini",
                                        "out/sweep.csv"};
    for (size_t t = 0; t < G_N_ELEMENTS(times); t++) {
        for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
            g_autofree char *path = path_of(&bench, names[i]);
            g_assert_cmpint(utime(path, &times[t]), ==, 0);
        }
        run_good(&bench, "^s: 6 points, 0 of them run now, 0 failed", "-o out");
    }
    bench_clear(&bench);
}

/* --- no place --- */

static void test_unwritable(void)
{
    struct bench bench = bench_new(SMALL);
    g_autofree char *folder = path_of(&bench, "out/points/00002.json");
    run_bad(&bench, 1, "^tiny\\.ini/points: cannot be made: Not a directory\n$", "-o tiny.ini");
    run_bad(&bench, 1, "^tiny\\.ini/x/points: cannot be made: Not a directory\n$", "-o tiny.ini/x");
    run_bad(&bench, 1, "^/proc/x/points: cannot be made: ", "-o /proc/x");
    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    run_bad(&bench, 1, "^out/points/00002\\.json: cannot be read: ", "-o out");
    bench_clear(&bench);
}

enum { ROOM = 6000 };

/* No file may grow larger than that: less than a result, more than the manifest. As a full disk, writing says so. */
static void no_room(gpointer data)
{
    const struct rlimit limit = {ROOM, ROOM};
    (void)data;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
}

static void test_full_disk(void)
{
    struct bench bench = bench_new(SMALL);
    g_autofree char *line = g_strconcat(WEFT_PROGRAM, " sweep s.ini -o out -j 2", NULL), *out = NULL,
                    *err = NULL;
    g_auto(GStrv) argv = g_strsplit(line, " ", -1);
    g_autoptr(GError) error = NULL;
    int status;
    run_good(&bench, "6 of them run now", "-o whole");
    g_spawn_sync(bench.directory, argv, NULL, G_SPAWN_DEFAULT, no_room, NULL, &out, &err, &status, &error);
    g_assert_no_error(error);
    g_assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    g_assert_true(
        g_regex_match_simple("^out/points/0000[12]\\.json: cannot be written: File too large\n$", err, 0, 0));
    g_assert_cmpstr(out, ==, "");
    g_autofree char *where = path_of(&bench, "out"), *names = scratch_names(where);
    g_assert_cmpstr(names, ==, "manifest.jsonl points");
    run_good(&bench, "^s: 6 points, 6 of them run now, 0 failed", "-o out");
    assert_same(&bench, "whole", "out");
    bench_clear(&bench);
}

/* --- bad input: nothing is made --- */

static void test_bad_input(void)
{
    static const struct {
        const char *text, *arguments, *regex;
    } cases[] = {
        {"[sweep]\nscenario = none.ini\n", "", "^none\\.ini: cannot be opened"},
        {"[sweep]\nscenario = tiny.ini\nreplications = 0\n", "", "^s\\.ini:3: scenario\\.replications: "},
        {"[sweep]\nscenario = tiny.ini\n[set]\nserver.moon.cores = 2\n", "",
         "^s\\.ini:4: server\\.cores: there is no \\[server moon\\]"},
        {"[sweep]\nscenario = tiny.ini\n[cross]\nstream.rate = 1 Mbit/s, 2\n", "",
         "^s\\.ini:4: stream\\.rate: \"2\" has no unit; .* \\(with stream\\.rate = 2, on reference\\)\n$"},
        {"[sweep]\nscenario = tiny.ini\nmethods = batched\n[cross]\nserver.cores = 1, "
         "2\nserver.interrupt_core = 0, 1\n",
         "",
         "^s\\.ini:6: server\\.interrupt_core: is 1; allowed: less than cores, 1 "
         "\\(with server\\.cores = 1, server\\.interrupt_core = 1, batched on reference\\)\n$"},
        {SMALL, "--shard 3/2", "^--shard: \"3/2\" is no part of a sweep; allowed: "},
        {SMALL, "-j 0", "^--jobs: "},
        {SMALL, "--out=", "^\"\" is no name of a directory"},
        {SMALL, "--fly", "^weft sweep: Unknown option --fly"},
        {SMALL, "more", "^weft sweep: unexpected argument"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct bench bench = bench_new(cases[i].text);
        g_autofree char *line = g_strconcat("sweep s.ini ", cases[i].arguments, NULL);
        g_auto(GStrv) argv = g_strsplit(g_strchomp(line), " ", -1);
        struct said said = weft_with(bench.directory, NULL, (const char *const *)argv);
        assert_bad(&said, 2, cases[i].regex);
        said_clear(&said);
        g_autofree char *left = scratch_names(bench.directory);
        g_assert_cmpstr(left, ==, "s.ini tiny.ini");
        bench_clear(&bench);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sweep/jobs-and-shards", test_jobs_and_shards);
    g_test_add_func("/sweep/compare", test_agrees_with_compare);
    g_test_add_func("/sweep/kill", test_kill);
    g_test_add_func("/sweep/two-at-once", test_two_at_once);
    g_test_add_func("/sweep/terminal", test_terminal);
    g_test_add_func("/sweep/failing", test_failing_points);
    g_test_add_func("/sweep/failing/shards", test_failing_shards);
    g_test_add_func("/sweep/changed", test_changed);
    g_test_add_func("/sweep/broken", test_broken);
    g_test_add_func("/sweep/broken/manifest", test_broken_manifest);
    g_test_add_func("/sweep/foreign", test_foreign);
    g_test_add_func("/sweep/clock-jumps", test_clock_jumps);
    g_test_add_func("/sweep/unwritable", test_unwritable);
    g_test_add_func("/sweep/full-disk", test_full_disk);
    g_test_add_func("/sweep/bad", test_bad_input);
    return g_test_run();
}
