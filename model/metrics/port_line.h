/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_METRICS_PORT_LINE_H
#define WEFT_METRICS_PORT_LINE_H

/* What a packet touches of its port when it comes to a switch: one cache line. Sums here are what came since the last
 * weft_port_line_flush(); the results of the port are far wider, and read seldom. */

#include "weft/metrics.h"

enum { WEFT_PORT_LINE_BYTES = 64 };

struct weft_port_line {
    /* The frame that was alone in the port when it came last: when it leaves or has left, and what is stored of it. Both are
     * struct weft_occupancy's when it holds the port's frames: out_ps is WEFT_NEVER then. */
    weft_ps out_ps;
    uint32_t frame_bytes;
    uint32_t switch_index;
    weft_u128 byte_ps; /* of frames that came when the port was empty */
    /* That they were alone, to their ends; modulo 2^64, as what is taken back may be more. */
    weft_ps alone_ps;
    weft_ps window_ps;            /* load balance: the end of the last window in which something came, */
    uint32_t packets, peak_bytes; /* (of frames that were alone: how many, and the largest) */
    uint64_t window_bytes;        /* and frame bytes that came in it */
};
static_assert(sizeof(struct weft_port_line) == WEFT_PORT_LINE_BYTES, "a line of most processors' caches");

/* A frame of which `bytes` are stored finds its port empty. */
static inline void weft_port_line_pass(struct weft_port_line *line, weft_ps in_ps, weft_ps out_ps,
                                       uint32_t bytes)
{
    line->out_ps = out_ps;
    line->frame_bytes = bytes;
    line->alone_ps += out_ps - in_ps;
    line->byte_ps += (weft_u128)bytes * (out_ps - in_ps);
    line->packets++;
    if (bytes > line->peak_bytes)
        line->peak_bytes = bytes;
}

/* Add a line's sums to the port's results and begin anew. The result is the largest instant that the line knows of. */
static inline weft_ps weft_port_line_flush(struct weft_port_line *line, struct weft_port_result *result)
{
    if (line->packets > 0) {
        result->forwarded_packets += line->packets;
        result->byte_ps += line->byte_ps;
        result->peak_packets = result->peak_packets > 0 ? result->peak_packets : 1;
        if (line->peak_bytes > result->peak_frame_bytes)
            result->peak_frame_bytes = line->peak_bytes;
        line->packets = 0;
        line->byte_ps = 0;
    }
    result->held_ps[1] += line->alone_ps;
    line->alone_ps = 0;
    return line->out_ps == WEFT_NEVER ? 0 : line->out_ps;
}

#endif
