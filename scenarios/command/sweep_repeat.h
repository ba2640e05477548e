/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_SWEEP_REPEAT_H
#define COMMAND_SWEEP_REPEAT_H

/* What it takes to repeat a sweep. */

#include "repeat.h"
#include "sweep_manifest.h"

/* The sweep's file, its scenario, and the files that any point reads. */
gboolean sweep_inputs(struct repeat *repeat, const struct manifest *manifest, GError **error);

#endif
