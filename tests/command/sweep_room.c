/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* No place for results: what any user may come upon. sweep_disk.c fills a disk. */

#include "swept.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void test_unwritable(void)
{
    struct bench bench = bench_new(SMALL);
    g_autofree char *folder = path_of(&bench, "out/points/00002.json");
    run_bad(&bench, 1, "^tiny\\.ini/points: cannot be made: Not a directory\n$", "-o tiny.ini");
    run_bad(&bench, 1, "^tiny\\.ini/x/points: cannot be made: Not a directory\n$", "-o tiny.ini/x");
    run_bad(&bench, 1, "^/proc/x/points: cannot be made: ", "-o /proc/x");
    if (geteuid() != 0) { /* whom permissions do not hold */
        g_autofree char *locked = path_of(&bench, "locked");
        g_assert_cmpint(g_mkdir(locked, 0500), ==, 0);
        run_bad(&bench, 1, "^locked/out/points: cannot be made: Permission denied\n$", "-o locked/out");
    }
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

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sweep/unwritable", test_unwritable);
    g_test_add_func("/sweep/full-disk", test_full_disk);
    return g_test_run();
}
