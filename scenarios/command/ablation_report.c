/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft compare --ablate: the runs of every back end, their files and words. */

#include "ablation.h"

#include "figures.h"
#include "outfile.h"

#include <string.h>

static gboolean write_directory(const GPtrArray *all, const char *directory, GError **error)
{
    static const char *const figures[] = {"ablation", NULL};
    g_autofree char *csv = ablation_csv(all);
    return outfile_put_in(directory, "ablation.csv", csv, strlen(csv), error) &&
           figures_draw(directory, "ablation.csv", figures, error);
}

/* A part for each back end, headed by its name if there are several. */
static char *all_words(const GPtrArray *all)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < all->len; i++) {
        const struct ablation_runs *runs = g_ptr_array_index(all, i);
        g_autofree char *table = ablation_table(runs), *words = ablation_text(runs);
        if (all->len > 1)
            g_string_append_printf(text, "%sBack end %s.\n", i ? "\n" : "", runs->backend->name);
        g_string_append_printf(text, "%s\n%s", table, words);
    }
    return g_string_free(text, FALSE);
}

char *ablation_report(const struct comparison *comparison, const char *directory, struct json_writer *json,
                      GError **error)
{
    struct ablation *ablation = ablation_new(comparison, "--ablate", error);
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)ablation_runs_free);
    gboolean good = ablation != NULL;
    for (guint i = 0; good && i < comparison->backends->len; i++) {
        const struct backend_row *backend = g_ptr_array_index(comparison->backends, i);
        struct ablation_runs *runs = ablation_runs_new(comparison, ablation, backend, json, error);
        if ((good = runs != NULL))
            g_ptr_array_add(all, runs);
    }
    good = good && (!directory || write_directory(all, directory, error));
    char *text = good ? all_words(all) : NULL;
    ablation_free(ablation);
    return text;
}
