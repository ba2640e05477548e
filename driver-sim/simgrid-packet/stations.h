/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_SIMGRID_PACKET_STATIONS_H
#define WEFT_SIMGRID_PACKET_STATIONS_H

/* An actor for each station of the network, on the SimGrid host of its server or switch: it sleeps until its station's next
 * event, and then lets it happen. */

#include "common/reports.h"

struct hop_stations;
/* Starts the actors. Borrows setup and reports. `next_step`: the next instant at which any server is stepped, WEFT_NEVER
 * when all are over. Not to be freed before the simulation is over. */
struct hop_stations *hop_stations_new(const struct weft_setup *setup, struct weft_reports *reports,
                                      weft_ps (*next_step)(const void *ctx), const void *ctx);
void hop_stations_free(struct hop_stations *stations);

/* Packets that leave a server; in order per server. Does not wait. */
void hop_stations_give(struct hop_stations *stations, uint32_t server, const struct weft_train *train);
/* Wake whom that concerns. Waits as actors do, likewise the next two. */
void hop_stations_go_on(struct hop_stations *stations);
/* All servers are over: when nothing is on its way any more, the actors end. */
void hop_stations_end(struct hop_stations *stations);
/* The run has failed, for a reason of which `text` tells: the actors end when they run next. The first text counts. */
void hop_stations_fail(struct hop_stations *stations, const char *text);

/* After the simulation. WEFT_FAILED with a text, if it failed or has not come to its end. */
int hop_stations_finish(const struct hop_stations *stations, struct weft_error *error);

#endif
