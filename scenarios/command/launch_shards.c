/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How many shards, which of them, and what runs one. */

#include "launch_shards.h"

#include "child.h"
#include "failure.h"
#include "sweep_merge.h"
#include "sweep_run.h"
#include "weft/platform.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>

enum {
    SHARD_S = 120,        /* far above what it costs to begin one: half a second in Slurm */
    SAMPLE = 16,          /* points run to know how long one takes, */
    SAMPLE_PART = 8,      /* but no more than this part of all, */
    SAMPLE_MS = 20 * 1000 /* and no longer than this */
};

/* --- how long a point takes --- */

static GArray *sample(const GArray *todo)
{
    guint n = MIN(todo->len / SAMPLE_PART, (guint)SAMPLE);
    GArray *some = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = 0; i < n; i++)
        g_array_append_val(some, g_array_index(todo, guint, (guint)((guint64)i * todo->len / n)));
    return some;
}

static bool run_sample(void *context)
{
    g_autoptr(GError) error = NULL;
    if (sweep_run(context, &error))
        return true;
    printf(WEFT_PLATFORM_SAYS "%s\n", error->message); /* for child_last_words() */
    return false;
}

/* A child's end, or SAMPLE_MS: then it is killed, and its worker with it. */
static gboolean wait_for_sample(struct child *child, GError **error)
{
    struct pollfd alive = {.fd = child->alive};
    gint64 until_us = g_get_monotonic_time() + SAMPLE_MS * G_GINT64_CONSTANT(1000), left_us;
    while ((left_us = until_us - g_get_monotonic_time()) > 0 &&
           poll(&alive, 1, (int)(left_us / 1000) + 1) < 0 && errno == EINTR)
        ;
    bool late = alive.revents == 0;
    if (late)
        kill(child->pid, SIGKILL);
    int how = child_reap(child, NULL);
    g_autofree char *words = child_last_words(child), *fault = child_fault(how);
    child_clear(child, fault != NULL && !late);
    return late || !fault || failure(error, STATUS_FAILED, "%s", words ? words : fault);
}

/* Seconds, or a negative number if there are too few points to find out. Their results stay; `todo` has one point at least afterwards. */
static gboolean measure(struct launch *launch, double *point_s, GError **error)
{
    static const struct sweep_shard all = {0, 1};
    g_autoptr(GArray) some = sample(launch->todo);
    struct sweep_work work = {
        .manifest = launch->manifest, .directory = launch->directory, .todo = some, .jobs = 1};
    struct child child;
    gint64 began_us = g_get_monotonic_time();
    *point_s = -1;
    if (some->len == 0)
        return TRUE;
    if (!child_start(&child, run_sample, &work, error) || !wait_for_sample(&child, error))
        return FALSE;
    double took_s = (double)(g_get_monotonic_time() - began_us) / 1e6;
    guint before = launch->todo->len;
    g_array_unref(launch->todo);
    launch->todo = sweep_missing(launch->manifest, launch->directory, &all, error);
    if (!launch->todo)
        return FALSE;
    *point_s = took_s / MAX(before - MIN(launch->todo->len, before), 1);
    return TRUE;
}

/* --- how many --- */

guint shards_wanted(guint points, double point_s, guint slots, guint most)
{
    double wanted = point_s < 0 ? points : ceil(points * point_s / SHARD_S);
    guint limit = MIN(points, most);
    return (guint)CLAMP(wanted, MIN(slots, limit), limit);
}

static gboolean read_shards(const char *text, guint most, guint *of, GError **error)
{
    uint64_t number;
    const char *wrong = quantity_parse(&quantity_count, text, &number);
    if (wrong || number < 1 || number > most)
        return failure(error, STATUS_INPUT, "--shards: \"%s\" %s; allowed: 1 to %u", text,
                       wrong ? wrong : "is out of range", most);
    *of = (guint)number;
    return TRUE;
}

static GArray *numbers_of(const GArray *todo, guint of)
{
    g_autofree bool *has = g_new0(bool, of);
    GArray *numbers = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = 0; i < todo->len; i++)
        has[g_array_index(todo, guint, i) % of] = true;
    for (guint number = 1; number <= of; number++)
        if (has[number - 1])
            g_array_append_val(numbers, number);
    return numbers;
}

gboolean shards_choose(struct launch *launch, guint slots, guint most, struct shards *shards, GError **error)
{
    const char *text = launch->options->shards;
    double point_s;
    if (text ? !read_shards(text, most, &shards->of, error) : !measure(launch, &point_s, error))
        return FALSE;
    if (!text)
        shards->of = shards_wanted(launch->todo->len, point_s, slots, most);
    shards->numbers = numbers_of(launch->todo, shards->of);
    return TRUE;
}

void shards_clear(struct shards *shards)
{
    g_clear_pointer(&shards->numbers, g_array_unref);
}

char *shards_ranges(const struct shards *shards)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0, last; i < shards->numbers->len; i = last + 1) {
        guint first = g_array_index(shards->numbers, guint, i);
        for (last = i; last + 1 < shards->numbers->len &&
                       g_array_index(shards->numbers, guint, last + 1) == first + (last + 1 - i);)
            last++;
        g_string_append_printf(text, "%s%u", i ? "," : "", first);
        if (last > i)
            g_string_append_printf(text, "-%u", first + (last - i));
    }
    return g_string_free(text, FALSE);
}

/* --- what runs one --- */

gboolean shards_forget_failures(const struct launch *launch, GError **error)
{
    for (guint i = 0; i < launch->todo->len; i++) {
        const struct manifest_point *point =
            manifest_at(launch->manifest, g_array_index(launch->todo, guint, i));
        g_autofree char *name = record_name(point, RECORD_FAILURE);
        g_autofree char *path = g_build_filename(launch->directory->points, name, NULL);
        if (g_unlink(path) != 0 && errno != ENOENT)
            return failure(error, STATUS_FAILED, "%s: cannot be removed: %s", path, g_strerror(errno));
    }
    return TRUE;
}

char *shards_command(const struct launch *launch, const char *jobs, const char *shard)
{
    g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *quoted_program = g_shell_quote(program ? program : "weft"),
                    *out = g_shell_quote(launch->directory->path),
                    *sweep = g_shell_quote(launch->manifest->sweep->path);
    const char *no_skip = launch->manifest->sweep->no_skip ? " --no-skip" : "";
    return g_strdup_printf("%s sweep --out %s --no-merge --jobs %s --shard %s%s -- %s", quoted_program, out,
                           jobs, shard, no_skip, sweep);
}
