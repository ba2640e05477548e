/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writing aside and renaming. */

#include "outfile.h"

#include "all_bytes.h"
#include "failure.h"
#include "leftovers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct outfile {
    char *path;             /* NULL: standard output, a device or a pipe */
    struct leftover *aside; /* NULL likewise */
    int fd;
};

/* The paths of all that are open and not committed, so that none replaces another. */
static GHashTable *open_paths;

/* Permissions of a file made in the usual way: mkstemp() makes private ones. */
static mode_t usual_mode(void)
{
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

/* Devices and pipes are written as they are: nothing can be renamed over them. */
static int open_as_it_is(const char *path)
{
    if (strcmp(path, "-") == 0)
        return fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC,
                     STDERR_FILENO + 1);     /* stays ours if a child's is redirected */
    return open(path, O_WRONLY | O_CLOEXEC); /* a directory gives its error here */
}

static bool is_written_aside(const char *path)
{
    struct stat status;
    return strcmp(path, "-") != 0 && (stat(path, &status) != 0 || S_ISREG(status.st_mode));
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

/* A file beside `path`, which is a true one and becomes the file's. */
static int open_aside(struct outfile *file, char *path)
{
    file->path = path;
    g_autofree char *directory = g_path_get_dirname(path), *base = g_path_get_basename(path);
    g_autofree char *name = g_strdup_printf(".%s.XXXXXX", base);
    g_autofree char *aside = g_build_filename(directory, name, NULL);
    int fd;
    file->aside = leftover_new(aside, &fd);
    return fd;
}

static void release(struct outfile *file)
{
    if (file->path)
        g_hash_table_remove(open_paths, file->path);
    g_free(file->path);
    g_free(file);
}

struct outfile *outfile_new(const char *path, GError **error)
{
    g_autofree char *target = is_written_aside(path) ? true_path(path) : NULL;
    open_paths = open_paths ? open_paths : g_hash_table_new(g_str_hash, g_str_equal);
    if (target && g_hash_table_contains(open_paths, target)) {
        failure(error, STATUS_INPUT, "%s: is to hold two results; allowed: a file for each", path);
        return NULL;
    }
    struct outfile *file = g_new0(struct outfile, 1);
    file->fd = target ? open_aside(file, g_steal_pointer(&target)) : open_as_it_is(path);
    if (file->path)
        g_hash_table_add(open_paths, file->path);
    if (file->fd >= 0)
        return file;
    failure(error, STATUS_FAILED, "%s: cannot be written: %s", path, g_strerror(errno));
    release(file);
    return NULL;
}

struct outfile *outfile_new_in(const char *directory, const char *name, GError **error)
{
    if (!leftover_directory(directory)) {
        failure(error, STATUS_FAILED, "%s: cannot be made: %s", directory, g_strerror(errno));
        return NULL;
    }
    g_autofree char *path = g_build_filename(directory, name, NULL);
    return outfile_new(path, error);
}

int outfile_fd(const struct outfile *file)
{
    return file->fd;
}

gboolean outfile_write(struct outfile *file, const char *data, gsize length, GError **error)
{
    return write_all(file->fd, data, length) ||
           failure(error, STATUS_FAILED, "%s: cannot be written: %s", file->path ? file->path : "the output",
                   g_strerror(errno));
}

gboolean outfile_commit(struct outfile *file, GError **error)
{
    gboolean good = TRUE;
    if (!file->path)
        close(file->fd);
    if (file->path) {
        good = fchmod(file->fd, usual_mode()) == 0;
        good = close(file->fd) == 0 && good;
        good = good && leftover_rename(file->aside, file->path);
        if (!good) {
            failure(error, STATUS_FAILED, "%s: cannot be written: %s", file->path, g_strerror(errno));
            leftover_remove(file->aside);
        }
    }
    release(file);
    return good;
}

void outfile_abandon(struct outfile *file)
{
    if (!file)
        return;
    close(file->fd);
    if (file->path)
        leftover_remove(file->aside);
    release(file);
}

static gboolean put(struct outfile *file, const char *data, gsize length, GError **error)
{
    if (!file)
        return FALSE;
    if (outfile_write(file, data, length, error))
        return outfile_commit(file, error);
    outfile_abandon(file);
    return FALSE;
}

gboolean outfile_put(const char *path, const char *data, gsize length, GError **error)
{
    return put(outfile_new(path, error), data, length, error);
}

gboolean outfile_put_in(const char *directory, const char *name, const char *data, gsize length,
                        GError **error)
{
    return put(outfile_new_in(directory, name, error), data, length, error);
}
