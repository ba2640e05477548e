/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_ARRIVALS_H
#define WEFT_ARRIVALS_H

/* How streams come to the ports on their ways: what theory needs to know of a port's input, apart from the scenario. An
 * observer; it sees every packet, those of the warm-up too. */

#include "weft/routes.h"
#include "weft/train.h"

WEFT_BEGIN_DECLS

/* Of one stream, or source of background traffic, at one port. Instants are those of the last bit in the port's switch. */
struct weft_arrival_report {
    uint64_t packets; /* that came there */
    /* Instant less the one at which the packet is due, least and most: below 0 where it was read ahead. Their difference
     * is the stream's jitter. */
    int64_t earliest_ps, latest_ps;
    weft_ps least_gap_ps; /* from one packet to the next one; WEFT_NEVER: there is one at most */
    /* At the first port: packets before which the server's link, or a shaper before it, was idle although a packet of the
     * same interval, of any of its streams, had gone before. None: each call was sent back to back. */
    uint64_t idle_before;
};

struct weft_arrivals;
/* Borrows the setup. The caller frees. */
struct weft_arrivals *weft_arrivals_new(const struct weft_setup *setup);
void weft_arrivals_free(struct weft_arrivals *arrivals);
/* What a back end calls; borrows the observer. */
struct weft_watch weft_arrivals_watch(struct weft_arrivals *arrivals);

/* A report for each place of `routes->port`: streams, then sources of background traffic (without jitter), one after the other, ports of each in the order of its way; as one
 * block without pointers. Owned by the observer. */
const struct weft_arrival_report *weft_arrivals_reports(const struct weft_arrivals *arrivals);
const struct weft_routes *weft_arrivals_routes(const struct weft_arrivals *arrivals);

WEFT_END_DECLS

#endif
