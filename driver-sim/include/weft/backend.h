/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_BACKEND_H
#define WEFT_BACKEND_H

/* A back end owns clock and loop; it reports packets to observers and computes no metric. */

#include "weft/setup.h"
#include "weft/train.h"

WEFT_BEGIN_DECLS

enum { WEFT_BACKEND_VERSION = 4 };

struct weft_backend {
    uint32_t version; /* WEFT_BACKEND_VERSION */
    const char *name, *help;
    /* May be NULL; must say what it cannot do: WEFT_INVALID and a text. Called before run, with a checked
     * setup. */
    int (*refuse)(const struct weft_setup *setup, struct weft_error *error);
    /* Must run the checked setup to its end and call every watch as train.h says. WEFT_FAILED and a text if
     * the simulator fails. A simulator back end runs at most once a process; the caller forks. */
    int (*run)(const struct weft_setup *setup, const struct weft_watch *watch, size_t watches,
               struct weft_error *error);
};

/* A GModule with a back end exports one of these. */
#define WEFT_BACKEND_SYMBOL "weft_backend"
typedef const struct weft_backend *weft_backend_entry(void);

WEFT_END_DECLS

#endif
