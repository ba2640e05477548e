/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_SIMGRID_LOADER_H
#define WEFT_SIMGRID_LOADER_H

/* SimGrid's engine and platform, where a back end owns them: once a process. */

#include "weft/setup.h"

/* What is printed, which is errors only, begins with WEFT_PLATFORM_SAYS. `precision_s`: what SimGrid takes for one instant, as its option surf/precision wants it. Transfers take exactly size /
 * bandwidth + latency. */
void weft_simgrid_engine_start(const char *precision_s);

/* Load the setup's platform, its own or one made of it; names must have passed weft_simgrid_names_check(). WEFT_FAILED with
 * a text. */
int weft_simgrid_engine_load(const struct weft_setup *setup, struct weft_error *error);

/* Load a user's platform from its XML text. The plugin for load, and that for `energy`, are there before its hosts are. That
 * ends the process over a host that works and has no power. SimGrid ends it if the text is no platform. */
int weft_simgrid_engine_load_users(const char *platform, bool energy, struct weft_error *error);

#endif
