/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_ROUTES_H
#define WEFT_ROUTES_H

/* Static routes over the trunks of a setup. */

#include "weft/setup.h"

WEFT_BEGIN_DECLS

/* Streams, and behind them sources of background traffic. */
static inline uint32_t weft_setup_flows(const struct weft_setup *setup)
{
    return setup->streams + setup->sources;
}

/* The way of flow f: ports port[first[f]] .. port[first[f + 1] - 1]. The first is a port of the switch behind its server's
 * or its own link, each next one of the switch behind the one before, the last is that of its device, or where a source
 * ends; no switch is met twice. */
struct weft_routes {
    uint32_t *first; /* flows + 1 */
    uint32_t *port;
};

/* The ways in force: those that the setup brings, or the shortest, counted in switches. Of equally short ways, in the
 * order of their first ports, then the second ones and so on, those to a port take number (its place among the ports of its
 * switch) modulo how many there are: deterministic, and what goes to neighbours goes different ways. All that goes from one
 * switch to one port goes the same way, so packets do not overtake each other.
 * Indices of the setup must be in range. WEFT_INVALID with a text if an end cannot be reached, or a way of the setup's
 * own is none; then there is nothing to clear. */
int weft_routes_new(const struct weft_setup *setup, struct weft_routes *out, struct weft_error *error);
void weft_routes_clear(struct weft_routes *routes);

/* Ports on the longest of the first `flows` ways, at least 1. */
uint32_t weft_routes_longest(const struct weft_routes *routes, uint32_t flows);

WEFT_END_DECLS

#endif
