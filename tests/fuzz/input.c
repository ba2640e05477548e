/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files in memory. */

#include "input.h"

#include <glib.h>
#include <sys/mman.h>
#include <unistd.h>

const char *input_file(int fd, const void *data, size_t size)
{
    static char path[32];
    int made = memfd_create("input", MFD_CLOEXEC);
    g_assert_cmpint(made, >=, 0);
    g_assert_cmpint(dup2(made, fd), ==, fd);
    g_assert_cmpint(close(made), ==, 0);
    for (size_t at = 0; at < size;) {
        ssize_t put = write(fd, (const char *)data + at, size - at);
        g_assert_cmpint(put, >, 0);
        at += (size_t)put;
    }
    g_snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return path;
}
