/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_PORT_H
#define WEFT_PORT_H

/* What the ports of a switch do with packets: rules as rows of tables, so that a program may bring its own. All of them
 * are pure functions of what they are given. */

#include "weft/base.h"

WEFT_BEGIN_DECLS

/* What is in use when a frame comes into its port; of what happens at that instant, departures are over.
 * bytes: whole cells where the switch has cells, as its accounting counts. pool_bytes: the sum over the switch's ports of
 * what each holds above its reserve; 0 unless a row of the switch is `pooled`. */
struct weft_buffer_use {
    uint64_t packets, bytes; /* that the port holds */
    uint64_t pool_bytes;     /* of the pool */
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
extern const struct weft_buffer *const weft_buffers[];  /* of a port alone; ends with NULL */
extern const struct weft_buffer *const weft_sharings[]; /* who may have what of the pool; ends with NULL */

/* What a switch stores for a frame. */
static inline uint64_t weft_stored_bytes(uint32_t cell_bytes, uint64_t frame_bytes)
{
    return cell_bytes <= 1 ? frame_bytes : (frame_bytes + cell_bytes - 1) / cell_bytes * cell_bytes;
}

/* Accounting: how a frame counts while it is on the link behind its port, from start_ps to out_ps. Before, all of its
 * `bytes` (1 .. 2^17) count; after, none. Both functions NULL: it counts whole on the link, too.
 * left_bytes: what counts at now_ps, start_ps <= now_ps < out_ps; never more than at an earlier instant.
 * twice_byte_ps: twice the integral of it over [from_ps, to_ps), which lies within [start_ps, out_ps), in bytes times
 * picoseconds. A link time is below 2^54 ps. */
struct weft_accounting {
    const char *name, *help;
    uint64_t (*left_bytes)(uint64_t bytes, weft_ps start_ps, weft_ps out_ps, weft_ps now_ps);
    weft_u128 (*twice_byte_ps)(uint64_t bytes, weft_ps start_ps, weft_ps out_ps, weft_ps from_ps,
                               weft_ps to_ps);
};
extern const struct weft_accounting *const weft_accountings[]; /* ends with NULL */

/* Forwarding: from when on a packet whose last bit is in at at_ps, over a link of in_bps, is in its port, which sends at
 * out_bps. Not after at_ps, nor before the last bit of the packet before it on that link. The last bit must not leave
 * before at_ps. NULL: at_ps. */
struct weft_forwarding {
    const char *name, *help;
    weft_ps (*enter_ps)(uint32_t frame_bytes, uint64_t in_bps, uint64_t out_bps, weft_ps at_ps);
};
extern const struct weft_forwarding *const weft_forwardings[]; /* ends with NULL */

/* Scheduler: which of the packets that wait goes next when the port is free. NULL or not by_class: the one that came first.
 * by_class: strict priority, not pre-emptive: of those that could have left before that instant the first of the highest
 * class; if there is none, the one that comes first. */
enum { WEFT_CLASSES = 8 }; /* classes are 0 .. WEFT_CLASSES - 1, as the priority code points of IEEE 802.1Q */
struct weft_scheduler {
    const char *name, *help;
    bool by_class;
};
extern const struct weft_scheduler *const weft_schedulers[]; /* ends with NULL */

/* The rules of one switch. */
struct weft_port_rules {
    weft_ps latency_ps; /* from the instant at which a packet is in its port until it may leave */
    /* A frame that either refuses is dropped. NULL: no limit of a port, no pool. */
    const struct weft_buffer *buffer, *sharing;
    struct weft_buffer_params memory;
    const struct weft_accounting *accounting; /* NULL: the first row, held */
    const struct weft_forwarding *forwarding; /* NULL: the first row, store-and-forward */
    const struct weft_scheduler *scheduler;   /* NULL: the first row, fifo */
};

/* Whether a switch with such rules looks at classes. */
static inline bool weft_port_rules_by_class(const struct weft_port_rules *rules)
{
    return rules->scheduler && rules->scheduler->by_class;
}

WEFT_END_DECLS

#endif
