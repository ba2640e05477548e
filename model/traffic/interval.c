/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Interval selection: two packet times, the shortest interval in which every quantity is larger than a
 * packet. */
#include "weft/traffic.h"

weft_ps weft_interval_for_rate(uint64_t rate_bps, uint32_t payload_bytes)
{
    enum { PACKET_TIMES = 2, BITS_PER_BYTE = 8 };
    return weft_duration_up(UINT64_C(1) * PACKET_TIMES * BITS_PER_BYTE * payload_bytes, rate_bps);
}
