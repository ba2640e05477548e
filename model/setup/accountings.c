/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of accountings. */

#include "weft/port.h"

/* The bytes of a frame leave evenly over its time on the link, the gap's with it. What is left is rounded up, so that
 * something counts until the last bit has left. */
static uint64_t fluid_left_bytes(uint64_t bytes, weft_ps start_ps, weft_ps out_ps, weft_ps now_ps)
{
    weft_ps link_ps = out_ps - start_ps, left_ps = out_ps - now_ps;
    return (uint64_t)(((weft_u128)bytes * left_ps + link_ps - 1) / link_ps);
}

/* Of the straight line itself, not of its steps: twice the integral over [from, to) of bytes (out - t) / link is bytes
 * ((out - from)^2 - (out - to)^2) / link, which for the whole time on the link is bytes times link, without remainder.
 * Rounded down; products stay below 2^126. */
static weft_u128 fluid_twice_byte_ps(uint64_t bytes, weft_ps start_ps, weft_ps out_ps, weft_ps from_ps,
                                     weft_ps to_ps)
{
    weft_ps from_left_ps = out_ps - from_ps, to_left_ps = out_ps - to_ps;
    weft_u128 squares = (weft_u128)(from_left_ps - to_left_ps) * (from_left_ps + to_left_ps);
    return from_ps == to_ps ? 0 : squares * bytes / (out_ps - start_ps);
}

static const struct weft_accounting held = {.name = "held",
                                            .help = "a frame counts, whole, until its last bit has left"};
static const struct weft_accounting fluid = {
    .name = "fluid",
    .help = "the bytes of the frame on the link leave as they are sent; packets count whole",
    .left_bytes = fluid_left_bytes,
    .twice_byte_ps = fluid_twice_byte_ps};

const struct weft_accounting *const weft_accountings[] = {&held, &fluid, NULL};
