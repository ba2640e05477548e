/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Periods of a steady state left out. Jitter, C_INST and VRX come back to a state that they had some periods before, and
 * then go on as they did: they are shifted. Windows of TS-DF begin with any packet, intervals of MDI at instants that need not
 * come back for long: these are walked through window by window, each as a range of packets, until a window begins as an
 * earlier one did. */
#include "metrics/timing_state.h"

#include <assert.h>

static void keep(void *ctx, uint32_t stream)
{
    struct weft_stream_timing *timing = ctx;
    struct pace *pace = &timing->pace[stream];
    if (!pace->plain)
        weft_timing_drain_anew(pace, &timing->kind[pace->kind].rate);
    timing->kept = *pace;
}

/* Extremes are not compared: a state that has come back saw all of them on its way. */
static bool is_kept(void *ctx, uint32_t stream, weft_ps later_ps)
{
    struct weft_stream_timing *timing = ctx;
    struct pace *pace = &timing->pace[stream], *kept = &timing->kept;
    if (pace->plain)
        return false;
    weft_timing_drain_anew(pace, &timing->kind[pace->kind].rate);
    return pace->sixteen_ps == kept->sixteen_ps && pace->transit_ps == kept->transit_ps &&
           pace->drain_ps == kept->drain_ps + (int64_t)later_ps && pace->drain_under == kept->drain_under &&
           pace->least == kept->least && pace->received == kept->received &&
           pace->start_ps == kept->start_ps + (int64_t)later_ps &&
           pace->interval_end_ps == kept->interval_end_ps + later_ps &&
           pace->last_ps == kept->last_ps + later_ps;
}

/* Packets of the periods to be left out, by number from 0 on. */
struct ahead {
    const struct block_period *period;
    uint64_t packets;
};

static weft_ps at(const struct ahead *ahead, uint64_t packet)
{
    const struct block_period *period = ahead->period;
    return period->at_ps[packet % period->n] + (packet / period->n + 1) * period->period_ps;
}

/* The first packet at or after an instant. */
static uint64_t first_from(const struct ahead *ahead, weft_ps from_ps)
{
    const struct block_period *period = ahead->period;
    weft_ps first_ps = at(ahead, 0);
    if (from_ps <= first_ps)
        return 0;
    uint64_t past = (from_ps - first_ps) / period->period_ps;
    weft_ps in_period_ps = from_ps - (past + 1) * period->period_ps;
    uint32_t low = 0, high = period->n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (period->at_ps[middle] < in_period_ps)
            low = middle + 1;
        else
            high = middle;
    }
    return past * period->n + low;
}

/* What turns with an arrival: windows of TS-DF, intervals of MDI. */
struct turning {
    weft_ps *end_ps;
    int64_t *low, *high;
    void (*turn)(struct pace *pace, const struct block_rate *rate, weft_ps arrival_ps);
};

static void widen(const struct turning *it, int64_t low, int64_t high)
{
    *it->low = low < *it->low ? low : *it->low;
    *it->high = high > *it->high ? high : *it->high;
}

static void widen_by(const struct turning *it, const struct ahead *ahead, uint64_t from, uint64_t to)
{
    const struct block_period *period = ahead->period;
    if (to - from >= period->n) {
        widen(it, period->low, period->high);
        return;
    }
    for (uint64_t i = from; i < to; i++)
        widen(it, period->transit[i % period->n], period->transit[i % period->n]);
}

/* Where a window began, to see one begin likewise: by the packet in its period, and how long after it the window ends. */
struct begun {
    uint64_t packet;
    weft_ps left_ps;
    uint64_t windows, until; /* since then, and after how many another one is taken (Brent) */
};

/* Windows between two that begin alike come again and again: all but the last of them can be left out. */
static bool leave_out(const struct ahead *ahead, struct begun *begun, uint64_t *packet, weft_ps *end_ps)
{
    const uint32_t n = ahead->period->n;
    weft_ps left_ps = *end_ps - at(ahead, *packet);
    if (begun->windows > 0 && *packet % n == begun->packet % n && left_ps == begun->left_ps) {
        assert(*packet > begun->packet);
        uint64_t packets = *packet - begun->packet, times = (ahead->packets - 1 - *packet) / packets;
        *packet += times * packets;
        *end_ps += times * (packets / n) * ahead->period->period_ps;
        return true;
    }
    if (begun->windows == begun->until)
        *begun = (struct begun){*packet, left_ps, 0, 2 * begun->until + 1};
    begun->windows++;
    return false;
}

static void walk(struct pace *pace, const struct block_rate *rate, const struct turning *it,
                 const struct ahead *ahead)
{
    struct begun begun = {0};
    bool left_out = false;
    for (uint64_t from = 0;;) {
        uint64_t to = first_from(ahead, *it->end_ps);
        if (to >= ahead->packets) {
            widen_by(it, ahead, from, ahead->packets);
            return;
        }
        widen_by(it, ahead, from, to);
        it->turn(pace, rate, at(ahead, to));
        from = to;
        left_out = left_out || leave_out(ahead, &begun, &from, it->end_ps);
    }
}

static void skip(void *ctx, const struct block_period *period, uint64_t times)
{
    struct weft_stream_timing *timing = ctx;
    struct pace *pace = &timing->pace[period->stream];
    const struct block_rate *rate = &timing->kind[pace->kind].rate;
    const struct ahead ahead = {period, times * period->n};
    const struct turning ts_df = {&pace->window_end_ps, &pace->window_low, &pace->window_high,
                                  weft_timing_turn_window};
    const struct turning mdi = {&pace->mdi_end_ps, &pace->mdi_low, &pace->mdi_high, weft_timing_turn_mdi};
    weft_ps later_ps = times * period->period_ps;
    assert(!pace->plain && pace->mdi_end_ps != 0 && later_ps % timing->interval_ps == 0);
    walk(pace, rate, &ts_df, &ahead);
    walk(pace, rate, &mdi, &ahead);
    pace->number += (uint32_t)ahead.packets;
    pace->drain_ps += (int64_t)later_ps;
    pace->start_ps += (int64_t)later_ps;
    pace->interval += later_ps / timing->interval_ps;
    pace->interval_end_ps += later_ps;
    pace->last_ps += later_ps;
}

const struct block_repeater weft_timing_repeater = {.keep = keep, .is_kept = is_kept, .skip = skip};
