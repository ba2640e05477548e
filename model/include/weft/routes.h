/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_ROUTES_H
#define WEFT_ROUTES_H

/* Static routes over the trunks of a setup. */

#include "weft/setup.h"

/* The way of stream s: ports port[first[s]] .. port[first[s + 1] - 1]. The first is a port of the switch behind its
 * server, each next one of the switch behind the one before, the last is that of its device; no switch is met twice. */
struct weft_routes {
    uint32_t *first; /* streams + 1 */
    uint32_t *port;
};

/* The ways in force: those that the setup brings, or the shortest, counted in switches. Of equally short ways, in the
 * order of their first ports, then the second ones and so on, a device takes number (its place among the devices of its
 * switch) modulo how many there are: deterministic, and neighbours go different ways. Every stream to one device from one
 * switch goes the same way, so packets do not overtake each other.
 * Indices of the setup must be in range. WEFT_INVALID with a text if a device cannot be reached, or a way of the setup's
 * own is none; then there is nothing to clear. */
int weft_routes_new(const struct weft_setup *setup, struct weft_routes *out, struct weft_error *error);
void weft_routes_clear(struct weft_routes *routes);

/* Ports on the longest of the ways, at least 1. */
uint32_t weft_routes_longest(const struct weft_routes *routes, uint32_t streams);

#endif
