/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Backlog bounds from arrival and service curves. The sum of the curves rises ever more slowly, so what is left over of
 * it is largest where it stops to rise faster than the port sends: at the corner of one of them. */
#include "weft/theory.h"

#include <stdlib.h>

/* An instant after the start of the stretch: num / den seconds. */
struct instant {
    weft_u128 num;
    uint64_t den;
};

static weft_u128 divide_up(weft_u128 num, weft_u128 den)
{
    return num / den + (num % den != 0);
}

/* Bits at so many per second, rounded up. Rates are below 2^44, numerators below 2^64. */
static weft_u128 bits_by(uint64_t bps, const struct instant *t)
{
    return divide_up(bps * t->num, t->den);
}

/* A source whose peak is no higher than its rate has no corner: the link is all that holds it back. */
static void normalise(struct weft_arrival_curve *it)
{
    if (it->packet_bytes > it->burst_bytes)
        it->packet_bytes = it->burst_bytes;
    if (it->rate_bps >= it->peak_bps) {
        it->rate_bps = it->peak_bps;
        it->burst_bytes = it->packet_bytes;
    }
}

/* Where the two lines meet. */
static struct instant corner(const struct weft_arrival_curve *it)
{
    if (it->burst_bytes == it->packet_bytes)
        return (struct instant){0, 1};
    return (struct instant){(weft_u128)8 * (it->burst_bytes - it->packet_bytes), it->peak_bps - it->rate_bps};
}

static bool before(const struct instant *a, const struct instant *b)
{
    return a->num * b->den < b->num * a->den;
}

static int by_corner(const void *a, const void *b)
{
    struct instant x = corner(a), y = corner(b);
    return before(&y, &x) - before(&x, &y);
}

/* The instant at which the sum of the curves begins to rise no faster than `out_bps`; the horizon, if never. */
static struct instant turn(const struct weft_arrival_curve *arrivals, size_t count, uint64_t out_bps,
                           struct instant horizon)
{
    weft_u128 slope = 0;
    struct instant t = {0, 1};
    for (size_t i = 0; i < count; i++)
        slope += arrivals[i].peak_bps;
    for (size_t i = 0; i < count && slope > out_bps; i++) {
        slope -= arrivals[i].peak_bps - arrivals[i].rate_bps;
        t = corner(&arrivals[i]);
    }
    return slope > out_bps || before(&horizon, &t) ? horizon : t;
}

uint64_t weft_theory_backlog_bytes(struct weft_arrival_curve *arrivals, size_t count, uint64_t out_bps,
                                   weft_ps latency_ps, weft_ps horizon_ps)
{
    for (size_t i = 0; i < count; i++)
        normalise(&arrivals[i]);
    if (count)
        qsort(arrivals, count, sizeof *arrivals, by_corner);
    const struct instant latency = {latency_ps, WEFT_PS_PER_S}, horizon = {horizon_ps, WEFT_PS_PER_S};
    struct instant t = turn(arrivals, count, out_bps, horizon);
    /* Nothing leaves before the latency has passed, so the sum may as well rise until then. */
    if (before(&t, &latency))
        t = latency;
    weft_u128 bits = 0;
    for (size_t i = 0; i < count; i++) {
        weft_u128 peak = 8 * (weft_u128)arrivals[i].packet_bytes + bits_by(arrivals[i].peak_bps, &t);
        weft_u128 rate = 8 * (weft_u128)arrivals[i].burst_bytes + bits_by(arrivals[i].rate_bps, &t);
        bits += peak < rate ? peak : rate;
    }
    weft_u128 lost = bits_by(out_bps, &latency), sent = out_bps * t.num / t.den;
    sent = sent > lost ? sent - lost : 0;
    bits = bits > sent ? bits - sent : 0;
    assert(bits <= UINT64_MAX);
    return (uint64_t)divide_up(bits, 8);
}

uint64_t weft_theory_token_bucket_bytes(uint64_t burst_bytes, uint64_t rate_bps, weft_ps latency_ps)
{
    return burst_bytes + (uint64_t)divide_up((weft_u128)rate_bps * latency_ps, (weft_u128)8 * WEFT_PS_PER_S);
}

uint64_t weft_theory_dual_bucket_bytes(const struct weft_arrival_curve *arrivals, uint64_t out_bps)
{
    uint64_t more = arrivals->burst_bytes - arrivals->packet_bytes;
    assert(arrivals->burst_bytes >= arrivals->packet_bytes && arrivals->peak_bps > arrivals->rate_bps);
    assert(arrivals->rate_bps <= out_bps && out_bps <= arrivals->peak_bps);
    return arrivals->packet_bytes + (uint64_t)divide_up((weft_u128)(arrivals->peak_bps - out_bps) * more,
                                                        arrivals->peak_bps - arrivals->rate_bps);
}
