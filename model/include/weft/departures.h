/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DEPARTURES_H
#define WEFT_DEPARTURES_H

/* How streams leave their servers: what theory needs to know of a switch's input, apart from the scenario. An observer;
 * it sees every packet, those of the warm-up too. */

#include "weft/setup.h"
#include "weft/train.h"

struct weft_departure_report {
    uint64_t packets; /* that went onto the server's link */
    /* Last bit on that link less the instant at which the packet is due, least and most: below 0 where it was read
     * ahead. Their difference is the stream's jitter. */
    int64_t earliest_ps, latest_ps;
    weft_ps
        least_gap_ps; /* last bit to last bit of one packet and the next one; WEFT_NEVER: there is one at most */
    /* Packets before which the server's link was idle although a packet of the same interval, of any of its streams,
     * had gone before: the call was not sent back to back. */
    uint64_t idle_before;
};

struct weft_departures;
/* Borrows the setup. The caller frees. */
struct weft_departures *weft_departures_new(const struct weft_setup *setup);
void weft_departures_free(struct weft_departures *departures);
/* What a back end calls; borrows the observer. */
struct weft_watch weft_departures_watch(struct weft_departures *departures);

/* One report a stream, as one block without pointers. Owned by the observer. */
const struct weft_departure_report *weft_departures_reports(const struct weft_departures *departures);

#endif
