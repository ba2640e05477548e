/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* After which time a stream is as it was. */
#include "weft/traffic.h"

weft_ps weft_common_period(weft_ps a_ps, weft_ps b_ps, weft_ps most_ps)
{
    weft_u128 common_ps = (weft_u128)(a_ps / weft_common_divisor(a_ps, b_ps)) * b_ps;
    return common_ps <= most_ps ? (weft_ps)common_ps : WEFT_NEVER;
}

weft_ps weft_clock_period(const struct weft_clock *clock, uint64_t bytes, weft_ps most_ps, uint64_t *packets)
{
    if (clock->media)
        return WEFT_NEVER;
    /* One packet takes packet_ps / rate; the fewest that take a whole number are rate / g, and then packet_ps / g. */
    uint64_t packet_ps = clock->payload_bytes * UINT64_C(8) * WEFT_PS_PER_S,
             g = weft_common_divisor(packet_ps, clock->rate_bps);
    uint64_t count = clock->rate_bps / g;
    uint64_t moved_bytes = (uint64_t)((weft_u128)count * clock->payload_bytes % bytes);
    uint64_t times = bytes / weft_common_divisor(bytes, moved_bytes);
    weft_u128 period_ps = (weft_u128)(packet_ps / g) * times;
    *packets = count * times;
    return period_ps <= most_ps ? (weft_ps)period_ps : WEFT_NEVER;
}
