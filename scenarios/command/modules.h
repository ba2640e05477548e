/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_MODULES_H
#define COMMAND_MODULES_H

/* Modules: parts that need a library of their own and are loaded on use. */

#include <glib.h>

/* Path of module `name` ("weft-media.so"): beside the executable, or where it is installed, in ../lib/weft
 * from there; NULL if it was not built. The caller frees with g_free. */
char *module_path(const char *name);

/* The function `symbol` of the module, which stays loaded. NULL and an error: not built ("install PACKAGE"),
 * or built and not loadable. */
void *module_symbol(const char *name, const char *symbol, const char *package, GError **error);

/* Directory of the running executable. The caller frees with g_free. */
char *executable_directory(void);

#endif
