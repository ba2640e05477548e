/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When the last of n packets is in, n - 1 packet times of arrival have passed since the first was in and the
 * port began to send it: it has sent (n - 1) C_out / C_in whole ones, and no more than have come before. */
#include "peaks.h"

uint64_t oracle_peak_burst(uint64_t n, uint64_t in_bps, uint64_t out_bps)
{
    return oracle_peak_interleaved(n, 1, in_bps, out_bps);
}

/* To one port in `ports` the others' packets are gaps: it sees them at a rate of C_in / ports. */
uint64_t oracle_peak_interleaved(uint64_t n, uint64_t ports, uint64_t in_bps, uint64_t out_bps)
{
    if (ports * out_bps >= in_bps)
        return 1;
    return n - (n - 1) * ports * out_bps / in_bps;
}

uint64_t oracle_peak_spaced(uint64_t n, uint64_t gap, uint64_t service)
{
    return gap >= service ? 1 : n - (n - 1) * gap / service;
}
