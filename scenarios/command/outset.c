/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sets of output files. */

#include "outset.h"

#include "outfile.h"

#include <sys/resource.h>

struct outset {
    guint n;
    struct outfile **file;
    int *fd;
};

char *outset_name(const char *name, const char *suffix)
{
    g_autofree char *safe = g_strdup(name);
    g_strcanon(safe, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-", '_');
    return g_strconcat(safe, suffix, NULL);
}

/* A file each may be more than a process has open as a rule. */
static void allow_open_files(rlim_t files)
{
    enum { OTHERS = 256 };
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= files + OTHERS)
        return;
    limit.rlim_cur = MIN(files + OTHERS, limit.rlim_max);
    setrlimit(RLIMIT_NOFILE, &limit); /* where it does not help, opening says so */
}

struct outset *outset_new(const char *directory, char *const *names, GError **error)
{
    struct outset *set = g_new0(struct outset, 1);
    set->n = g_strv_length((char **)names);
    set->file = g_new0(struct outfile *, set->n);
    set->fd = g_new0(int, set->n);
    allow_open_files(set->n);
    for (guint i = 0; i < set->n; i++) {
        if (!(set->file[i] = outfile_new_in(directory, names[i], error))) {
            outset_free(set);
            return NULL;
        }
        set->fd[i] = outfile_fd(set->file[i]);
    }
    return set;
}

const int *outset_fd(const struct outset *set)
{
    return set->fd;
}

gboolean outset_commit(struct outset *set, GError **error)
{
    gboolean good = TRUE;
    for (guint i = 0; good && i < set->n; i++)
        good = outfile_commit(g_steal_pointer(&set->file[i]), error);
    return good;
}

void outset_free(struct outset *set)
{
    if (!set)
        return;
    for (guint i = 0; i < set->n; i++)
        outfile_abandon(set->file[i]);
    g_free(set->file);
    g_free(set->fd);
    g_free(set);
}
