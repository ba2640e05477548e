/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The metrics of weft/timing.h and weft/st2110.h for a block of packets at once. Only jitter and C_INST have something to
 * do for each packet. All else follows from the least and the largest exact transit of the packets between two turns (of a
 * window, an interval, a frame), which are known of the block as a whole where no turn lies in it. */
#include "metrics/timing_state.h"

#include <assert.h>

static int64_t ceil_div(int64_t a, int64_t b)
{
    return a / b + (a % b > 0);
}

/* ---- Jitter: weft_jitter_packet(), whose limit no block reaches. */
static_assert(WEFT_JITTER_MOST_PS / 2 >= UINT64_C(1) << 58, "transits of blocks are below 2^58");

/* `n` is a constant for full blocks, as below. */
static inline __attribute__((always_inline)) void jitter(struct pace *pace, const struct block *block,
                                                         uint32_t n)
{
    uint64_t sixteen_ps = pace->sixteen_ps, most = pace->jitter_most;
    int64_t before_ps = pace->transit_ps;
#pragma GCC unroll 5
    for (uint32_t i = 0; i < n; i++) {
        int64_t change_ps = block->transit_ps[i] - before_ps;
        before_ps = block->transit_ps[i];
        sixteen_ps += (uint64_t)(change_ps < 0 ? -change_ps : change_ps) - ((sixteen_ps + 8) >> 4);
        most = sixteen_ps > most ? sixteen_ps : most;
    }
    pace->sixteen_ps = sixteen_ps;
    pace->jitter_most = most;
    pace->transit_ps = before_ps;
}

/* ---- TS-DF and DF: extremes of windows that turn with an arrival. */

static void widen(int64_t *low, int64_t *high, int64_t with_low, int64_t with_high)
{
    *low = with_low < *low ? with_low : *low;
    *high = with_high > *high ? with_high : *high;
}

void weft_timing_turn_window(struct pace *pace, const struct block_rate *rate, weft_ps arrival_ps)
{
    const uint32_t shift = rate->shift;
    if (pace->window_end_ps != 0) {
        int64_t low_ps = transit_ceil_ps(pace->window_low, shift);
        weft_ps spread_ps = (weft_ps)(transit_ceil_ps(pace->window_high, shift) - low_ps);
        pace->ts_df_most_ps = spread_ps > pace->ts_df_most_ps ? spread_ps : pace->ts_df_most_ps;
    }
    pace->window_end_ps = arrival_ps + WEFT_TS_DF_WINDOW_PS + 1;
    pace->window_low = INT64_MAX;
    pace->window_high = INT64_MIN;
}

static void windows(struct pace *pace, const struct block *block)
{
    if (block->at_ps[block->n - 1] < pace->window_end_ps) {
        widen(&pace->window_low, &pace->window_high, block->low, block->high);
        return;
    }
    for (uint32_t i = 0; i < block->n; i++) {
        if (block->at_ps[i] >= pace->window_end_ps)
            weft_timing_turn_window(pace, block->rate, block->at_ps[i]);
        widen(&pace->window_low, &pace->window_high, block->transit[i], block->transit[i]);
    }
}

/* DF times MR: one packet and the range of transits, weft_mdi_turn(). */
void weft_timing_turn_mdi(struct pace *pace, const struct block_rate *rate, weft_ps arrival_ps)
{
    weft_ps end_ps = pace->mdi_end_ps;
    pace->mdi_end_ps = arrival_ps + WEFT_MDI_INTERVAL_PS;
    if (end_ps != 0) {
        weft_i128 range = transit_units(pace->mdi_high, rate) - transit_units(pace->mdi_low, rate);
        weft_u128 df = (weft_u128)(range + (int64_t)rate->packet) * (rate->rate_bps / rate->units);
        uint64_t empty = (arrival_ps - end_ps) / WEFT_MDI_INTERVAL_PS;
        pace->df = df > pace->df ? df : pace->df;
        pace->missing_most = pace->missing > pace->missing_most ? pace->missing : pace->missing_most;
        pace->missing = 0;
        pace->mdi_end_ps = end_ps + (empty + 1) * WEFT_MDI_INTERVAL_PS;
    }
    pace->mdi_low = INT64_MAX;
    pace->mdi_high = INT64_MIN;
}

