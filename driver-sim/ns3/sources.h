/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_SIM_NS3_SOURCES_H
#define WEFT_DRIVER_SIM_NS3_SOURCES_H

/* Background traffic of a setup, handed to its links in ns-3: each packet when the one before it has come into its switch, so
 * no queue grows where a pattern sends faster than its link. */

#include "weft/ns3.h"
#include "weft/setup.h"

struct weft_ns3_sources;
/* The sources of a setup whose network is in `sim`. The caller frees. */
struct weft_ns3_sources *weft_ns3_sources_new(const struct weft_setup *setup, struct weft_ns3 *sim);
void weft_ns3_sources_free(struct weft_ns3_sources *sources);

/* The first packet of each. */
int weft_ns3_sources_begin(struct weft_ns3_sources *sources, struct weft_error *error);
/* A packet came into a switch. If it is the first switch of a packet of background traffic, its source sends the next
 * one. */
int weft_ns3_sources_came(struct weft_ns3_sources *sources, const struct weft_ns3_hop *hop,
                          struct weft_error *error);

#endif
