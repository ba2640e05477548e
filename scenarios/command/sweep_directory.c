/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The directory of a sweep: made, locked, swept clean. */

#include "sweep_directory.h"

#include "failure.h"
#include "outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* --- what killed processes left --- */

/* ".NAME.XXXXXX", which is how a file is called before it is whole. */
static bool is_half_written(const char *name)
{
    enum { RANDOM_CHARS = 6 };
    size_t length = strlen(name);
    if (*name != '.' || length < RANDOM_CHARS + 3 || name[length - RANDOM_CHARS - 1] != '.')
        return false;
    g_autofree char *whole = g_strndup(name + 1, length - RANDOM_CHARS - 2);
    static const char *const ours[] = {"manifest.jsonl", "sweep.csv",         "sweep.jsonl",
                                       "failed.jsonl",   "sweep-repeat.json", NULL};
    size_t digits = strspn(whole, G_CSET_DIGITS);
    return g_strv_contains(ours, whole) ||
           (digits >= 5 && (strcmp(whole + digits, ".json") == 0 || strcmp(whole + digits, ".failed") == 0));
}

static void clean(const char *directory)
{
    g_autoptr(GDir) entries = g_dir_open(directory, 0, NULL);
    const char *name;
    while (entries && (name = g_dir_read_name(entries))) {
        g_autofree char *path = g_build_filename(directory, name, NULL);
        if (is_half_written(name))
            g_unlink(path);
    }
}

/* --- opening and closing --- */

static int lock(int fd, int how)
{
    int got;
    while ((got = flock(fd, how)) < 0 && errno == EINTR)
        ;
    return got;
}

/* True: the directory is locked for this process alone. */
static bool clean_if_alone(const struct sweep_directory *directory)
{
    if (directory->lock < 0 || lock(directory->lock, LOCK_EX | LOCK_NB) != 0)
        return false;
    if (!directory->shared) {
        clean(directory->path);
        clean(directory->points);
    }
    return true;
}

/* Not as other outputs, whose directories go when nothing comes of them: another call may be about to write there. */
static gboolean make(const struct sweep_directory *directory, GError **error)
{
    if (*directory->path == '\0')
        return failure(error, STATUS_INPUT, "\"\" is no name of a directory; allowed: DIR");
    return g_mkdir_with_parents(directory->points, 0777) == 0 ||
           failure(error, STATUS_FAILED, "%s: cannot be made: %s", directory->points, g_strerror(errno));
}

void sweep_directory_look(struct sweep_directory *directory, const char *path)
{
    *directory = (struct sweep_directory){
        .path = g_strdup(path), .points = g_build_filename(path, "points", NULL), .lock = -1};
}

gboolean sweep_directory_open(struct sweep_directory *directory, const struct manifest *manifest,
                              const char *path, bool shared, GError **error)
{
    sweep_directory_look(directory, path);
    directory->shared = shared;
    gboolean good = make(directory, error);
    if (good)
        directory->lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool alone = clean_if_alone(directory);
    if (!alone && directory->lock >= 0)
        lock(directory->lock, LOCK_SH); /* waits for who is making the manifest */
    good = good && manifest_settle(manifest, path, error);
    if (alone)
        lock(directory->lock, LOCK_SH);
    if (!good)
        sweep_directory_close(directory);
    return good;
}

/* Workers of a killed call may outlive it by a moment and be there when this one begins: what they leave goes at its end. */
void sweep_directory_close(struct sweep_directory *directory)
{
    clean_if_alone(directory);
    if (directory->lock >= 0)
        close(directory->lock);
    g_free(directory->path);
    g_free(directory->points);
    *directory = (struct sweep_directory){.lock = -1};
}

/* --- records --- */

gboolean sweep_directory_read(const struct sweep_directory *directory, const struct manifest_point *point,
                              enum record_kind kind, char **where, enum record_state *state,
                              struct record *record, GError **error)
{
    g_autofree char *name = record_name(point, kind);
    *where = g_build_filename(directory->points, name, NULL);
    return record_read(*where, point, state, record, error);
}

gboolean sweep_directory_put(const struct sweep_directory *directory, const struct manifest_point *point,
                             enum record_kind kind, const char *text, GError **error)
{
    g_autofree char *name = record_name(point, kind), *failed = record_name(point, RECORD_FAILURE);
    g_autofree char *old = g_build_filename(directory->points, failed, NULL);
    if (!outfile_put_in(directory->points, name, text, strlen(text), error))
        return FALSE;
    return kind == RECORD_FAILURE || g_unlink(old) == 0 || errno == ENOENT ||
           failure(error, STATUS_FAILED, "%s: cannot be removed: %s", old, g_strerror(errno));
}