/* Fewer bytes have come to the virtual buffer than the clock says by so many packets: the levels that were, written as
 * transits (timing_fold.c), are so much earlier. */
static int64_t earlier(int64_t transit, const struct block_rate *rate, uint32_t packets)
{
    int64_t units = transit_units(transit, rate) - (int64_t)(packets * rate->packet);
    int64_t ceil_ps = ceil_div(units, (int64_t)rate->units);
    return transit_make(ceil_ps, (uint64_t)(ceil_ps * (int64_t)rate->units - units), rate->shift);
}

static bool loss_fits(const struct pace *pace, const struct block *block)
{
    const struct block_rate *rate = block->rate;
    int64_t most_ps = (int64_t)(rate->limit_ps / 2);
    return block->lost == 0 ||
           (block->lost < (uint64_t)most_ps / (rate->step_ps + 1) && pace->mdi_end_ps != 0 &&
            transit_ceil_ps(pace->mdi_low, rate->shift) > -most_ps);
}

/* Before the first packet of the block, in whose interval they count: weft_mdi_misplaced(). */
static void lose(struct pace *pace, const struct block *block)
{
    const bool turns = block->at_ps[0] >= pace->mdi_end_ps;
    if (turns)
        weft_timing_turn_mdi(pace, block->rate, block->at_ps[0]);
    else {
        pace->mdi_low = earlier(pace->mdi_low, block->rate, block->lost);
        pace->mdi_high = earlier(pace->mdi_high, block->rate, block->lost);
    }
    pace->lost += block->lost;
    pace->missing += block->lost;
    pace->number += block->lost;
}

static void mdi(struct pace *pace, const struct block *block)
{
    if (block->lost > 0)
        lose(pace, block);
    pace->number += block->n;
    if (block->at_ps[block->n - 1] < pace->mdi_end_ps) {
        widen(&pace->mdi_low, &pace->mdi_high, block->low, block->high);
        return;
    }
    for (uint32_t i = 0; i < block->n; i++) {
        if (block->at_ps[i] >= pace->mdi_end_ps)
            weft_timing_turn_mdi(pace, block->rate, block->at_ps[i]);
        widen(&pace->mdi_low, &pace->mdi_high, block->transit[i], block->transit[i]);
    }
}

/* ---- VRX: T_RS is the packet time, so in a frame whose packets follow each other VRX falls as the transit rises:
 * with the frame's packet r at due instant d, VRX = -floor((transit + d - r T_RS - T_VD) / T_RS). So only extremes can be
 * new extremes. Where drained_j is negative it is rounded the other way, and VRX may be less than that, but is above 0: it
 * is no new least one, since the stream's first packet has 0. */

static void vrx_exactly(struct pace *pace, const struct block *block, uint32_t from, uint32_t to)
{
    weft_i128 units = (int64_t)block->rate->units, packet = (int64_t)block->rate->packet;
    for (uint32_t i = from; i < to; i++) {
        weft_i128 after = (weft_i128)((int64_t)block->at_ps[i] - pace->start_ps) * units + packet;
        int64_t vrx = (int64_t)pace->received + 1 + (i - from) - (int64_t)(after / packet);
        widen(&pace->vrx_low, &pace->vrx_high, vrx, vrx);
    }
}

