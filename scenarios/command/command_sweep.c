/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft sweep: many points of one scenario, restartable. */

#include "command.h"
#include "sweep_merge.h"
#include "sweep_progress.h"
#include "sweep_run.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LISTED = 20 };

struct options {
    char *out, *jobs, *shard;
};

/* --- what is said --- */

struct clock {
    guint todo;
    gint64 began_us;
    int width; /* of what was said last */
};

static void progress(void *context, guint done, guint failed)
{
    struct clock *clock = context;
    g_autofree char *text =
        sweep_progress_text(done, clock->todo, failed, g_get_monotonic_time() - clock->began_us);
    int width = (int)strlen(text);
    fprintf(stderr, "\r%s%*s", text, MAX(clock->width - width, 0), "");
    clock->width = width;
    fflush(stderr);
}

static void progress_end(const struct clock *clock)
{
    if (clock->width > 0)
        fprintf(stderr, "\r%*s\r", clock->width, "");
}

static void say_failed(GString *text, const struct sweep_merged *merged, const char *directory)
{
    for (guint i = 0; i < merged->failed->len && i < LISTED; i++)
        g_string_append_printf(text, "  %s\n", (const char *)g_ptr_array_index(merged->failed, i));
    if (merged->failed->len > LISTED)
        g_string_append_printf(text, "  and %u more in %s/failed.jsonl\n", merged->failed->len - LISTED,
                               directory);
}

/* What was done, and where it is. */
static gboolean report(const struct manifest *manifest, const struct sweep_merged *merged,
                       const char *directory, guint ran, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_append_printf(text, "%s: %u points, %u of them run now", manifest->sweep->name,
                           manifest->points->len, ran);
    if (!merged->complete) {
        g_string_append_printf(text, "; others have no result yet\n");
        return command_print(text->str, error);
    }
    g_string_append_printf(text, ", %u failed\n", merged->failed->len);
    say_failed(text, merged, directory);
    g_string_append_printf(text, "%s/sweep.csv, %s/sweep.jsonl\n", directory, directory);
    return command_print(text->str, error) &&
           (merged->failed->len == 0 ||
            failure(error, STATUS_FAILED,
                    "weft sweep: %u of %u points failed; their errors are in %s/failed.jsonl",
                    merged->failed->len, manifest->points->len, directory));
}

/* --- what is done --- */

static gboolean run_missing(struct manifest *manifest, const struct sweep_directory *directory,
                            const GArray *todo, guint jobs, GError **error)
{
    struct clock clock = {.todo = todo->len, .began_us = g_get_monotonic_time()};
    const struct sweep_work work = {.manifest = manifest,
                                    .directory = directory,
                                    .todo = todo,
                                    .jobs = jobs,
                                    .progress = isatty(STDERR_FILENO) ? progress : NULL,
                                    .context = &clock};
    gboolean good = sweep_run(&work, error);
    progress_end(&clock);
    return good;
}

static gboolean carry_out(struct manifest *manifest, const struct sweep_directory *directory,
                          const struct sweep_shard *shard, guint jobs, GError **error)
{
    struct sweep_merged merged = {0};
    g_autoptr(GArray) todo = sweep_missing(manifest, directory, shard, error);
    gboolean good = todo && run_missing(manifest, directory, todo, jobs, error) &&
                    sweep_merge(manifest, directory, &merged, error) &&
                    report(manifest, &merged, directory->path, todo->len, error);
    sweep_merged_clear(&merged);
    return good;
}

static gboolean with_sweep(const struct sweep *sweep, const struct options *options, GError **error)
{
    guint jobs;
    struct sweep_shard shard;
    if (!command_jobs(options->jobs, &jobs, error) || !sweep_shard_read(options->shard, &shard, error))
        return FALSE;
    struct media_library *media = media_library_new();
    struct manifest *manifest = manifest_new(sweep, media, error);
    g_autofree char *usual = g_strconcat(sweep->name, ".results", NULL);
    struct sweep_directory directory;
    gboolean good =
        manifest && sweep_directory_open(&directory, manifest, options->out ? options->out : usual, error);
    if (good) {
        good = carry_out(manifest, &directory, &shard, jobs, error);
        sweep_directory_close(&directory);
    }
    manifest_free(manifest);
    media_library_free(media);
    return good;
}

static int sweep_main(const struct command *command, int argc, char **argv)
{
    struct options options = {0};
    const GOptionEntry entries[] = {
        {"out", 'o', 0, G_OPTION_ARG_FILENAME, &options.out,
         "Write manifest, points and merged files into DIR, and go on with what is there [NAME.results]",
         "DIR"},
        {"jobs", 'j', 0, G_OPTION_ARG_STRING, &options.jobs, JOBS_HELP, "N"},
        {"shard", 0, 0, G_OPTION_ARG_STRING, &options.shard,
         "Run part I of N only; who finds all points done merges them", "I/N"},
        G_OPTION_ENTRY_NULL,
    };
    g_auto(GStrv) arguments = NULL;
    int status = STATUS_OK;
    if (command_options(command, entries, argc, argv, 1, 1, &arguments, &status)) {
        GError *error = NULL;
        struct sweep *sweep = sweep_read(arguments[0], &error);
        if (!sweep || !with_sweep(sweep, &options, &error))
            status = failure_report(error);
        sweep_free(sweep);
    }
    g_free(options.out);
    g_free(options.jobs);
    g_free(options.shard);
    return status;
}

const struct command command_sweep = {
    .name = "sweep",
    .arguments = "SWEEP",
    .help = "Run many points of a scenario on all processors, and go on after an interruption",
    .run = sweep_main,
};
