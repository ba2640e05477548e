/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SETUP_NAMES_H
#define SETUP_NAMES_H

#include "weft/setup.h"

/* WEFT_INVALID if two of a kind have one name, or one has none. */
int weft_names_check(const struct weft_setup *setup, struct weft_error *error);

#endif
