/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists of names, read. */

#include "choices.h"

#include "backends.h"
#include "failure.h"
#include "policies.h"

char **choices_split(const char *where, const char *list, GError **error)
{
    char **parts = g_strsplit(list, ",", -1);
    for (guint i = 0; parts[i]; i++)
        g_strstrip(parts[i]);
    for (guint i = 0; parts[i]; i++)
        if (!*parts[i]) {
            failure(error, STATUS_INPUT, "%s: \"%s\" has an empty part; allowed: A,B,...", where, list);
            g_strfreev(parts);
            return NULL;
        }
    if (!parts[0]) {
        failure(error, STATUS_INPUT, "%s: is empty; allowed: A,B,...", where);
        g_clear_pointer(&parts, g_strfreev);
    }
    return parts;
}

static gboolean add_once(GPtrArray *rows, const void *row, const char *where, const char *name,
                         GError **error)
{
    if (g_ptr_array_find(rows, row, NULL))
        return failure(error, STATUS_INPUT, "%s: \"%s\" stands there twice; allowed: each once", where, name);
    g_ptr_array_add(rows, (void *)row);
    return TRUE;
}

gboolean choices_methods(GPtrArray *methods, const char *where, const char *list, GError **error)
{
    const void *row;
    for (size_t i = 0; !list && (row = policy_methods.row(i)); i++)
        g_ptr_array_add(methods, (void *)row);
    if (!list)
        return TRUE;
    g_auto(GStrv) names = choices_split(where, list, error);
    gboolean good = names != NULL;
    for (guint i = 0; good && names[i]; i++) {
        row = policy_find(&policy_methods, names[i]);
        if (!row) {
            g_autofree char *allowed = policy_names(&policy_methods);
            return failure(error, STATUS_INPUT, "%s: unknown method \"%s\"; allowed: %s", where, names[i],
                           allowed);
        }
        good = add_once(methods, row, where, names[i], error);
    }
    return good;
}

gboolean choices_backends(GPtrArray *rows, const char *where, const char *list, GError **error)
{
    g_auto(GStrv) names = choices_split(where, list, error);
    gboolean good = names != NULL;
    for (guint i = 0; good && names[i]; i++) {
        const struct backend_row *row = backends_find(names[i]);
        if (!row) {
            g_autofree char *allowed = backends_names();
            return failure(error, STATUS_INPUT, "%s: unknown back end \"%s\"; allowed: %s", where, names[i],
                           allowed);
        }
        good = backend_check(row, error) && add_once(rows, row, where, names[i], error);
    }
    return good;
}
