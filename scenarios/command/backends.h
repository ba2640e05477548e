/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_BACKENDS_H
#define COMMAND_BACKENDS_H

/* The back ends that the command knows. A row stays here even where its module was not built. */

#include "weft/backend.h"

#include <glib.h>

struct backend_row {
    const char *name, *help;
    const struct weft_backend *builtin; /* NULL: in a module */
    const char *module, *package;       /* file of the module; what to install so that it is built */
    bool process;                       /* runs once a process: in a child of its own */
    weft_ps tolerance_ps; /* its instants are the model's within this; 0: exactly (a row that says nothing) */
};
extern const struct backend_row *const backends[]; /* ends with NULL */

const struct backend_row *backends_find(const char *name);
/* "reference, simgrid". The caller frees with g_free. */
char *backends_names(void);
/* "built in", "module", "not built, install PACKAGE". The caller frees with g_free. */
char *backend_state(const struct backend_row *row);
/* "exact", "within 1 ps": what its instants are held to. The caller frees with g_free. */
char *backend_promise(const struct backend_row *row);

/* Is it there? The module is not loaded. */
gboolean backend_check(const struct backend_row *row, GError **error);
const struct weft_backend *backend_load(const struct backend_row *row, GError **error);

#endif
