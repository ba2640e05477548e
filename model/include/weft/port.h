/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_PORT_H
#define WEFT_PORT_H

/* What the ports of a switch do with packets: rules as rows of tables, so that a program may bring its own. All of them
 * are pure functions of what they are given. A NULL row is the first one of its table. */

#include "weft/base.h"

/* What is in use when a frame comes into its port; of what happens at that instant, departures are over. */
struct weft_buffer_use {
    uint64_t packets; /* that the port holds, at most 2^40 */
    uint64_t bytes;   /* of them, whole cells where the switch has cells */
    uint64_t
        pool_bytes; /* of the pool: the sum over the switch's ports of what each holds above its reserve; 0 unless
                          * a row of the switch is `pooled` */
};

/* The buffer's numbers. Sizes are at most 2^40, so sums cannot overflow. */
struct weft_buffer_params {
    uint64_t limit;      /* of each port, as its scheme counts; at least 1 */
    uint32_t cell_bytes; /* a frame takes whole cells of so many bytes, 1 .. 65535; 0: its own bytes */
    /* The pool that all ports share, and what each port has besides for itself. */
    uint64_t shared_bytes, reserved_bytes;
    uint32_t alpha_num, alpha_den; /* of dynamic thresholds, a fraction; each 1 .. 10^6 */
};

/* Buffer scheme: whether a port with so much in use takes one more frame of `frame_bytes` (whole cells). Who accepts
 * with some use of the pool accepts with less of it: the caller may ask with a bound first. NULL: always. */
struct weft_buffer {
    const char *name, *help;
    const char *written; /* how its limit is, "COUNT packets"; NULL: as a size in bytes */
    bool cells;          /* counts in cells, so there must be some */
    bool pooled;         /* asks for pool_bytes, which somebody must sum up */
    bool (*accepts)(const struct weft_buffer_params *params, const struct weft_buffer_use *use,
                    uint64_t frame_bytes);
};
extern const struct weft_buffer *const weft_buffers[]; /* limits of a port alone; ends with NULL */
extern const struct weft_buffer
    *const weft_sharings[]; /* who may have how much of the pool; ends with NULL */

/* The rules of one switch. */
struct weft_port_rules {
    weft_ps latency_ps; /* from the instant at which a packet is in its port until it may leave */
    /* A frame that either refuses is dropped. */
    const struct weft_buffer *buffer, *sharing;
    struct weft_buffer_params memory;
};

#endif
