/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_ROUNDS_H
#define WEFT_DRIVER_ROUNDS_H

/* Calls of alike packets. All packets of the call are full ones of one size, the ring carries sizes only, and the order says
 * its packets in stretches: one packet of each of many entries, or many packets of one. Then what an entry says is put into
 * columns once a call, turn by turn, and a stretch is a few loops over columns: a packet's number is that of its entry's first
 * plus k, its bytes begin k packets further, nothing is looked up for it, and nothing is kept of it. All other calls are cut
 * packet by packet (piece.c), which is what this does, too, only at once; a test holds one against the other. */

#include "piece.h"
#include "state.h"

/* Whether calls of this driver may be cut so at all. */
bool weft_rounds_possible(const struct weft_driver *driver);
/* A call of at most `entries` entries begins. */
void weft_rounds_begin(struct weft_driver *driver, uint32_t entries);
/* An entry was accepted, with its packets; its bytes begin at `address`. */
void weft_rounds_add(struct weft_driver *driver, uint32_t entry, uint64_t address);
/* The order has begun: false if the call must be cut packet by packet. */
bool weft_rounds_line_up(struct weft_driver *driver);
/* Cut the next `n` packets of such a call into places that are reserved. */
void weft_rounds_cut(struct weft_driver *driver, uint32_t n, struct weft_tally *tally);

#endif
