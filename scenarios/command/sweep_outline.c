/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A sweep in words, before it is run. */

#include "sweep_outline.h"

#include "child.h"
#include "command.h"
#include "failure.h"
#include "sweep_point.h"
#include "time_text.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>

enum { LISTED = 20, AT_EACH_END = 5, TRIAL_US = 1000000, PATIENCE_MS = 10000 };

/* --- which points --- */

static void say_point(GString *text, const struct manifest *manifest, guint index)
{
    g_autofree char *words = manifest_words(manifest, index);
    g_string_append_printf(text, "  %s: %s\n", manifest_at(manifest, index)->id, words);
}

static void say_points(GString *text, const struct manifest *manifest)
{
    guint points = manifest->points->len, listed = points <= LISTED ? points : AT_EACH_END;
    for (guint i = 0; i < listed; i++)
        say_point(text, manifest, i);
    if (listed == points)
        return;
    g_string_append(text, "  ...\n");
    for (guint i = points - AT_EACH_END; i < points; i++)
        say_point(text, manifest, i);
}

static void say_how_many(GString *text, const struct manifest *manifest, const struct sweep_shard *shard,
                         guint todo, const char *directory)
{
    guint points = manifest->points->len, own = (points - shard->index + shard->of - 1) / shard->of;
    g_string_append_printf(text, "%s: %u point%s", manifest->sweep->name, points, points == 1 ? "" : "s");
    if (manifest->replications > 1)
        g_string_append_printf(text, " of %u replications", manifest->replications);
    if (shard->of > 1)
        g_string_append_printf(text, ", %u of them in shard %u/%u", own, shard->index + 1, shard->of);
    g_string_append_printf(text, "; %u have results in %s, %u are to be run\n", own - todo, directory, todo);
}

/* --- how long --- */

/* What a child that runs some of the points has come to, for its parent to see. */
struct trial {
    struct manifest *manifest;
    const GArray *todo; /* of guint */
    atomic_uint points;
    atomic_llong took_us;
};

/* Numbers below `n` that are spread evenly however many of them are taken: multiples of the golden ratio. */
static guint spread(guint k, guint n)
{
    return (guint)(((guint64)(guint32)(k * 2654435769U) * n) >> 32);
}

static bool run_some(void *context)
{
    struct trial *trial = context;
    gint64 began_us = g_get_monotonic_time();
    for (guint k = 0; k < trial->todo->len && atomic_load(&trial->took_us) < TRIAL_US; k++) {
        enum record_kind kind;
        g_autofree char *record = NULL;
        g_autoptr(GError) error = NULL;
        guint point = g_array_index(trial->todo, guint, spread(k, trial->todo->len));
        if (!sweep_point_run(trial->manifest, point, &kind, &record, &error))
            return false;
        atomic_store(&trial->took_us, g_get_monotonic_time() - began_us);
        atomic_fetch_add(&trial->points, 1);
    }
    return true;
}

/* A point that takes long is not waited for, and one that crashes ends no more than the child. */
static gboolean try_some(struct trial *trial, GError **error)
{
    struct child child;
    if (!child_start(&child, run_some, trial, error))
        return FALSE;
    struct pollfd alive = {.fd = child.alive};
    while (poll(&alive, 1, PATIENCE_MS) < 0 && errno == EINTR)
        ;
    kill(child.pid, SIGKILL);
    child_reap(&child, NULL);
    child_clear(&child, false);
    return TRUE;
}

static void say_how_long(GString *text, const struct trial *trial, guint jobs)
{
    guint ran = atomic_load(&trial->points), todo = trial->todo->len, workers = MIN(jobs, todo);
    if (ran == 0) {
        g_string_append_printf(text, "how long they take is not known: none came to an end in %d s\n",
                               PATIENCE_MS / 1000);
        return;
    }
    double point_s = (double)atomic_load(&trial->took_us) / 1e6 / ran;
    g_autofree char *all = time_text(point_s * todo / workers);
    g_string_append_printf(text, "about %s with %u worker%s: %u of them took %.3g ms each\n", all, workers,
                           workers == 1 ? "" : "s", ran, point_s * 1e3);
}

static gboolean say_estimate(GString *text, struct manifest *manifest, const GArray *todo, guint jobs,
                             GError **error)
{
    if (todo->len == 0)
        return TRUE;
    struct trial *trial =
        mmap(NULL, sizeof *trial, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (trial == MAP_FAILED)
        return failure(error, STATUS_FAILED, "weft: no memory for a worker: %s", g_strerror(errno));
    trial->manifest = manifest;
    trial->todo = todo;
    gboolean good = try_some(trial, error);
    if (good)
        say_how_long(text, trial, jobs);
    munmap(trial, sizeof *trial);
    return good;
}

gboolean sweep_outline(struct manifest *manifest, const char *directory, const struct sweep_shard *shard,
                       guint jobs, GError **error)
{
    g_autofree char *lines = manifest_text(manifest);
    bool there = false;
    if (!manifest_compare(lines, directory, &there, error))
        return FALSE;
    struct sweep_directory look;
    sweep_directory_look(&look, directory);
    g_autoptr(GArray) todo = sweep_missing(manifest, &look, shard, error);
    g_autoptr(GString) text = g_string_new(NULL);
    if (todo) {
        say_how_many(text, manifest, shard, todo->len, directory);
        say_points(text, manifest);
    }
    gboolean good =
        todo && say_estimate(text, manifest, todo, jobs, error) && command_print(text->str, error);
    sweep_directory_close(&look);
    return good;
}
