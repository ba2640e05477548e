/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_ORACLE_DROPS_H
#define WEFT_ORACLE_DROPS_H

/* Which frames a store-and-forward port with so many bytes of buffer drops, by an independent simulation. */

#include <stdbool.h>
#include <stdint.h>

struct oracle_frame {
    uint64_t in_ps, frame_bytes; /* last bit in; what the port stores */
    bool dropped;                /* decided here */
    uint64_t out_ps;             /* decided here: last bit out; 0 if dropped */
};

/* `n` frames of one port in the order of their arrival. A frame of b bytes takes (b + gap) * 8 / rate seconds
 * and is stored, whole, from in_ps until its last bit has left; then its bytes are free for a frame that comes
 * at that very picosecond. A frame that would bring the stored bytes above the limit is dropped. */
void oracle_drops(struct oracle_frame *frame, uint64_t n, uint64_t limit_bytes, uint64_t rate_bps,
                  uint64_t gap_bytes, uint64_t latency_ps);

#endif
