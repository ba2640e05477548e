/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A function run in a forked child. */

#include "child.h"

#include <gmodule.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* AddressSanitizer prints a warning when an exception crosses a stack that it does not know, as SimGrid's end
 * of an actor does; and its leak checker misreads the thread-local storage of modules opened at run time. */
#if WEFT_SANITIZED
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "intercept_tls_get_addr=0";
}
#endif

static void write_all(int file, const guint8 *data, gsize bytes)
{
    while (bytes > 0) {
        ssize_t written = write(file, data, bytes);
        g_assert_cmpint(written, >, 0);
        data += written;
        bytes -= (gsize)written;
    }
}

static GBytes *read_all(int file)
{
    GByteArray *all = g_byte_array_new();
    guint8 block[65536];
    ssize_t got;
    while ((got = read(file, block, sizeof(block))) > 0)
        g_byte_array_append(all, block, (guint)got);
    g_assert_cmpint(got, ==, 0);
    return g_byte_array_free_to_bytes(all);
}

GBytes *child_run(GBytes *(*function)(const void *data), const void *data)
{
    int result[2], printed[2];
    g_assert_cmpint(pipe(result), ==, 0);
    g_assert_cmpint(pipe(printed), ==, 0);
    fflush(NULL);
    pid_t child = fork();
    g_assert_cmpint(child, >=, 0);
    if (child == 0) {
        close(result[0]);
        close(printed[0]);
        dup2(printed[1], STDOUT_FILENO);
        dup2(printed[1], STDERR_FILENO);
        GBytes *bytes = function(data);
        gsize n;
        const guint8 *block = g_bytes_get_data(bytes, &n);
        write_all(result[1], block, n);
        g_bytes_unref(bytes);
        exit(0);
    }
    close(result[1]);
    close(printed[1]);
    GBytes *bytes = read_all(result[0]);
    GBytes *text = read_all(printed[0]);
    close(result[0]);
    close(printed[0]);
    int status;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    if ((!WEFT_SANITIZED && g_bytes_get_size(text) > 0) || status != 0) {
        g_test_message("child ended with %d and printed: %.*s", status, (int)g_bytes_get_size(text),
                       (const char *)g_bytes_get_data(text, NULL));
        g_test_fail();
    }
    g_bytes_unref(text);
    return bytes;
}

const struct weft_backend *child_backend(const char *path)
{
    GModule *module = g_module_open(path, G_MODULE_BIND_LOCAL);
    union {
        gpointer symbol;
        weft_backend_entry *entry;
    } found = {NULL};
    if (!module || !g_module_symbol(module, WEFT_BACKEND_SYMBOL, &found.symbol))
        g_error("%s", g_module_error());
    return found.entry();
}
