/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_REFERENCE_H
#define WEFT_REFERENCE_H

#include "weft/backend.h"

WEFT_BEGIN_DECLS

/* A loop over hosts, no simulator: runs any number of times in a process. */
extern const struct weft_backend weft_backend_reference;

WEFT_END_DECLS

#endif
