/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files in use: those that are read by device and inode, those that are to be written by their names, which nothing may
 * have yet. */

#include "claims.h"

#include "failure.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>

static GHashTable *inputs;  /* of "device inode" */
static GHashTable *outputs; /* of names */

/* A file without a name, in memory or removed, cannot be replaced: NULL. */
static char *identity(const struct stat *status)
{
    if (!S_ISREG(status->st_mode) || status->st_nlink == 0)
        return NULL;
    return g_strdup_printf("%" PRIuMAX " %" PRIuMAX, (uintmax_t)status->st_dev, (uintmax_t)status->st_ino);
}

static void begin(void)
{
    if (inputs)
        return;
    inputs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    outputs = g_hash_table_new(g_str_hash, g_str_equal);
}

static bool is_output(const char *file)
{
    GHashTableIter iterator;
    gpointer name;
    bool found = false;
    g_hash_table_iter_init(&iterator, outputs);
    while (!found && g_hash_table_iter_next(&iterator, &name, NULL)) {
        struct stat status;
        g_autofree char *other = stat(name, &status) == 0 ? identity(&status) : NULL;
        found = g_strcmp0(other, file) == 0;
    }
    return found;
}

bool claims_input(int fd)
{
    struct stat status;
    g_autofree char *file = fstat(fd, &status) == 0 ? identity(&status) : NULL;
    begin();
    if (!file || g_hash_table_contains(inputs, file))
        return true;
    if (is_output(file))
        return false;
    g_hash_table_add(inputs, g_steal_pointer(&file));
    return true;
}

/* The one name of a file that may be there or not: what it links to, in a directory without links. */
static char *true_path(const char *path)
{
    char *there = realpath(path, NULL);
    if (there)
        return there;
    g_autofree char *directory = g_path_get_dirname(path), *base = g_path_get_basename(path);
    g_autofree char *above = realpath(directory, NULL);
    return g_build_filename(above ? above : directory, base, NULL);
}

char *claims_output(const char *path, GError **error)
{
    struct stat status;
    g_autofree char *name = true_path(path);
    g_autofree char *file = stat(name, &status) == 0 ? identity(&status) : NULL;
    begin();
    if (g_hash_table_contains(outputs, name)) {
        failure(error, STATUS_INPUT, "%s: is to hold two results; allowed: a file for each", path);
        return NULL;
    }
    if (file && g_hash_table_contains(inputs, file)) {
        failure(error, STATUS_INPUT, "%s: is read by this run; allowed: a result in another file", path);
        return NULL;
    }
    g_hash_table_add(outputs, name);
    return g_steal_pointer(&name);
}

void claims_release(char *name)
{
    g_hash_table_remove(outputs, name);
    g_free(name);
}
