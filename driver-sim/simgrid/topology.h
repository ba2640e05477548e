/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_SIMGRID_TOPOLOGY_H
#define WEFT_SIMGRID_TOPOLOGY_H

/* The network of weft in a platform's routes. */

#include "weft/platform.h"

#include <simgrid/forward.h>

enum weft_simgrid_role {
    WEFT_SIMGRID_SERVER,
    WEFT_SIMGRID_SWITCH,
    WEFT_SIMGRID_DEVICE,
    WEFT_SIMGRID_OTHER /* none, or none that is known */
};

struct weft_simgrid_node {
    sg_host_t host;
    const char *name;
    enum weft_simgrid_role role;
};

/* Tell the sink every way between the nodes, as weft/platform.h says. WEFT_INVALID and a text: they are none that weft can
 * model. */
int weft_simgrid_topology(const struct weft_simgrid_node *node, uint32_t nodes,
                          const struct weft_platform_sink *sink, struct weft_error *error);

#endif
