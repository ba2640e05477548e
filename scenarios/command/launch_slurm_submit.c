/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A job array of shards: found again by its name, or submitted. */

#include "command.h"
#include "launch_program.h"
#include "launch_shards.h"
#include "launch_slurm.h"
#include "outfile.h"

#include <string.h>

/* --- names --- */

char *slurm_job_name(const struct launch *launch)
{
    enum { DIGEST_CHARS = 12 };
    g_autofree char *where = g_canonicalize_filename(launch->directory->path, NULL),
                    *manifest = manifest_text(launch->manifest);
    g_autofree char *all = g_strconcat(where, "\n", manifest, NULL);
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, all, -1);
    g_autofree char *name = g_strndup(launch->manifest->sweep->name, 20);
    digest[DIGEST_CHARS] = '\0';
    g_strcanon(name, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-_", '_');
    return g_strdup_printf("weft-%s-%s", name, digest);
}

/* --- submitting --- */

static gboolean write_script(const struct slurm *slurm, guint of, GError **error)
{
    const struct launch *launch = slurm->launch;
    g_autofree char *manifest = g_build_filename(launch->directory->path, "manifest.jsonl", NULL);
    g_autofree char *quoted = g_shell_quote(manifest),
                    *shard = g_strdup_printf("\"$SLURM_ARRAY_TASK_ID/%u\"", of);
    g_autofree char *command = shards_command(launch, "\"${SLURM_CPUS_PER_TASK:-1}\"", shard);
    g_autofree char *text = g_strdup_printf(
        "#!/bin/sh\n"
        "# One shard of a sweep, by its number in the array. To run it twice is harmless: points that have a "
        "result are passed over.\n"
        "manifest=%s\n"
        "[ -e \"$manifest\" ] || {\n"
        "    echo \"$manifest is not seen on $(uname -n): the directory must be one for all nodes\"\n"
        "    exit 1\n"
        "}\n"
        "exec %s\n",
        quoted, command);
    return outfile_put_in(slurm->directory, "shard.sh", text, strlen(text), error);
}

/* "12" or "12;CLUSTER". */
static bool read_id(const char *out, struct slurm_job *job)
{
    size_t digits = strspn(out, G_CSET_DIGITS);
    if (digits == 0 || digits >= sizeof job->id)
        return false;
    memcpy(job->id, out, digits);
    job->id[digits] = '\0';
    return true;
}

static gboolean run_sbatch(struct slurm *slurm, const char *const *argv, GError **error)
{
    g_auto(GStrv) environment = g_environ_unsetenv(g_get_environ(), "SBATCH_WAIT");
    g_autofree char *out = NULL, *err = NULL;
    int status;
    if (!program_run(argv, environment, &out, &err, &status, error))
        return FALSE;
    if (status == 0 && read_id(out, &slurm->job))
        return TRUE;
    const char *words = program_words(*err ? err : out);
    return failure(error, STATUS_FAILED, "weft sweep: %s%s",
                   g_str_has_prefix(words, "sbatch:") ? "" : "sbatch: ", words);
}

/* Options of the user come first: those behind them win. */
static gboolean sbatch(struct slurm *slurm, const struct shards *shards, GError **error)
{
    static const char *const first[] = {"sbatch", "--ntasks=1", "--cpus-per-task=1"};
    const char *more = slurm->launch->options->slurm_options;
    g_autofree char *here = g_get_current_dir(), *where = g_canonicalize_filename(slurm->directory, NULL),
                    *ranges = shards_ranges(shards);
    g_auto(GStrv) user = NULL, steps = g_strsplit(where, "%", -1);
    g_autofree char *literal = g_strjoinv("%%", steps);
    g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; i < G_N_ELEMENTS(first); i++)
        g_ptr_array_add(argv, g_strdup(first[i]));
    if (more && *more && !g_shell_parse_argv(more, NULL, &user, NULL))
        return failure(error, STATUS_INPUT, "--slurm-options: \"%s\" has an open quote", more);
    for (char **option = user; option && *option; option++)
        g_ptr_array_add(argv, g_strdup(*option));
    g_ptr_array_add(argv, g_strdup("--parsable"));
    g_ptr_array_add(argv, g_strdup("--requeue"));
    g_ptr_array_add(argv, g_strdup("--open-mode=append"));
    g_ptr_array_add(argv, g_strconcat("--job-name=", slurm->name, NULL));
    g_ptr_array_add(argv, g_strconcat("--array=", ranges, NULL));
    g_ptr_array_add(argv, g_strconcat("--chdir=", here, NULL));
    g_ptr_array_add(argv, g_strconcat("--output=", literal, "/%A_%a.log", NULL));
    g_ptr_array_add(argv, g_build_filename(where, "shard.sh", NULL));
    g_ptr_array_add(argv, NULL);
    return run_sbatch(slurm, (const char *const *)argv->pdata, error);
}

static gboolean say_submitted(const struct slurm *slurm, const struct shards *shards, GError **error)
{
    const struct launch *launch = slurm->launch;
    g_autofree char *text = g_strdup_printf("%s: Slurm job %s: %u point%s in %u shard%s, logs in %s\n",
                                            launch->manifest->sweep->name, slurm->job.id, launch->todo->len,
                                            launch->todo->len == 1 ? "" : "s", shards->numbers->len,
                                            shards->numbers->len == 1 ? "" : "s", slurm->directory);
    return command_print(text, error);
}

static gboolean submit(struct slurm *slurm, GError **error)
{
    struct launch *launch = slurm->launch;
    struct shards shards = {0};
    guint most;
    gboolean good = slurm_most_shards(&most, error) && shards_choose(launch, 1, most, &shards, error) &&
                    shards_forget_failures(launch, error) && write_script(slurm, shards.of, error) &&
                    sbatch(slurm, &shards, error) && say_submitted(slurm, &shards, error);
    shards_clear(&shards);
    return good;
}

gboolean slurm_find_or_submit(struct slurm *slurm, GError **error)
{
    g_autofree char *words = NULL;
    if (!slurm_ask(slurm->name, &slurm->job, &words))
        return failure(error, STATUS_FAILED, "weft sweep: squeue: %s", words);
    if (!*slurm->job.id)
        return submit(slurm, error);
    g_autofree char *text = g_strdup_printf("%s: Slurm job %s of an earlier call is there; waiting for it\n",
                                            slurm->launch->manifest->sweep->name, slurm->job.id);
    return command_print(text, error);
}
