/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_CHOICES_H
#define COMMAND_CHOICES_H

/* Lists of names, "A,B,C", as options and keys have them. `where` is what errors begin with. */

#include <glib.h>

/* The parts; an empty one is an error. The caller frees with g_strfreev. */
char **choices_split(const char *where, const char *list, GError **error);

/* The methods of a list, each once, or all of them where it is NULL, to `methods`, of const struct weft_method *. */
gboolean choices_methods(GPtrArray *methods, const char *where, const char *list, GError **error);

/* The back ends of a list, each built and there once, to `rows`, of const struct backend_row *. */
gboolean choices_backends(GPtrArray *rows, const char *where, const char *list, GError **error);

#endif