/* False: there may be a new extreme, or numbers do not fit. */
static bool vrx_is_within(const struct pace *pace, const struct block *block, uint32_t from, int64_t low,
                          int64_t high)
{
    const struct block_rate *rate = block->rate;
    int64_t units = (int64_t)rate->units, packet = (int64_t)rate->packet, limit_ps = (int64_t)rate->limit_ps;
    int64_t due_ps = (int64_t)block->at_ps[from] - block->transit_ps[from] - pace->start_ps;
    int64_t taken, highest, lowest;
    if (due_ps >= limit_ps || due_ps <= -limit_ps ||
        __builtin_mul_overflow((int64_t)pace->received, packet, &taken) || taken >= (int64_t)1 << 60 ||
        __builtin_mul_overflow(1 - pace->vrx_low, packet, &highest) ||
        __builtin_mul_overflow(-pace->vrx_high, packet, &lowest))
        return false;
    int64_t origin = due_ps * units + (int64_t)transit_part(block->transit[from], rate->shift) - taken;
    return transit_units(high, rate) + origin < highest && transit_units(low, rate) + origin >= lowest;
}

static void vrx(struct pace *pace, const struct block *block, uint32_t from, uint32_t to, int64_t low,
                int64_t high)
{
    if (!vrx_is_within(pace, block, from, low, high))
        vrx_exactly(pace, block, from, to);
    pace->received += to - from;
}

static weft_ps due_of(const struct block *block, uint32_t i)
{
    return block->at_ps[i] - (weft_ps)block->transit_ps[i];
}

static void turn_frame(struct pace *pace, weft_ps interval_ps, weft_ps due_ps)
{
    timing_turn_interval(&pace->interval, &pace->interval_end_ps, interval_ps, due_ps);
    pace->start_ps = pace->zero_ps + (int64_t)(pace->interval * interval_ps);
    pace->received = 0;
}

static void frames(struct pace *pace, const struct block *block, weft_ps interval_ps)
{
    if (due_of(block, block->n - 1) < pace->interval_end_ps) {
        vrx(pace, block, 0, block->n, block->low, block->high);
        return;
    }
    for (uint32_t from = 0, to = 0; from < block->n; from = to) {
        int64_t low = INT64_MAX, high = INT64_MIN;
        if (due_of(block, from) >= pace->interval_end_ps)
            turn_frame(pace, interval_ps, due_of(block, from));
        for (; to < block->n && due_of(block, to) < pace->interval_end_ps; to++)
            widen(&low, &high, block->transit[to], block->transit[to]);
        vrx(pace, block, from, to, low, high);
    }
}

/* ---- C_INST. With u_k = (t_k - N) / T_DRAIN from an instant N at which one was cleared, and k packets since then,
 *     q_k = k - u_k,   C_k = ceil(q_k) - ceil(least q so far)
 * is the definition's max(0, C_{k-1} + 1 - (cleared_k - cleared_{k-1})): what has been offered less what was cleared, over
 * its least value, and rounding up keeps the order. q is kept times T_DRAIN in 1 / (11 units) ps, of which T_DRAIN is
 * 10 packet times; `offered` is k of these, `least` the least q. No C can be above ceil(q - least), so the exact C is
 * asked for only where this is above the most so far. */

/* At most so much of anything that is summed up here. */
#define DRAIN_MOST ((int64_t)1 << 60)

static int64_t drain_units(const struct block_rate *rate)
{
    return 11 * (int64_t)rate->units;
}

static int64_t drain_step(const struct block_rate *rate)
{
    return 10 * (int64_t)rate->packet;
}

static bool drain_fits(const struct pace *pace, const struct block *block)
{
    int64_t passed;
    return !__builtin_mul_overflow((int64_t)block->at_ps[block->n - 1] - pace->drain_ps,
                                   drain_units(block->rate), &passed) &&
           passed < DRAIN_MOST && passed > -DRAIN_MOST && pace->offered < DRAIN_MOST &&
           pace->least > -DRAIN_MOST;
}

