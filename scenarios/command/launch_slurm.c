/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Launcher `slurm`: the job waited for, and what has become of it. */

#include "launch_slurm.h"

#include "failure.h"
#include "launch_program.h"
#include "launch_watch.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

enum {
    FIRST_MS = 200, /* between two looks at results: soon at first, then less and less often */
    LOOK_MS = 5000,
    ASK_MS = 30000,  /* the same for questions to Slurm, whose time is others' too */
    LINGER_S = 3,    /* where all results are there, a shard may run on so long: then it is cancelled, */
    CANCEL_S = 60,   /* and given so long to go */
    GRACE_LOOKS = 3, /* after the job's end, a second apart: a network file system may show results late */
    SECOND_MS = 1000
};

struct wait {
    struct slurm *slurm;
    struct watch watch;
    int look_ms, ask_ms;
    gint64 ask_at_us; /* when Slurm is asked again */
    bool silent;      /* it did not answer last time, which was said */
};

/* --- waiting --- */

static void interrupted(struct wait *wait, int signal)
{
    const char *id = wait->slurm->job.id;
    sweep_clock_end(&wait->watch.clock);
    fprintf(stderr,
            "weft sweep: Slurm job %s goes on: the same call waits for it again, scancel %s ends it\n", id,
            id);
    watch_die(&wait->watch, signal);
}

static void pause_for(struct wait *wait, int ms)
{
    int signal = watch_wait(&wait->watch, ms);
    if (signal)
        interrupted(wait, signal);
}

/* True: the job is not there any more. A Slurm that does not answer may do so later. */
static bool ask(struct wait *wait)
{
    struct slurm *slurm = wait->slurm;
    struct slurm_job job;
    g_autofree char *words = NULL;
    bool answered = slurm_ask(slurm->name, &job, &words);
    if (!answered && !wait->silent) {
        sweep_clock_end(&wait->watch.clock);
        fprintf(stderr, "weft sweep: squeue: %s; it is asked again\n", words);
    }
    wait->silent = !answered;
    if (!answered)
        return false;
    if (!*job.id)
        return true;
    slurm->job = job;
    return false;
}

static bool is_gone(struct wait *wait)
{
    gint64 now_us = g_get_monotonic_time();
    if (now_us < wait->ask_at_us && watch_missing(&wait->watch) > 0)
        return false;
    bool gone = ask(wait);
    wait->ask_ms = MIN(wait->ask_ms * 2, (int)ASK_MS);
    wait->ask_at_us = now_us + wait->ask_ms * G_GINT64_CONSTANT(1000);
    return gone;
}

static void tell(struct wait *wait)
{
    const struct slurm_job *job = &wait->slurm->job;
    g_autofree char *why = *job->reason ? g_strdup_printf(" (%s)", job->reason) : g_strdup("");
    g_autofree char *more =
        g_strdup_printf("job %s: %u shards running, %u waiting%s", job->id, job->running, job->pending, why);
    watch_tell(&wait->watch, more);
}

/* Until all points have a result, or the job has ended. */
static gboolean wait_for_results(struct wait *wait, GError **error)
{
    while (watch_look(&wait->watch, error)) {
        if (wait->watch.left->len == 0 || is_gone(wait))
            return TRUE;
        tell(wait);
        pause_for(wait, wait->look_ms);
        wait->look_ms = MIN(wait->look_ms * 2, (int)LOOK_MS);
    }
    return FALSE;
}

static gboolean look_again(struct wait *wait, GError **error)
{
    gboolean good = watch_look(&wait->watch, error);
    for (int i = 0; good && watch_missing(&wait->watch) > 0 && i < GRACE_LOOKS; i++) {
        pause_for(wait, SECOND_MS);
        good = watch_look(&wait->watch, error);
    }
    return good;
}

/* True: the job ended in that time. */
static bool ends_within(struct wait *wait, int seconds)
{
    gint64 until_us = g_get_monotonic_time() + seconds * G_GINT64_CONSTANT(1000000);
    int ms = FIRST_MS;
    while (!ask(wait)) {
        if (g_get_monotonic_time() >= until_us)
            return false;
        pause_for(wait, ms);
        ms = MIN(ms * 2, (int)SECOND_MS);
    }
    return true;
}

