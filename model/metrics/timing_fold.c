/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Between the state that blocks leave and the state that packets one by one need: a packet that is no part of a block is
 * shown to the plain functions on the unfolded state, which is folded again when blocks come again.
 *
 * A virtual buffer is R - MR * t with R the bits received. Of packets that follow each other R less MR times the due instant
 * is a constant, which changes with a packet lost or overtaken: what is kept of the open interval is written anew as
 * transits that would be the same levels under the constant that holds now. */
#include "metrics/timing_state.h"

#include <string.h>

/* R less MR * (due instant of packet `number`), as MDI counts, if nothing had been lost: MR * due = MR * start + number
 * packets. */
static weft_i128 drained_by_due(const struct weft_stream_timing *timing, const struct block_rate *rate,
                                uint32_t index, uint64_t number)
{
    return (weft_i128)((weft_u128)timing->setup->stream[index].clock.start_ps * rate->rate_bps +
                       (weft_u128)number * rate->payload_bytes * WEFT_MDI_BITS_SCALE);
}

static void unfold_mdi(const struct weft_stream_timing *timing, struct stream *stream,
                       const struct pace *pace, const struct block_rate *rate, uint32_t index)
{
    weft_i128 scale = (weft_i128)(rate->rate_bps / rate->units);
    stream->mdi = (struct weft_mdi_state){.end_ps = pace->mdi_end_ps,
                                          .received = drained_by_due(timing, rate, index, pace->number),
                                          .next_number = pace->number,
                                          .missing = pace->missing};
    stream->mdis = (struct weft_mdi_counters){.df = pace->df,
                                              .missing = pace->missing_most,
                                              .lost = pace->lost,
                                              .out_of_order = pace->out_of_order};
    if (pace->mdi_end_ps == 0)
        return;
    stream->mdi.low = -scale * transit_units(pace->mdi_high, rate);
    stream->mdi.high = scale * ((int64_t)rate->packet - transit_units(pace->mdi_low, rate));
}

static void unfold_st2110(const struct weft_stream_timing *timing, struct stream *stream,
                          const struct pace *pace, const struct block_rate *rate)
{
    const struct weft_st2110_params *params = &timing->kind[stream->kind].st2110;
    weft_i128 units = (weft_i128)params->units;
    struct pace anew = *pace;
    stream->cinst.c = weft_timing_drain_anew(&anew, rate);
    stream->cinst.next = (struct weft_st2110_instant){
        .up_ps = anew.drain_ps, .under = anew.drain_under * (params->units / (11 * rate->units))};
    stream->cinsts.most = pace->cinst_most;
    stream->vrx.frame = pace->interval + 1;
    stream->vrx.zero = pace->zero_ps * units;
    stream->vrx.start = pace->start_ps * units;
    stream->vrx.received = pace->received;
    weft_vrx_drain(params, &stream->vrx, (int64_t)pace->last_ps);
    stream->vrxs = (struct weft_vrx_counters){.low = pace->vrx_low, .high = pace->vrx_high};
}

void weft_timing_unfold(const struct weft_stream_timing *timing, struct stream *stream,
                        const struct pace *pace, const struct block_rate *rate, uint32_t index)
{
    memset(stream, 0, sizeof *stream);
    stream->kind = pace->kind;
    stream->first_number = pace->first_number;
    stream->next.number = UINT64_MAX;
    stream->interval = pace->interval;
    stream->interval_end_ps = pace->interval_end_ps;
    unfold_mdi(timing, stream, pace, rate, index);
    if (pace->window_end_ps == 0)
        return;
    stream->jitter = (struct weft_jitter_state){
        .sixteen_ps = pace->sixteen_ps, .transit_ps = pace->transit_ps, .begun = true};
    stream->jitters.most = pace->jitter_most;
    stream->ts_df = (struct weft_ts_df_state){.until_ps = pace->window_end_ps,
                                              .low_ps = transit_ceil_ps(pace->window_low, rate->shift),
                                              .high_ps = transit_ceil_ps(pace->window_high, rate->shift)};
    stream->ts_dfs.most_ps = pace->ts_df_most_ps;
    unfold_st2110(timing, stream, pace, rate);
}

