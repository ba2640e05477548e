/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sweeps run, and what they leave. */

#include "swept.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_S = 60, LOOK_US = 500 };

struct bench bench_new(const char *sweep)
{
    struct bench bench = {scratch_new()};
    g_autofree char *tiny = scratch_file(bench.directory, "tiny.ini", TINY),
                    *file = scratch_file(bench.directory, "s.ini", sweep);
    return bench;
}

char *path_of(const struct bench *bench, const char *name)
{
    return g_build_filename(bench->directory, name, NULL);
}

char *content_of(const struct bench *bench, const char *name)
{
    g_autofree char *path = path_of(bench, name);
    g_autoptr(GError) error = NULL;
    char *text;
    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    return text;
}

void assert_same(const struct bench *bench, const char *a, const char *b)
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
    g_assert_cmpstr(left, ==, "failed.jsonl manifest.jsonl points sweep-repeat.json sweep.csv sweep.jsonl");
    g_assert_null(strstr(inside, ".X"));
    g_assert_true(*inside != '.');
}

void write_in(const struct bench *bench, const char *name, const char *data, gsize length)
{
    g_autofree char *path = path_of(bench, name);
    g_autoptr(GError) error = NULL;
    g_file_set_contents(path, data, (gssize)length, &error);
    g_assert_no_error(error);
}

static void assert_says(const struct said *said, const char *regex)
{
    assert_good(said);
    if (!g_regex_match_simple(regex, said->out, 0, 0))
        g_test_message("must match %s, said: %s", regex, said->out);
    g_assert_true(g_regex_match_simple(regex, said->out, 0, 0));
}

void run_good(const struct bench *bench, const char *regex, const char *arguments)
{
    g_autofree char *line = g_strconcat("sweep s.ini ", arguments, NULL);
    g_auto(GStrv) argv = g_strsplit(line, " ", -1);
    struct said said = weft_with(bench->directory, NULL, (const char *const *)argv);
    g_test_message("%s", line);
    assert_says(&said, regex);
    said_clear(&said);
}

void run_bad(const struct bench *bench, int status, const char *regex, const char *arguments)
{
    g_autofree char *line = g_strconcat("sweep s.ini ", arguments, NULL);
    g_auto(GStrv) argv = g_strsplit(line, " ", -1);
    struct said said = weft_with(bench->directory, NULL, (const char *const *)argv);
    g_test_message("%s", line);
    assert_bad(&said, status, regex);
    said_clear(&said);
}

void bench_clear(struct bench *bench)
{
    scratch_free(bench->directory);
}

GPid start(const struct bench *bench, GSpawnChildSetupFunc setup, gpointer context, const char *arguments)
{
    g_autofree char *line = g_strconcat(WEFT_PROGRAM, " sweep s.ini ", arguments, NULL);
    g_auto(GStrv) argv = g_strsplit(line, " ", -1);
    g_autoptr(GError) error = NULL;
    GPid pid;
    g_test_message("%s", line);
    g_spawn_async(bench->directory, argv, NULL,
                  G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, setup,
                  context, &pid, &error);
    g_assert_no_error(error);
    return pid;
}

void to_files(gpointer data)
{
    (void)data;
    g_assert_nonnull(freopen("stdout", "w", stdout));
    g_assert_nonnull(freopen("stderr", "w", stderr));
}

int await(GPid pid)
{
    int ended;
    g_assert_cmpint(waitpid(pid, &ended, 0), ==, pid);
    return ended;
}

void await_file(const struct bench *bench, const char *name)
{
    g_autofree char *path = path_of(bench, name);
    for (gint64 until = g_get_monotonic_time() + PATIENCE_S * G_USEC_PER_SEC;
         !g_file_test(path, G_FILE_TEST_EXISTS); g_usleep(LOOK_US))
        g_assert_cmpint(g_get_monotonic_time(), <, until);
}

guint results_in(const struct bench *bench, const char *directory)
{
    g_autofree char *name = g_build_filename(directory, "points", NULL), *path = path_of(bench, name);
    g_autoptr(GDir) entries = g_dir_open(path, 0, NULL);
    const char *entry;
    guint found = 0;
    while (entries && (entry = g_dir_read_name(entries)))
        found += *entry != '.' && g_str_has_suffix(entry, ".json");
    return found;
}

/* --- killed --- */

static void of_its_own(gpointer data)
{
    (void)data;
    setpgid(0, 0);
}

guint await_orphans(void)
{
    guint found = 0;
    int ended;
    pid_t pid;
    while ((pid = waitpid(-1, &ended, 0)) > 0 || errno == EINTR)
        found += pid > 0 && (WIFSIGNALED(ended) || WEXITSTATUS(ended) == 1);
    g_assert_cmpint(errno, ==, ECHILD);
    return found;
}

bool killed(const struct bench *bench, gint64 after_us, bool tree, guint points, struct kills *kills)
{
    guint before = results_in(bench, "killed");
    GPid pid = start(bench, of_its_own, NULL, "-o killed -j 2");
    g_usleep((gulong)after_us);
    kill(tree ? -pid : pid, SIGKILL);
    int ended = await(pid);
    kills->children += await_orphans();
    g_assert_cmpint(kill(-pid, 0), ==, -1); /* nobody of it is left */
    g_assert_cmpint(errno, ==, ESRCH);
    guint after = results_in(bench, "killed");
    if (!WIFSIGNALED(ended)) {
        g_assert_cmpint(WEXITSTATUS(ended), ==, 0);
        kills->late++;
        return false;
    }
    kills->working += after > before && after < points;
    return true;
}

void remove_killed(const struct bench *bench)
{
    g_autofree char *path = path_of(bench, "killed");
    if (g_file_test(path, G_FILE_TEST_EXISTS))
        scratch_free(g_steal_pointer(&path));
}

gint64 whole_us(const struct bench *bench, const char *regex, const char *arguments)
{
    gint64 began = g_get_monotonic_time();
    run_good(bench, regex, arguments);
    return g_get_monotonic_time() - began;
}
