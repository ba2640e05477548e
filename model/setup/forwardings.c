/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of ways to forward. */

#include "weft/port.h"

enum { HEADER_BYTES = 64 }; /* less than that is a fragment of a collision: IEEE 802.3, shortest frame */

/* Fragment-free: in with its first 64 bytes, the rest of the frame before its last bit. Only onto a link that is not
 * faster, which would run out of bits: done is then at least at + the time of gap and 64 bytes. The time is rounded
 * down, so that the instant is not too early. */
static weft_ps first_bytes_in_ps(uint32_t frame_bytes, uint64_t in_bps, uint64_t out_bps, weft_ps at_ps)
{
    if (frame_bytes <= HEADER_BYTES || out_bps > in_bps)
        return at_ps;
    return at_ps - weft_duration_down((uint64_t)(frame_bytes - HEADER_BYTES) * 8, in_bps);
}

static const struct weft_forwarding store_and_forward = {.name = "store-and-forward",
                                                         .help = "a packet may leave when all of it is in"};
static const struct weft_forwarding cut_through = {.name = "cut-through",
                                                   .help =
                                                       "it may leave when its first 64 bytes are in, onto a "
                                                       "link that is not faster than the one it comes by",
                                                   .enter_ps = first_bytes_in_ps};

const struct weft_forwarding *const weft_forwardings[] = {&store_and_forward, &cut_through, NULL};
