/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the command finds in a module: one back end, which the build names. */

#include "backend.h"

const struct weft_backend *weft_backend(void);

const struct weft_backend *weft_backend(void)
{
    return &WEFT_NS3_MODULE_BACKEND;
}
