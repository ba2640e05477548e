/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_SIM_NS3_NETWORK_H
#define WEFT_DRIVER_SIM_NS3_NETWORK_H

/* The network of a setup in ns-3. */

#include "weft/ns3.h"
#include "weft/setup.h"

/* What ns-3 gets to know of the setup: WEFT_INVALID with a text if it cannot do some of it with such links. */
int weft_ns3_network_check(const struct weft_setup *setup, enum weft_ns3_links links,
                           struct weft_error *error);

/* Bytes of a frame that no descriptor carries. */
uint32_t weft_ns3_network_check_bytes(const struct weft_setup *setup);

/* Switches, servers, sources, ports and flows of a checked setup, with its numbers; flow `streams + b` is that of source
 * b. */
int weft_ns3_network_add(const struct weft_setup *setup, struct weft_ns3 *sim, struct weft_error *error);

#endif
