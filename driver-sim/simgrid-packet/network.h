/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_SIMGRID_PACKET_NETWORK_H
#define WEFT_SIMGRID_PACKET_NETWORK_H

/* Links, ports and background sources, each of which has at most one event ahead of it. Whoever drives them (SimGrid, by
 * an actor for each) says when that happens. It says nothing of order: events must happen by instant, and of those at one
 * instant departures before arrivals, arrivals by servers, trunks and background sources, each by number: that is the
 * order of the stations' numbers.
 *
 * Station, and its event:
 *   port k, of the setup's ports                      the last bit of the packet that it sends has left
 *   ports + s, the link from server s                 its next packet is in its port of the switch (last bit in, but for
 *                                                     what cuts through)
 *   ports + servers + t, the link of trunk t          the same
 *   ports + servers + trunks + b, source b            the same
 * What a port sends to a device has no event of its own there: a device keeps nothing, and its instant is that of the
 * departure and the delay. */

#include "common/reports.h"

/* Told when it is known when the next event of a station, which has none ahead, is. */
typedef void hop_awaits(void *ctx, uint32_t station, weft_ps at_ps);

struct hop_network;
/* WEFT_INVALID with a text if a switch has a rule that is not known here. Pure. */
int hop_network_check(const struct weft_setup *setup, struct weft_error *error);
/* Of a setup that has passed. Borrows the setup, the reports and `ctx`; tells of the sources' first events. The caller
 * frees. */
struct hop_network *hop_network_new(const struct weft_setup *setup, struct weft_reports *reports,
                                    hop_awaits *awaits, void *ctx);
void hop_network_free(struct hop_network *network);

uint32_t hop_network_stations(const struct hop_network *network);
/* No packet that goes onto a server's link at an instant is in its port before so much later: at least 1. */
weft_ps hop_network_ahead(const struct hop_network *network);

/* Packets that leave server `server`, as weft_host_take() gives them; in order per server. */
void hop_network_give(struct hop_network *network, uint32_t server, const struct weft_train *train);
/* The event of a station that has one, at its instant. */
void hop_network_happen(struct hop_network *network, uint32_t station, weft_ps at_ps);

#endif
