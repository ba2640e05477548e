/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft run --sensitivity: runs, files, figure, words. */

#include "sensitivity.h"

#include "command.h"
#include "figures.h"
#include "outfile.h"
#include "result_json.h"

#include <string.h>

/* Opened before the runs: what cannot be written is not found out at the end. */
struct files {
    struct outfile *json, *in_directory;
};

static gboolean files_open(struct files *files, const struct sensitivity_outputs *outputs, GError **error)
{
    if (outputs->json && !(files->json = outfile_new(outputs->json, error)))
        return FALSE;
    return !outputs->directory ||
           (files->in_directory = outfile_new_in(outputs->directory, "sensitivity.json", error));
}

static gboolean write_whole(struct outfile **file, const char *data, gsize length, GError **error)
{
    return !*file ||
           (outfile_write(*file, data, length, error) && outfile_commit(g_steal_pointer(file), error));
}

/* All numbers first: figures fail where gnuplot is not installed. */
static gboolean write_directory(const struct sensitivity *sensitivity, struct files *files, const char *json,
                                gsize length, const char *directory, GError **error)
{
    static const char *const figures[] = {"sensitivity", NULL};
    g_autofree char *csv = sensitivity_csv(sensitivity);
    return write_whole(&files->in_directory, json, length, error) &&
           outfile_put_in(directory, "sensitivity.csv", csv, strlen(csv), error) &&
           figures_draw(directory, "sensitivity.csv", figures, error);
}

static gboolean write_all(const struct sensitivity *sensitivity, const struct sensitivity_outputs *outputs,
                          struct files *files, JsonBuilder *builder, GError **error)
{
    gsize length;
    sensitivity_json_add(builder, sensitivity);
    json_builder_end_object(builder);
    g_autofree char *json = result_json_text(g_object_ref(builder), &length);
    return write_whole(&files->json, json, length, error) &&
           (!outputs->directory ||
            write_directory(sensitivity, files, json, length, outputs->directory, error));
}

gboolean sensitivity_report(const struct comparison *comparison, const struct plan *plan,
                            const struct sensitivity_outputs *outputs, GError **error)
{
    struct files files = {0};
    g_autoptr(JsonBuilder) builder = json_builder_new();
    json_builder_begin_object(builder);
    json_builder_set_member_name(builder, "schema");
    json_builder_add_string_value(builder, "weft-sensitivity/1");
    json_builder_set_member_name(builder, "base");
    struct sensitivity *sensitivity =
        files_open(&files, outputs, error) ? sensitivity_new(comparison, plan, builder, error) : NULL;
    gboolean good = sensitivity && write_all(sensitivity, outputs, &files, builder, error);
    if (good && !outputs->quiet && g_strcmp0(outputs->json, "-") != 0) {
        g_autofree char *text = sensitivity_text(sensitivity);
        good = command_print(text, error);
    }
    outfile_abandon(files.json);
    outfile_abandon(files.in_directory);
    sensitivity_free(sensitivity);
    return good;
}
