/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft compare --factors: the runs of every back end, their files and words. */

#include "factors.h"

#include "figures.h"
#include "outfile.h"

#include <string.h>

static gboolean write_directory(const GPtrArray *all, const char *scenario, const char *directory,
                                GError **error)
{
    static const char *const figures[] = {"factors", NULL};
    g_autofree char *csv = factors_csv(all, scenario);
    return outfile_put_in(directory, "factors.csv", csv, strlen(csv), error) &&
           figures_draw(directory, "factors.csv", figures, error);
}

/* A part for each back end, headed by its name if there are several. */
static char *all_words(const GPtrArray *all)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < all->len; i++) {
        const struct ablation_runs *runs = g_ptr_array_index(all, i);
        g_autofree char *words = factors_text(runs);
        if (all->len > 1)
            g_string_append_printf(text, "%sBack end %s.\n", i ? "\n" : "", runs->backend->name);
        g_string_append(text, words);
    }
    return g_string_free(text, FALSE);
}

static gboolean run_all(const struct comparison *comparison, const struct ablation *ablation, GPtrArray *all,
                        GError **error)
{
    for (guint i = 0; i < comparison->backends->len; i++) {
        struct ablation_runs *runs =
            ablation_runs_all(comparison, ablation, g_ptr_array_index(comparison->backends, i), error);
        if (!runs)
            return FALSE;
        g_ptr_array_add(all, runs);
    }
    return TRUE;
}

/* scenario.name, which may be the file's. NULL and an error. */
static char *name_of(const struct comparison *comparison, GError **error)
{
    struct plan *plan = plan_new(comparison->scenario, comparison->media, error);
    char *name = plan ? g_strdup(plan->setup.name) : NULL;
    plan_free(plan);
    return name;
}

char *factors_report(const struct comparison *comparison, const char *directory, struct json_writer *json,
                     GError **error)
{
    struct ablation *ablation = ablation_new(comparison, "--factors", error);
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)ablation_runs_free);
    gboolean good = ablation && run_all(comparison, ablation, all, error);
    g_autofree char *scenario = good ? name_of(comparison, error) : NULL;
    good = scenario && (!directory || write_directory(all, scenario, directory, error));
    if (good && json)
        factors_json_add(json, all, scenario);
    char *text = good ? all_words(all) : NULL;
    ablation_free(ablation);
    return text;
}
