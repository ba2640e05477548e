/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_SIMGRID_PLATFORM_H
#define WEFT_SIMGRID_PLATFORM_H

/* The setup's nodes and links as a SimGrid platform. */

#include "weft/simgrid.h"

#include <simgrid/forward.h>

/* Of names KIND.NAME, in a platform made of the setup. */
#define WEFT_SIMGRID_SERVER_KIND "server"
#define WEFT_SIMGRID_SWITCH_KIND "switch"
#define WEFT_SIMGRID_TRUNK_KIND  "trunk"
#define WEFT_SIMGRID_DEVICE_KIND "device"

/* The SimGrid host of server `server`; NULL if the platform has none. */
sg_host_t weft_simgrid_server_host(const struct weft_setup *setup, uint32_t server);
/* Likewise of a switch. */
sg_host_t weft_simgrid_switch_host(const struct weft_setup *setup, uint32_t switch_index);

/* WEFT_FAILED with a text if the loaded platform differs from the setup. */
int weft_simgrid_platform_check(const struct weft_setup *setup, struct weft_error *error);

/* The same for the routes of a user's platform, which are there only once the simulation has begun: by an actor. */
int weft_simgrid_ways_check(const struct weft_setup *setup, struct weft_error *error);

#endif
