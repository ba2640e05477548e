/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_PIECE_H
#define WEFT_DRIVER_PIECE_H

/* A piece: the packets of a call that go to the NIC with one doorbell. */

#include "state.h"

/* What the packets of a piece take. */
struct weft_tally {
    uint64_t elements;   /* of gather lists */
    uint64_t data_bytes; /* payload without prefixes */
    uint64_t blocks;     /* of headers */
    struct weft_walks walks;
};

/* Cut the next `n` packets of the call in the order that the policy names, into reserved places of the ring, and count
 * what that takes. */
void weft_piece_cut(struct weft_driver *driver, uint32_t n);

#endif
