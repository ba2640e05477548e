/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_ORACLE_DROPS_H
#define WEFT_ORACLE_DROPS_H

/* Which frames a store-and-forward switch with so much buffer drops, by an independent simulation. */

#include <stdbool.h>
#include <stdint.h>

enum { ORACLE_MOST_PORTS = 16 };

struct oracle_switch {
    uint32_t ports;
    uint64_t rate_bps, gap_bytes, latency_ps; /* of every port */
    uint64_t cell_bytes, limit_bytes;         /* a frame takes whole cells; most of a port */
    uint64_t pool_bytes, reserved_bytes;      /* pool 0: there is none */
    double alpha;                             /* a power of two */
};

struct oracle_frame {
    uint64_t in_ps, frame_bytes; /* last bit in; its size */
    uint32_t port;
    bool dropped;    /* decided here */
    uint64_t out_ps; /* decided here: last bit out; 0 if dropped */
};

/* `n` frames in the order of their arrival. A frame of b bytes takes (b + gap) * 8 / rate seconds and is stored, whole,
 * from in_ps until its last bit has left; then its bytes are free for a frame that comes at that very picosecond. A frame
 * is dropped that would bring the stored bytes of its port above the limit. What ports store above their reserves is in the
 * pool: a frame that its reserve does not hold is dropped if the pool does not hold it, or if its port has at least alpha
 * times what is free of the pool. */
void oracle_drops(struct oracle_frame *frame, uint64_t n, const struct oracle_switch *rules);

#endif
