/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding and loading modules. */

#include "modules.h"

#include "failure.h"

#include <gmodule.h>

char *executable_directory(void)
{
    g_autofree char *path = g_file_read_link("/proc/self/exe", NULL);
    return path ? g_path_get_dirname(path) : g_strdup(".");
}

char *module_path(const char *name)
{
    g_autofree char *directory = executable_directory();
    char *beside = g_build_filename(directory, name, NULL);
    if (g_file_test(beside, G_FILE_TEST_EXISTS))
        return beside;
    g_free(beside);
    char *installed = g_build_filename(directory, WEFT_MODULES_INSTALLED, name, NULL);
    if (g_file_test(installed, G_FILE_TEST_EXISTS))
        return installed;
    g_free(installed);
    return NULL;
}

void *module_symbol(const char *name, const char *symbol, const char *package, GError **error)
{
    g_autofree char *path = module_path(name);
    if (!path) {
        failure(error, STATUS_INPUT, "not built, install %s", package);
        return NULL;
    }
    GModule *module = g_module_open(path, G_MODULE_BIND_LOCAL);
    void *address = NULL;
    if (!module || !g_module_symbol(module, symbol, &address)) {
        failure(error, STATUS_FAILED, "%s cannot be loaded: %s", name, g_module_error());
        return NULL;
    }
    g_module_make_resident(module);
    return address;
}