/* A transit in 1 / units ps as a word. */
static bool fold_transit(int64_t *transit, weft_i128 in_units, const struct block_rate *rate)
{
    weft_i128 units = (weft_i128)rate->units, limit = (weft_i128)rate->limit_ps;
    weft_i128 ceil_ps = in_units / units + (in_units % units > 0);
    *transit = transit_make((int64_t)ceil_ps, (uint64_t)(ceil_ps * units - in_units), rate->shift);
    return ceil_ps < limit && ceil_ps > -limit;
}

static bool fold_mdi(const struct weft_stream_timing *timing, struct pace *pace, const struct stream *stream,
                     const struct block_rate *rate, uint32_t index)
{
    const struct weft_mdi_state *mdi = &stream->mdi;
    weft_i128 scale = (weft_i128)(rate->rate_bps / rate->units);
    weft_i128 constant = mdi->received - drained_by_due(timing, rate, index, mdi->next_number);
    weft_i128 highest = constant - mdi->low, lowest = constant - mdi->high;
    pace->number = (uint32_t)mdi->next_number;
    pace->mdi_end_ps = mdi->end_ps;
    pace->missing = mdi->missing;
    pace->df = stream->mdis.df;
    pace->missing_most = stream->mdis.missing;
    pace->lost = stream->mdis.lost;
    pace->out_of_order = stream->mdis.out_of_order;
    return highest % scale == 0 && lowest % scale == 0 &&
           fold_transit(&pace->mdi_high, highest / scale, rate) &&
           fold_transit(&pace->mdi_low, lowest / scale + (int64_t)rate->packet, rate);
}

static bool fold_cinst(const struct weft_stream_timing *timing, struct pace *pace,
                       const struct stream *stream, const struct block_rate *rate)
{
    uint64_t units = timing->kind[stream->kind].st2110.units / (11 * rate->units);
    pace->drain_ps = stream->cinst.next.up_ps;
    pace->drain_under = stream->cinst.next.under / units;
    pace->offered = 0;
    pace->cinst_most = stream->cinsts.most;
    return stream->cinst.next.under % units == 0 &&
           !__builtin_mul_overflow(stream->cinst.c, -10 * (int64_t)rate->packet, &pace->least);
}

static bool fold_vrx(const struct weft_stream_timing *timing, struct pace *pace, const struct stream *stream)
{
    weft_i128 units = (weft_i128)timing->kind[stream->kind].st2110.units;
    pace->start_ps = (int64_t)(stream->vrx.start / units);
    pace->zero_ps = (int64_t)(stream->vrx.zero / units);
    pace->received = (uint32_t)stream->vrx.received;
    pace->vrx_low = stream->vrxs.low;
    pace->vrx_high = stream->vrxs.high;
    return stream->vrx.start % units == 0 && stream->vrx.zero % units == 0 &&
           stream->vrx.received <= INT32_MAX && stream->vrx.frame == stream->interval + 1;
}

bool weft_timing_fold(const struct weft_stream_timing *timing, struct pace *pace, const struct stream *stream,
                      const struct block_rate *rate, uint32_t index)
{
    int64_t limit_ps = (int64_t)rate->limit_ps;
    struct pace folded = {.kind = stream->kind,
                          .first_number = stream->first_number,
                          .sixteen_ps = stream->jitter.sixteen_ps,
                          .jitter_most = stream->jitters.most,
                          .transit_ps = stream->jitter.transit_ps,
                          .window_end_ps = stream->ts_df.until_ps,
                          .window_low = transit_make(stream->ts_df.low_ps, 0, rate->shift),
                          .window_high = transit_make(stream->ts_df.high_ps, 0, rate->shift),
                          .ts_df_most_ps = stream->ts_dfs.most_ps,
                          .interval = stream->interval,
                          .interval_end_ps = stream->interval_end_ps,
                          .last_ps = pace->last_ps};
    if (stream->jitter.transit_ps >= limit_ps || stream->jitter.transit_ps <= -limit_ps ||
        stream->ts_df.low_ps <= -limit_ps || stream->ts_df.high_ps >= limit_ps ||
        !fold_mdi(timing, &folded, stream, rate, index) || !fold_cinst(timing, &folded, stream, rate) ||
        !fold_vrx(timing, &folded, stream))
        return false;
    *pace = folded;
    return true;
}
