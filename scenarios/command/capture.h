/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_CAPTURE_H
#define COMMAND_CAPTURE_H

/* Captures of a run: an observer that takes each packet's bytes where the NIC reads them and writes them at every point
 * that the packet passes, in the order of (time, point, server or device, packet). A packet waits until nothing earlier
 * can come, so memory holds what is on its way and no more. */

#include "capture_points.h"
#include "weft/train.h"

enum { CAPTURE_MAX_SNAP_BYTES = 262144 }; /* more is refused by readers */

/* What is captured, and where to. */
struct capture_request {
    const struct capture_interfaces *interfaces;
    uint32_t snap_bytes;   /* of each frame, 1 .. CAPTURE_MAX_SNAP_BYTES */
    int pcapng_fd;         /* -1: no pcapng */
    const int *classic_fd; /* by interface; NULL: no classic pcap */
};

struct capture;
/* Borrows the setup, whose network must have frames, and the request; the descriptors stay open. The caller frees. */
struct capture *capture_new(const struct weft_setup *setup, const struct capture_request *request);
void capture_free(struct capture *capture);
struct weft_watch capture_watch(struct capture *capture);

/* After the run: statistics, and what is still buffered. FALSE and an error if a file could not be written or packets
 * are missing, which a back end would have to answer for. */
gboolean capture_finish(struct capture *capture, GError **error);

#endif
