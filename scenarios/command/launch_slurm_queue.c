/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* scontrol and squeue, asked and understood. */

#include "launch_slurm_queue.h"

#include "failure.h"
#include "launch_program.h"

#include <string.h>
#include <unistd.h>

/* --- the configuration --- */

gboolean slurm_read_config(const char *text, guint *most, GError **error)
{
    static const char key[] = "MaxArraySize";
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++) {
        if (!g_str_has_prefix(*line, key))
            continue;
        const char *value = *line + strlen(key);
        value += strspn(value, " =");
        guint64 size = g_ascii_strtoull(value, NULL, 10); /* numbers are below it */
        if (size < 2)
            return failure(error, STATUS_FAILED,
                           "weft sweep: this Slurm has no job arrays: its MaxArraySize is %s", value);
        *most = (guint)MIN(size - 1, G_MAXUINT32);
        return TRUE;
    }
    return failure(error, STATUS_FAILED, "weft sweep: scontrol does not say what MaxArraySize is");
}

gboolean slurm_most_shards(guint *most, GError **error)
{
    static const char *const argv[] = {"scontrol", "show", "config", NULL};
    g_autofree char *out = NULL, *err = NULL;
    int status;
    if (!program_run(argv, NULL, &out, &err, &status, error))
        return FALSE;
    if (status != 0)
        return failure(error, STATUS_FAILED, "weft sweep: scontrol: %s", program_words(err));
    return slurm_read_config(out, most, error);
}

/* --- the queue --- */

void slurm_read_queue(const char *text, struct slurm_job *job)
{
    struct slurm_job found = {0};
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++) {
        g_auto(GStrv) parts = g_strsplit(*line, "|", 3);
        if (g_strv_length(parts) < 3 || !*parts[0] || (*found.id && strcmp(parts[0], found.id) != 0))
            continue;
        g_strlcpy(found.id, parts[0], sizeof found.id);
        if (strcmp(parts[1], "PENDING") != 0) {
            found.running++;
            continue;
        }
        found.pending++;
        if (strcmp(parts[2], "None") != 0)
            g_strlcpy(found.reason, parts[2], sizeof found.reason);
    }
    *job = found;
}

gboolean slurm_ask(const char *name, struct slurm_job *job, char **words)
{
    g_autofree char *user = g_strdup_printf("--user=%u", (guint)getuid()),
                    *of_name = g_strconcat("--name=", name, NULL), *out = NULL, *err = NULL;
    const char *const argv[] = {"squeue", "--noheader", "--array", user, of_name, "--format=%F|%T|%r", NULL};
    g_autoptr(GError) error = NULL;
    int status;
    if (program_run(argv, NULL, &out, &err, &status, &error) && status == 0) {
        slurm_read_queue(out, job);
        return TRUE;
    }
    *words = g_strdup(error ? error->message : program_words(err));
    return FALSE;
}
