/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files in memory. */

#include "input.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* The folder of the files, in which there is nothing else: in /proc/self/fd a file beside them could be a pipe that this
 * process has inherited, and nobody would ever write to it. */
static char *folder;

static void remove_folder(void)
{
    for (int fd = INPUT_FD; fd <= INPUT_SOUND_FD; fd++) {
        g_autofree char *path = g_strdup_printf("%s/%d", folder, fd);
        g_unlink(path);
    }
    g_rmdir(folder);
    g_free(folder);
}

static void make_folder(void)
{
    folder = g_dir_make_tmp("weft-fuzz-XXXXXX", NULL);
    g_assert_nonnull(folder);
    for (int fd = INPUT_FD; fd <= INPUT_SOUND_FD; fd++) {
        g_autofree char *path = g_strdup_printf("%s/%d", folder, fd);
        g_autofree char *target = g_strdup_printf("/proc/self/fd/%d", fd);
        g_assert_cmpint(symlink(target, path), ==, 0);
    }
    g_assert_cmpint(atexit(remove_folder), ==, 0);
}

const char *input_file(int fd, const void *data, size_t size)
{
    static char path[4096];
    if (!folder)
        make_folder();
    int made = memfd_create("input", MFD_CLOEXEC);
    g_assert_cmpint(made, >=, 0);
    g_assert_cmpint(dup2(made, fd), ==, fd);
    g_assert_cmpint(close(made), ==, 0);
    for (size_t at = 0; at < size;) {
        ssize_t put = write(fd, (const char *)data + at, size - at);
        g_assert_cmpint(put, >, 0);
        at += (size_t)put;
    }
    g_assert_cmpint(g_snprintf(path, sizeof path, "%s/%d", folder, fd), <, (gint)sizeof path);
    return path;
}
