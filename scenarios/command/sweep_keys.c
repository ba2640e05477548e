/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which keys of a scenario a sweep may set: those of a run, each once. */

#include "failure.h"
#include "scenario.h"
#include "sweep.h"
#include "variation.h"

#include <string.h>

/* Of a key that is none: a known group says which keys it has. */
static gboolean unknown_key(const char *origin, const char *key, GError **error)
{
    const char *last = strrchr(key, '.');
    enum group_kind kind = groups_find(key, strcspn(key, " ."));
    if (last && kind < GROUP_KINDS)
        return scenario_find_key(kind, last + 1, origin, error) != NULL;
    return failure(error, STATUS_INPUT,
                   "%s: %s: unknown key; allowed: GROUP.KEY or GROUP.NAME.KEY as in weft list keys", origin,
                   key);
}

/* Points have their own way to say these, and the others must be keys that a run depends on. */
static gboolean may_set(const char *origin, const char *key, GError **error)
{
    const struct key_row *row = variation_row(key);
    if (!row)
        return unknown_key(origin, key, error);
    if (row->group == GROUP_COMPARE || row->type == &key_remark)
        return failure(error, STATUS_INPUT, "%s: %s: changes no run; allowed: keys of other groups", origin,
                       key);
    if (row == keys_find(GROUP_WRITE, "method"))
        return failure(error, STATUS_INPUT, "%s: %s: is set by sweep.methods; allowed: other keys", origin,
                       key);
    if (row == keys_find(GROUP_SCENARIO, "replications"))
        return failure(error, STATUS_INPUT, "%s: %s: is set by sweep.replications; allowed: other keys",
                       origin, key);
    return TRUE;
}

/* GROUP.KEY, of all groups of the kind. */
static bool is_general(const char *key)
{
    return strchr(key, ' ') == NULL && strchr(key, '.') == strrchr(key, '.');
}

/* A key is set after another one in each point: of one group, it may differ from what all have. Nothing else may set what is set already, for
 * then a value would stand in the results that no run had. */
static gboolean goes_with(const char *earlier, bool varied, const char *origin, const char *key,
                          GError **error)
{
    if (strcmp(earlier, key) == 0)
        return failure(error, STATUS_INPUT, "%s: %s: is set in another group already; allowed: each key once",
                       origin, key);
    bool same = variation_row(earlier) == variation_row(key) && is_general(earlier) != is_general(key);
    return !same || (is_general(earlier) && !varied) ||
           failure(error, STATUS_INPUT, "%s: %s: sets what %s sets, too; allowed: one of the two", origin,
                   key, earlier);
}

gboolean sweep_key_check(const struct sweep *sweep, const char *origin, const char *key, GError **error)
{
    if (!may_set(origin, key, error))
        return FALSE;
    for (guint i = 0; i < sweep->settings->len; i++) {
        const struct sweep_setting *setting = g_ptr_array_index(sweep->settings, i);
        if (!goes_with(setting->key, false, origin, key, error))
            return FALSE;
    }
    for (guint i = 0; i < sweep->axes->len; i++) {
        const struct sweep_axis *axis = g_ptr_array_index(sweep->axes, i);
        for (guint k = 0; k < axis->keys->len; k++) {
            const struct sweep_key *earlier = g_ptr_array_index(axis->keys, k);
            if (!goes_with(earlier->key, true, origin, key, error))
                return FALSE;
        }
    }
    return TRUE;
}