/* All results are there: what is left of the job, perhaps a shard of a lost node that waits to be run again, has nothing to do. */
static void let_go(struct wait *wait)
{
    const char *const argv[] = {"scancel", wait->slurm->job.id, NULL};
    int status;
    if (!ends_within(wait, LINGER_S) && program_run(argv, NULL, NULL, NULL, &status, NULL))
        ends_within(wait, CANCEL_S);
}

/* --- what has become of it --- */

/* The files of the job, "NUMBER_TASK.log". The caller unrefs. */
static GPtrArray *logs(const struct slurm *slurm)
{
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) directory = g_dir_open(slurm->directory, 0, NULL);
    g_autofree char *begins = g_strconcat(slurm->job.id, "_", NULL);
    const char *name;
    while (directory && (name = g_dir_read_name(directory)))
        if (g_str_has_prefix(name, begins) && g_str_has_suffix(name, ".log"))
            g_ptr_array_add(paths, g_build_filename(slurm->directory, name, NULL));
    return paths;
}

/* The last line of a shard that did not come to a good end; NULL: there is none. The caller frees with g_free. */
static char *complaint(const struct slurm *slurm, const GPtrArray *paths)
{
    g_autofree char *good = g_strconcat(slurm->launch->manifest->sweep->name, ": shard ", NULL);
    for (guint i = 0; i < paths->len; i++) {
        g_autofree char *text = NULL;
        if (!g_file_get_contents(g_ptr_array_index(paths, i), &text, NULL, NULL))
            continue;
        g_strchomp(text);
        const char *line = strrchr(text, '\n');
        line = line ? line + 1 : text;
        if (*line && !g_str_has_prefix(line, good))
            return g_strdup(line);
    }
    return NULL;
}

static gboolean judge(const struct wait *wait, GError **error)
{
    const struct slurm *slurm = wait->slurm;
    guint missing = watch_missing(&wait->watch);
    g_autoptr(GPtrArray) paths = logs(slurm);
    if (missing > 0) {
        g_autofree char *said = complaint(slurm, paths);
        return failure(
            error, STATUS_FAILED,
            "weft sweep: %u points have no result, and Slurm job %s has ended; %s in %s%s%s; the same "
            "call submits them again",
            missing, slurm->job.id, paths->len ? "its logs are" : "it left no log", slurm->directory,
            said         ? ", one ends: "
            : paths->len ? ""
                         : ": is that there on all nodes?",
            said ? said : "");
    }
    for (guint i = 0; wait->watch.left->len == 0 && i < paths->len; i++)
        g_unlink(g_ptr_array_index(paths, i));
    return TRUE;
}

static gboolean wait_for(struct slurm *slurm, GError **error)
{
    struct wait wait = {.slurm = slurm, .look_ms = FIRST_MS, .ask_ms = FIRST_MS};
    watch_begin(&wait.watch, slurm->launch);
    gboolean good = wait_for_results(&wait, error);
    if (good && wait.watch.left->len == 0)
        let_go(&wait);
    else if (good)
        good = look_again(&wait, error);
    good = good && judge(&wait, error);
    watch_end(&wait.watch);
    return good;
}

/* --- the launcher --- */

static gboolean check(const struct launch_options *options, GError **error)
{
    static const char *const programs[] = {"sbatch", "squeue", "scontrol", "scancel"};
    if (options->jobs)
        return failure(error, STATUS_INPUT,
                       "--jobs: a shard has as many as --slurm-options \"--cpus-per-task=N\" says");
    for (size_t i = 0; i < G_N_ELEMENTS(programs); i++)
        if (!program_check(programs[i], "slurm", "slurm-client", error))
            return FALSE;
    return TRUE;
}

static gboolean run(struct launch *launch, GError **error)
{
    struct slurm slurm = {.launch = launch,
                          .directory = g_build_filename(launch->directory->path, "slurm", NULL),
                          .name = slurm_job_name(launch)};
    gboolean good = slurm_find_or_submit(&slurm, error) && wait_for(&slurm, error);
    g_free(slurm.directory);
    g_free(slurm.name);
    return good;
}

const struct launcher launcher_slurm = {
    .name = "slurm",
    .help = "an array of batch jobs of Slurm, a shard each; waited for",
    .shards = true,
    .check = check,
    .run = run,
};
