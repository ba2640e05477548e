/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Launch times and slices of a call. Products of packets and spans are below 2^128. */

#include "pace.h"

/* Packet j of an interval's n goes out at from + j * span / n: here that of the call's first packet, and the span / n to
 * each next one, so that no packet needs a division. Quotients are below 2^64 as j < n. */
struct weft_launch weft_launch_first(const struct weft_call *call)
{
    if (call->span_ps == 0 || call->slices > 0)
        return (struct weft_launch){0};
    weft_u128 offset = (weft_u128)call->first_packet * call->span_ps;
    return (struct weft_launch){.at_ps = call->from_ps + (weft_ps)(offset / call->of_packets),
                                .carry = (uint64_t)(offset % call->of_packets),
                                .step_ps = call->span_ps / call->of_packets,
                                .step_carry = call->span_ps % call->of_packets,
                                .of_packets = call->of_packets};
}

/* Packet i of an interval's n lies in slice floor(i * slices / n): sizes differ by at most one, packet 0 goes first, and none
 * goes later than a launch time would have it. Where there are fewer packets than slices, some slices have none. */
struct weft_slice weft_slice_from(const struct weft_call *call, uint64_t packet)
{
    if (call->slices == 0)
        return (struct weft_slice){.packets = UINT64_MAX};
    uint64_t at = call->first_packet + packet;
    uint64_t slice = (uint64_t)((weft_u128)at * call->slices / call->of_packets);
    weft_u128 end = ((weft_u128)(slice + 1) * call->of_packets + call->slices - 1) / call->slices;
    return (struct weft_slice){.at_ps =
                                   call->from_ps + (weft_ps)((weft_u128)slice * call->span_ps / call->slices),
                               .packets = (uint64_t)(end - at)};
}
