/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_SIMGRID_PACKET_LINE_H
#define WEFT_SIMGRID_PACKET_LINE_H

/* What one end of a link sends, packet after packet. The last bit of the last one is out at end_ps + rest / bps
 * picoseconds, exactly. */

#include "weft/base.h"

struct hop_line {
    uint64_t bps; /* at most 10^12 */
    weft_ps end_ps;
    uint64_t rest; /* below bps */
};

enum { HOP_MOST_BITS = 1 << 24 };
_Static_assert(HOP_MOST_BITS + 1 <= UINT64_MAX / WEFT_PS_PER_S, "bits times 10^12 and a rest fit 64 bits");

/* A packet of `bits` that may go from `ready_ps` on: at once if all before it are out by then, else right behind them.
 * What is out in the picosecond of `ready_ps` is not out before it. Returns when its last bit is out, rounded down. */
static inline weft_ps hop_line_send(struct hop_line *line, weft_ps ready_ps, uint32_t bits)
{
    assert(bits >= 1 && bits <= HOP_MOST_BITS);
    if (line->end_ps < ready_ps) {
        line->end_ps = ready_ps;
        line->rest = 0;
    }
    uint64_t work = bits * WEFT_PS_PER_S + line->rest;
    line->end_ps += work / line->bps;
    line->rest = work % line->bps;
    return line->end_ps;
}

#endif
