/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writing aside and renaming. */

#include "outfile.h"

#include "all_bytes.h"
#include "claims.h"
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
    char *name;             /* as it was asked for */
    char *path;             /* NULL: standard output, a device or a pipe */
    struct leftover *aside; /* NULL likewise */
    GString *held;          /* what waits to be written; NULL: nothing does */
    int fd;
};

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

/* A file beside `path`, which is claimed and becomes the file's. */
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
        claims_release(file->path);
    if (file->held)
        g_string_free(file->held, TRUE);
    g_free(file->name);
    g_free(file);
}

struct outfile *outfile_new(const char *path, GError **error)
{
    if (*path == '\0') {
        failure(error, STATUS_INPUT, "\"\" is no name of a file; allowed: FILE, or - for standard output");
        return NULL;
    }
    bool is_aside = is_written_aside(path);
    char *target = is_aside ? claims_output(path, error) : NULL;
    if (is_aside && !target)
        return NULL;
    struct outfile *file = g_new0(struct outfile, 1);
    file->name = g_strdup(strcmp(path, "-") == 0 ? "standard output" : path);
    file->fd = target ? open_aside(file, target) : open_as_it_is(path);
    if (file->fd >= 0)
        return file;
    failure(error, STATUS_FAILED, "%s: cannot be written: %s", path, g_strerror(errno));
    release(file);
    return NULL;
}

struct outfile *outfile_new_in(const char *directory, const char *name, GError **error)
{
    if (*directory == '\0') {
        failure(error, STATUS_INPUT, "\"\" is no name of a directory; allowed: DIR");
        return NULL;
    }
    if (!leftover_directory(directory)) {
        failure(error, STATUS_FAILED, "%s: cannot be made: %s", directory, g_strerror(errno));
        return NULL;
    }
    g_autofree char *path = g_build_filename(directory, name, NULL);
    return outfile_new(path, error);
}

gboolean outfile_check(const char *const *paths, GError **error)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func((GDestroyNotify)outfile_abandon);
    for (; *paths; paths++) {
        if (**paths && !is_written_aside(*paths))
            continue;
        struct outfile *file = outfile_new(*paths, error);
        if (!file)
            return FALSE;
        g_ptr_array_add(files, file);
    }
    return TRUE;
}

int outfile_fd(const struct outfile *file)
{
    return file->fd;
}

void outfile_hold(struct outfile *file)
{
    if (!file->path && !file->held)
        file->held = g_string_new(NULL);
}

static gboolean write_now(struct outfile *file, const char *data, gsize length, GError **error)
{
    return write_all(file->fd, data, length) ||
           failure(error, STATUS_FAILED, "%s: cannot be written: %s", file->name, g_strerror(errno));
}

gboolean outfile_write(struct outfile *file, const char *data, gsize length, GError **error)
{
    if (!file->held)
        return write_now(file, data, length, error);
    g_string_append_len(file->held, data, (gssize)length);
    return TRUE;
}

gboolean outfile_commit(struct outfile *file, GError **error)
{
    gboolean good = !file->held || write_now(file, file->held->str, file->held->len, error);
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

gboolean outfile_settle(struct outfile **file, GError **error)
{
    return !*file || outfile_commit(g_steal_pointer(file), error);
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
