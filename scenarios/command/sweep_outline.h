/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_SWEEP_OUTLINE_H
#define COMMAND_SWEEP_OUTLINE_H

/* What a sweep would do. */

#include "sweep_merge.h"

/* Print which points there are, how many of the shard's have no result in the directory, and how long these may take: as long as those of
 * them that are run for a second, without a trace. Nothing is written; the directory may be missing. FALSE and an error. */
gboolean sweep_outline(struct manifest *manifest, const char *directory, const struct sweep_shard *shard,
                       guint jobs, GError **error);

#endif
