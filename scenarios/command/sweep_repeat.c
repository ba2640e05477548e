/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The files that the points of a sweep read. */

#include "sweep_repeat.h"

#include "variation.h"

/* The files of the first point with one value in place of its own. */
static gboolean add_value(struct repeat *repeat, const struct manifest *manifest, const struct sweep_key *key,
                          const char *value, GError **error)
{
    struct scenario *scenario = manifest_scenario(manifest, 0, error);
    gboolean good = scenario &&
                    scenario_assign_format(scenario, key->origin, error, "%s=%s", key->key, value) &&
                    repeat_scenario(repeat, scenario, manifest->sweep->scenario_text, error);
    scenario_free(scenario);
    return good;
}

/* Only keys that name files: a sweep may have a million points. */
static gboolean add_key(struct repeat *repeat, const struct manifest *manifest, const struct sweep_key *key,
                        GError **error)
{
    const struct key_type *type = variation_row(key->key)->type;
    if (type != &key_source && type != &key_profile)
        return TRUE;
    for (guint i = 0; i < key->values->len; i++)
        if (!add_value(repeat, manifest, key, g_ptr_array_index(key->values, i), error))
            return FALSE;
    return TRUE;
}

static gboolean add_first(struct repeat *repeat, const struct manifest *manifest, GError **error)
{
    struct scenario *scenario = manifest_scenario(manifest, 0, error);
    gboolean good = scenario && repeat_scenario(repeat, scenario, manifest->sweep->scenario_text, error);
    scenario_free(scenario);
    return good;
}

gboolean sweep_inputs(struct repeat *repeat, const struct manifest *manifest, GError **error)
{
    const struct sweep *sweep = manifest->sweep;
    if (sweep->question)
        repeat_question(repeat, sweep->question);
    if (!repeat_file(repeat, sweep->path, NULL, error) || !add_first(repeat, manifest, error))
        return FALSE;
    for (guint i = 0; i < sweep->axes->len; i++) {
        const struct sweep_axis *axis = g_ptr_array_index(sweep->axes, i);
        for (guint k = 0; k < axis->keys->len; k++)
            if (!add_key(repeat, manifest, g_ptr_array_index(axis->keys, k), error))
                return FALSE;
    }
    return TRUE;
}