int64_t weft_timing_drain_anew(struct pace *pace, const struct block_rate *rate)
{
    int64_t units = drain_units(rate), step = drain_step(rate), under = (int64_t)pace->drain_under;
    int64_t passed = ((int64_t)pace->last_ps - pace->drain_ps) * units + under;
    int64_t c = ceil_div(pace->offered - step - passed, step) - ceil_div(pace->least, step);
    int64_t cleared = ceil_div(passed + 1, step);
    int64_t on_ps = ceil_div(cleared * step - under, units);
    pace->drain_under = (uint64_t)(on_ps * units - (cleared * step - under));
    pace->drain_ps += on_ps;
    pace->offered = 0;
    pace->least = -c * step;
    return c;
}

static int64_t cinst_most(const struct pace *pace, const struct block *block)
{
    int64_t units = drain_units(block->rate), step = drain_step(block->rate);
    int64_t offered = pace->offered - (int64_t)pace->drain_under, least = pace->least,
            most = pace->cinst_most;
    for (uint32_t i = 0; i < block->n; i++, offered += step) {
        int64_t q = offered - ((int64_t)block->at_ps[i] - pace->drain_ps) * units;
        least = q < least ? q : least;
        int64_t c = ceil_div(q, step) - ceil_div(least, step);
        most = c > most ? c : most;
    }
    return most;
}

/* Terms of q are taken modulo 2^64: what comes out fits. */
static inline __attribute__((always_inline)) void drains(struct pace *pace, const struct block *block,
                                                         uint32_t n)
{
    const uint64_t units = (uint64_t)drain_units(block->rate), step = (uint64_t)drain_step(block->rate);
    uint64_t offered = (uint64_t)pace->offered - pace->drain_under + (uint64_t)pace->drain_ps * units;
    int64_t least = pace->least, rise = 0;
#pragma GCC unroll 5
    for (uint32_t i = 0; i < n; i++) {
        int64_t q = (int64_t)(offered - block->at_ps[i] * units);
        least = q < least ? q : least;
        rise = q - least > rise ? q - least : rise;
        offered += step;
    }
    if (rise > (weft_i128)pace->cinst_most * (int64_t)step)
        pace->cinst_most = cinst_most(pace, block);
    pace->offered += (int64_t)(n * step);
    pace->least = least;
}

/* What looks at each packet. */
static inline __attribute__((always_inline)) void each(struct pace *pace, const struct block *block,
                                                       uint32_t n)
{
    drains(pace, block, n);
    jitter(pace, block, n);
}

static void begin(struct pace *pace, const struct block *block, weft_ps interval_ps)
{
    pace->transit_ps = block->transit_ps[0];
    pace->drain_ps = (int64_t)block->at_ps[0];
    pace->vrx_low = INT64_MAX;
    pace->vrx_high = -INT64_MAX;
    timing_turn_interval(&pace->interval, &pace->interval_end_ps, interval_ps, due_of(block, 0));
    pace->zero_ps = (int64_t)(block->at_ps[0] - pace->interval * interval_ps);
    pace->start_ps = (int64_t)block->at_ps[0];
}

bool weft_timing_block(const struct weft_stream_timing *timing, struct pace *pace, const struct block *block)
{
    assert(!pace->plain && block->number == pace->number + block->lost);
    if (!loss_fits(pace, block))
        return false;
    if (pace->window_end_ps == 0) {
        struct pace begun = *pace;
        begin(&begun, block, timing->interval_ps);
        if (!drain_fits(&begun, block))
            return false;
        *pace = begun;
    } else if (!drain_fits(pace, block)) {
        weft_timing_drain_anew(pace, block->rate);
        if (!drain_fits(pace, block))
            return false;
    }
    if (block->n == BLOCK)
        each(pace, block, BLOCK);
    else
        each(pace, block, block->n);
    windows(pace, block);
    mdi(pace, block);
    frames(pace, block, timing->interval_ps);
    pace->last_ps = block->at_ps[block->n - 1];
    return true;
}
