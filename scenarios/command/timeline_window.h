/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_TIMELINE_WINDOW_H
#define COMMAND_TIMELINE_WINDOW_H

/* What of a run a timeline shows: the first whole interval of one server, so much of it that a burst is seen to come and go,
 * and the ports of the first devices that get something of it. Taken from the scenario alone, so that it is the same whatever the
 * method and the back end. */

#include "weft/setup.h"

enum { TIMELINE_PORTS = 4, TIMELINE_LEAST_PACKETS = 40, TIMELINE_MOST_PACKETS = 400 };

struct timeline_window {
    uint32_t server;               /* that of the first stream */
    weft_ps interval_ps, begin_ps; /* the interval, and when it is written: the window begins then */
    weft_ps until_ps;              /* not part of the window */
    uint32_t ports, port[TIMELINE_PORTS];
};

/* The interval is the first that begins at or after warm-up when all streams of the server have begun, and ends before the run
 * does; else the last that does; with live streams it is written when it ends. The ports are those of the first devices in
 * the order of the server's streams. The window lasts as long as the link needs for all that is due in the interval for streams to these
 * ports, back to back, and the slowest of the ports for the most that is due for one stream; but no shorter and no longer than the
 * link needs for TIMELINE_LEAST_PACKETS and TIMELINE_MOST_PACKETS of the server's smallest packets, and no longer than an
 * interval. */
struct timeline_window timeline_window_of(const struct weft_setup *setup);

#endif
