/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_PROFILE_FILE_H
#define COMMAND_PROFILE_FILE_H

/* Cost profiles of the user's own, as key files:
 *
 *     [profile]
 *     help = what machine it is
 *     memory = skylake-sp          (of `weft list memories`; left out: its base's, or none)
 *     base = modern-x86            (where events that the file leaves out have their prices from)
 *
 *     [copied_bytes]               (an event of `weft list profiles`)
 *     low = 0.03 cycles
 *     typical = 0.22 cycles
 *     high = 0.29 cycles
 *     source = where the numbers come from
 *     confidence = high            (or medium, or low)
 *
 * and, of prices that were measured, a group [measured]: provenance.h. */

#include "provenance.h"
#include "weft/cost.h"

#include <glib.h>

/* The profile in `path`, named by the file; NULL and an error "PATH:LINE: EVENT.KEY: ...". The caller frees. */
struct weft_profile *profile_file_load(const char *path, GError **error);
/* Where the prices of such a profile were measured; NULL: its file does not say. */
const struct provenance *profile_file_measured(const struct weft_profile *profile);
/* A copy of a profile, with its own prices and the texts of the original, which has to live as long; `measured`: where the
 * prices are from, or NULL. Freed likewise. */
struct weft_profile *profile_file_copy(const struct weft_profile *profile, const struct provenance *measured);
void profile_file_free(struct weft_profile *profile);

#endif
