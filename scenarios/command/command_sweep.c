/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft sweep: many points of one scenario, restartable. */

#include "command.h"
#include "launch.h"
#include "policies.h"
#include "sweep_merge.h"
#include "sweep_outline.h"
#include "sweep_repeat.h"

enum { LISTED = 20 };

struct options {
    char *out, *jobs, *shard, *launcher, *shards, *slurm_options, *hosts, *login_file;
    gboolean no_merge, dry_run, no_skip;
};

/* What they come to. */
struct call {
    const char *out;
    const struct launcher *launcher;
    struct launch_options launch;
    struct sweep_shard shard;
    guint jobs;
    bool no_merge, dry_run;
};

/* --- what is said --- */

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
    g_string_append_printf(text, "%s: %u point%s, %u of them run now", manifest->sweep->name,
                           manifest->points->len, manifest->points->len == 1 ? "" : "s", ran);
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
                    "weft sweep: %u of %u points failed, first %s; all errors are in %s/failed.jsonl",
                    merged->failed->len, manifest->points->len,
                    (const char *)g_ptr_array_index(merged->failed, 0), directory));
}

/* A shard that others merge. Points that failed have a record, so nothing is left of it. */
static gboolean report_shard(const struct manifest *manifest, const struct sweep_shard *shard, guint ran,
                             GError **error)
{
    g_autofree char *text = g_strdup_printf("%s: shard %u of %u: %u point%s run\n", manifest->sweep->name,
                                            shard->index + 1, shard->of, ran, ran == 1 ? "" : "s");
    return command_print(text, error);
}

/* --- what is done --- */

static gboolean merge(struct manifest *manifest, const struct sweep_directory *directory, guint ran,
                      const struct repeat *repeat, GError **error)
{
    static const char *const results[] = {"manifest.jsonl", "sweep.csv", "sweep.jsonl", "failed.jsonl", NULL};
    struct sweep_merged merged = {0};
    gboolean good = sweep_merge(manifest, directory, &merged, error) &&
                    (!merged.complete || repeat_write(repeat, "sweep", results, error)) &&
                    report(manifest, &merged, directory->path, ran, error);
    sweep_merged_clear(&merged);
    return good;
}

static gboolean carry_out(const struct call *call, struct manifest *manifest,
                          struct sweep_directory *directory, const struct repeat *repeat, GError **error)
{
    struct launch launch = {manifest, directory, sweep_missing(manifest, directory, &call->shard, error),
                            call->jobs, &call->launch};
    guint ran = launch.todo ? launch.todo->len : 0;
    gboolean good = launch.todo && (ran == 0 || call->launcher->run(&launch, error));
    g_clear_pointer(&launch.todo, g_array_unref);
    if (!good)
        return FALSE;
    directory->shared = call->no_merge;
    return call->no_merge ? report_shard(manifest, &call->shard, ran, error)
                          : merge(manifest, directory, ran, repeat, error);
}

static gboolean with_sweep(const struct sweep *sweep, const struct call *call, GError **error)
{
    struct media_library *media = media_library_new();
    struct manifest *manifest = manifest_new(sweep, media, error);
    g_autofree char *usual = g_strconcat(sweep->name, ".results", NULL);
    const char *out = call->out ? call->out : usual;
    struct sweep_directory directory;
    bool shared = call->no_merge || call->launcher->shards;
    static const GOptionEntry none[] = {G_OPTION_ENTRY_NULL}; /* results depend on no option */
    struct repeat *repeat = repeat_new(&command_sweep, none, out);
    gboolean good = manifest && sweep_inputs(repeat, manifest, error) &&
                    (call->dry_run ? sweep_outline(manifest, out, &call->shard, call->jobs, error)
                                   : sweep_directory_open(&directory, manifest, out, shared, error));
    if (good && !call->dry_run) {
        good = carry_out(call, manifest, &directory, repeat, error);
        sweep_directory_close(&directory);
    }
    repeat_free(repeat);
    manifest_free(manifest);
    media_library_free(media);
    return good;
}

/* --- the command line --- */

