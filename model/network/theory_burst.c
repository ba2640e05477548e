/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The peak of one burst: equal packets at equal distances into an empty port. */
#include "weft/theory.h"

static const struct weft_rho one = {1, 1};

struct weft_rho weft_theory_rho(uint64_t ports, uint64_t in_bps, uint64_t out_bps)
{
    assert(ports >= 1 && ports <= UINT64_C(1) << 32 && in_bps >= 1 && out_bps >= 1);
    weft_u128 sent = (weft_u128)ports * out_bps;
    return sent >= in_bps ? one : (struct weft_rho){(uint64_t)sent, in_bps};
}

struct weft_rho weft_theory_rho_spaced(weft_ps gap_ps, uint32_t wire_bytes, uint64_t out_bps)
{
    uint64_t bits = 8 * (uint64_t)wire_bytes;
    assert(bits >= 1 && bits <= WEFT_PIPE_MOST_UNITS && out_bps >= 1);
    weft_u128 sent = (weft_u128)gap_ps * out_bps;
    uint64_t packet = bits * WEFT_PS_PER_S;
    return sent >= packet ? one : (struct weft_rho){(uint64_t)sent, packet};
}

uint64_t weft_theory_peak_packets(uint64_t packets, struct weft_rho rho)
{
    assert(packets >= 1 && packets <= UINT64_C(1) << 32 && rho.den >= 1 && rho.num <= rho.den);
    return packets - (uint64_t)((weft_u128)(packets - 1) * rho.num / rho.den);
}

uint64_t weft_theory_peak_fluid_bytes(uint64_t packets, uint32_t frame_bytes, struct weft_rho rho)
{
    assert(packets >= 1 && packets <= UINT64_C(1) << 32 && rho.den >= 1 && rho.num <= rho.den);
    /* Rounding down what has left rounds up what is held. Below 2^32 * 2^32 * 2^64. */
    weft_u128 left = (weft_u128)(packets - 1) * frame_bytes * rho.num / rho.den;
    return packets * frame_bytes - (uint64_t)left;
}
