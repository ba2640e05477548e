/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bursts that come again and again, and a burst behind a token bucket. */
#include "weft/theory.h"

/* Packets that a busy port has sent `t_ps` after it began. */
static uint64_t sent(weft_ps t_ps, uint32_t wire_bytes, uint64_t out_bps)
{
    return (uint64_t)((weft_u128)t_ps * out_bps / (8 * (uint64_t)wire_bytes * WEFT_PS_PER_S));
}

uint64_t weft_theory_trains_packets(const struct weft_trains *trains, uint32_t wire_bytes, uint64_t out_bps)
{
    uint64_t n = trains->packets;
    uint64_t one_train =
        weft_theory_peak_packets(n, weft_theory_rho_spaced(trains->gap_ps, wire_bytes, out_bps));
    assert(trains->trains >= 1 && trains->period_ps / n >= trains->gap_ps);
    if (sent(trains->period_ps, wire_bytes, out_bps) >= n)
        return one_train;
    assert(trains->period_ps <= UINT64_MAX / trains->trains);
    weft_ps last_ps = (trains->trains - 1) * trains->period_ps + (n - 1) * trains->gap_ps;
    return trains->trains * n - sent(last_ps, wire_bytes, out_bps);
}

struct shaped {
    uint64_t bucket, peak_bps, rate_bps, out_bps;
};

/* Held when packet k is in, if the port has been busy since the first. Packet times of the port: the later of the two
 * instants is the larger number of packets sent. */
static uint64_t held(const struct shaped *it, uint64_t k)
{
    uint64_t by_peak = (uint64_t)((weft_u128)k * it->out_bps / it->peak_bps);
    uint64_t by_rate =
        k + 1 > it->bucket ? (uint64_t)((weft_u128)(k + 1 - it->bucket) * it->out_bps / it->rate_bps) : 0;
    uint64_t left = by_peak > by_rate ? by_peak : by_rate;
    return left > k ? 1 : k + 1 - left;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

uint64_t weft_theory_shaped_packets(uint64_t packets, uint64_t bucket, uint64_t peak_bps, uint64_t rate_bps,
                                    uint64_t out_bps)
{
    const struct shaped it = {bucket, peak_bps, rate_bps, out_bps};
    assert(packets >= 1 && bucket >= 1 && rate_bps >= 1 && rate_bps <= peak_bps && out_bps >= 1);
    uint64_t last = packets - 1, corner = last;
    /* The bucket is empty from k / peak = (k + 1 - bucket) / rate on. */
    if (peak_bps > rate_bps) {
        weft_u128 empty = (weft_u128)(bucket - 1) * peak_bps / (peak_bps - rate_bps);
        corner = empty < last ? (uint64_t)empty : last;
    }
    uint64_t after = corner < last ? corner + 1 : last;
    return larger(larger(held(&it, corner), held(&it, after)), held(&it, last));
}
