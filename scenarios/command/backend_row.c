/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows of the table of back ends: found, described, loaded. */

#include "backends.h"
#include "failure.h"
#include "modules.h"

#include <string.h>

const struct backend_row *backends_find(const char *name)
{
    for (size_t i = 0; backends[i]; i++)
        if (strcmp(backends[i]->name, name) == 0)
            return backends[i];
    return NULL;
}

char *backends_names(void)
{
    GString *names = g_string_new(NULL);
    for (size_t i = 0; backends[i]; i++)
        g_string_append_printf(names, "%s%s", i ? ", " : "", backends[i]->name);
    return g_string_free(names, FALSE);
}

static bool is_built(const struct backend_row *row)
{
    if (row->builtin)
        return true;
    g_autofree char *path = module_path(row->module);
    return path != NULL;
}

char *backend_state(const struct backend_row *row)
{
    if (row->builtin)
        return g_strdup("built in");
    return is_built(row) ? g_strdup("module") : g_strdup_printf("not built, install %s", row->package);
}

char *backend_promise(const struct backend_row *row)
{
    return row->tolerance_ps == 0 ? g_strdup("exact")
                                  : g_strdup_printf("within %" G_GUINT64_FORMAT " ps", row->tolerance_ps);
}

gboolean backend_check(const struct backend_row *row, GError **error)
{
    if (is_built(row))
        return TRUE;
    return failure(error, STATUS_INPUT, "weft: back end %s: not built, install %s", row->name, row->package);
}

const struct weft_backend *backend_load(const struct backend_row *row, GError **error)
{
    if (row->builtin)
        return row->builtin;
    void *address = module_symbol(row->module, WEFT_BACKEND_SYMBOL, row->package, error);
    if (!address) {
        g_prefix_error(error, "weft: back end %s: ", row->name);
        return NULL;
    }
    weft_backend_entry *entry;
    memcpy(&entry, &address, sizeof entry); /* ISO C has no cast from object to function pointers */
    const struct weft_backend *backend = entry();
    if (backend->version == WEFT_BACKEND_VERSION)
        return backend;
    failure(error, STATUS_FAILED, "weft: back end %s: is of another version", row->name);
    return NULL;
}
