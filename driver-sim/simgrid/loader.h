/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_SIMGRID_LOADER_H
#define WEFT_SIMGRID_LOADER_H

/* SimGrid's engine and platform, where a back end owns them: once a process. */

#include "weft/setup.h"

/* `precision_s`: what SimGrid takes for one instant, as its option surf/precision wants it. Transfers take exactly size /
 * bandwidth + latency, and nothing is printed that is not fatal. */
void weft_simgrid_engine_start(const char *precision_s);

/* Load the setup's platform; names must have passed weft_simgrid_names_check(). WEFT_FAILED with a text. */
int weft_simgrid_engine_load(const struct weft_setup *setup, struct weft_error *error);

#endif
