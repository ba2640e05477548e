/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A disk that is really full, and one that may not be written: a tmpfs in a mount namespace of the test's own. Skipped where that is refused. */

#include "swept.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

enum { PAGE_BYTES = 4096, MOST_PAGES = 200, SKIPPED = 77 };

/* What nobody but this process and its children sees mounted. */
static bool enter_namespace(void)
{
    if (unshare(CLONE_NEWNS) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
        return false;
    return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

static bool mount_disk(const char *path, unsigned long flags, guint pages)
{
    g_autofree char *size = g_strdup_printf("size=%u", pages * PAGE_BYTES);
    return mount("small", path, "tmpfs", flags, size) == 0;
}

/* Is one line, of a file on the disk and why it cannot be written. */
static void assert_says_why(const struct said *said, const char *why)
{
    g_autofree char *regex =
        g_strdup_printf("^disk/out/(manifest\\.jsonl|points/"
                        "0000[1-6]\\.json|(sweep\\.csv|sweep\\.jsonl|failed\\.jsonl|sweep-repeat\\.json)): "
                        "cannot be written: %s\n$",
                        why);
    assert_bad(said, 1, regex);
}

static void assert_nothing_half_written(const struct bench *bench)
{
    static const char *const names[] = {"disk/out", "disk/out/points"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = path_of(bench, names[i]), *inside = scratch_names(path);
        g_assert_true(*inside != '.');
    }
}

static struct said sweep_on_disk(const struct bench *bench, const char *jobs)
{
    return weft(bench->directory, "sweep", "s.ini", "-o", "disk/out", "-j", jobs, NULL);
}

/* A disk of one page, then of one more each time: what is done stays, what is said is clear, and in the end nothing shows of it. */
static void test_full(gconstpointer jobs)
{
    struct bench bench = bench_new(SMALL);
    g_autofree char *disk = path_of(&bench, "disk");
    run_good(&bench, "6 of them run now", "-o whole");
    g_assert_cmpint(g_mkdir_with_parents(disk, 0700), ==, 0);
    g_assert_true(mount_disk(disk, 0, 1));
    guint results = 0, refused = 0, growths = 0;
    for (bool done = false; !done;) {
        struct said said = sweep_on_disk(&bench, jobs);
        guint now = results_in(&bench, "disk/out");
        g_assert_cmpuint(now, >=, results);
        growths += now > results;
        results = now;
        done = said.status == 0;
        if (!done)
            assert_says_why(&said, "No space left on device");
        said_clear(&said);
        assert_nothing_half_written(&bench);
        g_assert_cmpuint(++refused, <, MOST_PAGES);
        g_assert_true(mount_disk(disk, MS_REMOUNT, 1 + refused));
    }
    g_test_message("%u calls came upon a full disk, %u of them went on", refused - 1, growths);
    g_assert_cmpuint(refused, >, 6);
    g_assert_cmpuint(growths, >, 2);
    assert_same(&bench, "whole", "disk/out");
    g_assert_cmpint(umount(disk), ==, 0);
    bench_clear(&bench);
}

/* A directory in which nobody may write, not even root. */
static void test_read_only(void)
{
    struct bench bench = bench_new(SMALL);
    g_autofree char *disk = path_of(&bench, "disk");
    g_assert_cmpint(g_mkdir_with_parents(disk, 0700), ==, 0);
    g_assert_true(mount_disk(disk, MS_RDONLY, MOST_PAGES));
    struct said said = sweep_on_disk(&bench, "2");
    assert_bad(&said, 1, "^disk/out/points: cannot be made: Read-only file system\n$");
    said_clear(&said);
    g_assert_true(mount_disk(disk, MS_REMOUNT, MOST_PAGES));
    run_good(&bench, "3 of them run now; others", "-o disk/out --shard 1/2");
    g_assert_true(mount_disk(disk, MS_REMOUNT | MS_RDONLY, MOST_PAGES));
    said = sweep_on_disk(&bench, "2");
    assert_says_why(&said, "Read-only file system");
    said_clear(&said);
    g_assert_cmpuint(results_in(&bench, "disk/out"), ==, 3);
    g_assert_true(mount_disk(disk, MS_REMOUNT, MOST_PAGES));
    run_good(&bench, "^s: 6 points, 3 of them run now, 0 failed", "-o disk/out");
    run_good(&bench, "6 of them run now", "-o whole");
    assert_same(&bench, "whole", "disk/out");
    g_assert_cmpint(umount(disk), ==, 0);
    bench_clear(&bench);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!enter_namespace()) {
        fprintf(stderr, "no mount namespace: %s\n", g_strerror(errno));
        return SKIPPED;
    }
    g_test_add_data_func("/sweep/disk/full/one", "1", test_full);
    g_test_add_data_func("/sweep/disk/full/two", "2", test_full);
    g_test_add_func("/sweep/disk/read-only", test_read_only);
    return g_test_run();
}
