/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_THEORY_BOUND_H
#define COMMAND_THEORY_BOUND_H

/* What a port of a scenario can hold at most, from how its streams leave their servers. */

#include "weft/departures.h"

#include <glib.h>

/* The streams of a setup by device, and by server among those of one device. */
struct theory_routes {
    uint32_t *stream; /* all streams in that order */
    uint32_t *first;  /* of device d: stream[first[d]] .. stream[first[d + 1] - 1] */
};
/* The caller clears. */
void theory_routes_init(struct theory_routes *routes, const struct weft_setup *setup);
void theory_routes_clear(struct theory_routes *routes);

/* Network calculus: most frame bytes that the port before `device` can hold at an instant, until `horizon_ps`. A stream's
 * packets are due one in a packet time (media: as many as fall due in an interval at most), and leave as much closer to
 * each other as its jitter says; those of one server are apart by its link. With the packet that is being sent, which
 * is held whole. Port and packets as the fabric has them: store and forward, one switch. */
uint64_t theory_bound_bytes(const struct weft_setup *setup, const struct theory_routes *routes,
                            const struct weft_departure_report *departures, uint32_t device,
                            weft_ps horizon_ps);

#endif