static gboolean read_call(const struct options *options, struct call *call, GError **error)
{
    *call = (struct call){
        .out = options->out,
        .launch = {options->shards, options->slurm_options, options->hosts, options->login_file,
                   options->jobs},
        .no_merge = options->no_merge,
        .dry_run = options->dry_run,
    };
    call->launcher =
        launcher_find(options->launcher ? options->launcher : launcher_local.name, &call->launch, error);
    if (!call->launcher)
        return FALSE;
    if (call->launcher->shards && (options->shard || options->no_merge))
        return failure(error, STATUS_INPUT,
                       "%s: --launcher %s runs all shards and merges them; allowed: without",
                       options->shard ? "--shard" : "--no-merge", call->launcher->name);
    return command_jobs(options->jobs, &call->jobs, error) &&
           sweep_shard_read(options->shard, &call->shard, error);
}

static int sweep_file(const struct options *options, const char *path)
{
    GError *error = NULL;
    struct call call;
    struct sweep *sweep = read_call(options, &call, &error) ? sweep_read(path, &error) : NULL;
    if (sweep)
        sweep->no_skip = options->no_skip;
    int status = sweep && with_sweep(sweep, &call, &error) ? STATUS_OK : failure_report(error);
    sweep_free(sweep);
    return status;
}

static void options_clear(struct options *options)
{
    char *const texts[] = {options->out,    options->jobs,          options->shard, options->launcher,
                           options->shards, options->slurm_options, options->hosts, options->login_file};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
}

static int sweep_main(const struct command *command, int argc, char **argv)
{
    struct options options = {0};
    g_autofree char *names = policy_names(&policy_launchers);
    g_autofree char *launcher_help =
        g_strdup_printf("Who runs the points: %s (weft list launchers) [%s]", names, launcher_local.name);
    const GOptionEntry entries[] = {
        {"out", 'o', 0, G_OPTION_ARG_FILENAME, &options.out,
         "Write manifest, points and merged files into DIR, and go on with what is there [NAME.results]",
         "DIR"},
        {"jobs", 'j', 0, G_OPTION_ARG_STRING, &options.jobs, JOBS_HELP, "N"},
        {"launcher", 0, 0, G_OPTION_ARG_STRING, &options.launcher, launcher_help, "NAME"},
        {"shards", 0, 0, G_OPTION_ARG_STRING, &options.shards,
         "Let the launcher run N parts [each takes about two minutes]", "N"},
        {"slurm-options", 0, 0, G_OPTION_ARG_STRING, &options.slurm_options,
         "Hand these on to sbatch, as the environment SBATCH_* is", "OPTIONS"},
        {"hosts", 0, 0, G_OPTION_ARG_STRING, &options.hosts,
         "Let GNU parallel use these hosts by ssh, [JOBS/]HOST each [this one]", "HOST,..."},
        {"sshloginfile", 0, 0, G_OPTION_ARG_FILENAME, &options.login_file,
         "The hosts are in FILE, one a line", "FILE"},
        {"shard", 0, 0, G_OPTION_ARG_STRING, &options.shard,
         "Run part I of N only; who finds all points done merges them", "I/N"},
        {"no-merge", 0, 0, G_OPTION_ARG_NONE, &options.no_merge, "Run points only: another call merges them",
         NULL},
        {"dry-run", 'n', 0, G_OPTION_ARG_NONE, &options.dry_run,
         "Say which points there are, what is done of them and how long the rest may take; write nothing",
         NULL},
        NO_SKIP_OPTION(&options.no_skip),
        G_OPTION_ENTRY_NULL,
    };
    g_auto(GStrv) arguments = NULL;
    int status = STATUS_OK;
    if (command_options(command, entries, argc, argv, 1, 1, &arguments, &status))
        status = sweep_file(&options, arguments[0]);
    options_clear(&options);
    return status;
}

const struct command command_sweep = {
    .name = "sweep",
    .arguments = "SWEEP",
    .help = "Run many points of a scenario on all processors, and go on after an interruption",
    .notes = "SWEEP is a key file (docs/sweep.md has an example with all groups):\n"
             "  [sweep]         scenario, and methods, backends, replications, question, name\n"
             "  [set]           GROUP.KEY = VALUE, for all points\n"
             "  [cross]         GROUP.KEY = VALUES, each with each of the others\n"
             "  [zip NAME]      GROUP.KEY = VALUES, which go in step\n"
             "  [only NAME]     what is kept, [without NAME] what is left out: GROUP.KEY = VALUES, or < 100\n"
             "VALUES are A, B, linear:FROM:TO:COUNT, log:FROM:TO:COUNT; keys: weft list keys",
    .run = sweep_main,
};
