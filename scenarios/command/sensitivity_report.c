/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft run --sensitivity: runs, files, figure, words. */

#include "sensitivity.h"

#include "command.h"
#include "figures.h"
#include "json_writer.h"
#include "outfile.h"

#include <string.h>

/* Opened before the runs: what cannot be written is not found out at the end. */
struct files {
    struct outfile *json, *in_directory;
    struct json_writer *writer; /* into both, as runs end; NULL: into none */
};

static gboolean files_open(struct files *files, const struct sensitivity_outputs *outputs, GError **error)
{
    if (outputs->json && !(files->json = outfile_new(outputs->json, error)))
        return FALSE;
    if (outputs->directory &&
        !(files->in_directory = outfile_new_in(outputs->directory, "sensitivity.json", error)))
        return FALSE;
    files->writer = json_writer_for(files->json, files->in_directory);
    return TRUE;
}

static void files_close(struct files *files)
{
    outfile_abandon(files->json);
    outfile_abandon(files->in_directory);
    json_writer_free(files->writer);
}

static struct sensitivity *run_all(const struct comparison *comparison, const struct plan *plan,
                                   struct json_writer *json, GError **error)
{
    if (json) {
        json_writer_begin_object(json);
        json_writer_member(json, "schema");
        json_writer_text(json, "weft-sensitivity/1");
        json_writer_member(json, "base");
    }
    return sensitivity_new(comparison, plan, json, error);
}

static gboolean end_json(const struct sensitivity *sensitivity, struct json_writer *json, GError **error)
{
    if (!json)
        return TRUE;
    sensitivity_json_add(json, sensitivity);
    json_writer_end_object(json);
    return json_writer_end(json, error);
}

/* All numbers first: figures fail where gnuplot is not installed. */
static gboolean write_directory(const struct sensitivity *sensitivity, struct files *files,
                                const char *directory, GError **error)
{
    static const char *const figures[] = {"sensitivity", NULL};
    g_autofree char *csv = sensitivity_csv(sensitivity);
    return outfile_settle(&files->in_directory, error) &&
           outfile_put_in(directory, "sensitivity.csv", csv, strlen(csv), error) &&
           figures_draw(directory, "sensitivity.csv", figures, error);
}

static gboolean write_all(const struct sensitivity *sensitivity, const struct sensitivity_outputs *outputs,
                          struct files *files, GError **error)
{
    return end_json(sensitivity, files->writer, error) && outfile_settle(&files->json, error) &&
           (!outputs->directory || write_directory(sensitivity, files, outputs->directory, error));
}

gboolean sensitivity_report(const struct comparison *comparison, const struct plan *plan,
                            const struct sensitivity_outputs *outputs, GError **error)
{
    struct files files = {0};
    struct sensitivity *sensitivity =
        files_open(&files, outputs, error) ? run_all(comparison, plan, files.writer, error) : NULL;
    gboolean good = sensitivity && write_all(sensitivity, outputs, &files, error);
    if (good && !outputs->quiet && g_strcmp0(outputs->json, "-") != 0) {
        g_autofree char *text = sensitivity_text(sensitivity);
        good = command_print(text, error);
    }
    files_close(&files);
    sensitivity_free(sensitivity);
    return good;
}
