/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_SIMGRID_WAYS_H
#define WEFT_SIMGRID_WAYS_H

/* Routes of a platform, and what they mean as links of weft. */

#include "weft/base.h"

#include <simgrid/forward.h>

/* The links from one host to another, in order; none: there is no route. */
struct weft_simgrid_route {
    sg_link_t *link;
    uint32_t links;
};
/* Asks SimGrid, which ends the process in a zone with Dijkstra's or Floyd's routing where there is no route. The caller
 * frees with weft_simgrid_route_clear(). */
struct weft_simgrid_route weft_simgrid_route_find(sg_host_t from, sg_host_t to);
void weft_simgrid_route_clear(struct weft_simgrid_route *route);

/* SimGrid keeps doubles in bytes and seconds. The whole number that `value` is but for the rounding of a few operations
 * (4 units in the last place); false: there is none, or it does not fit. */
bool weft_simgrid_whole(double value, uint64_t *out);

/* The least bandwidth of the route's links and the sum of their latencies (weft/platform.h); it has links. WEFT_INVALID and
 * a text that begins with "link NAME: " where these are no whole bit/s or picoseconds. */
int weft_simgrid_route_read(const struct weft_simgrid_route *route, uint64_t *bps, weft_ps *delay_ps,
                            struct weft_error *error);

#endif
