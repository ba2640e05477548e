/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_METRICS_TIMING_STATE_H
#define WEFT_METRICS_TIMING_STATE_H

/* What weft_stream_timing keeps of a stream: packet by packet (struct stream), or by blocks (struct pace). */

#include "metrics/blocks.h"

/* What streams of one rate and packet size share: it stays in the cache. */
struct kind {
    bool media; /* a file's clock: no fixed step */
    uint32_t payload_bytes;
    struct weft_due_step step;
    struct weft_mdi_params mdi;
    struct weft_st2110_params st2110;
    bool in_blocks;
    struct block_rate rate; /* then */
};

/* In the order of use: what a packet touches comes first and fills few cache lines. */
struct stream {
    uint32_t kind;
    uint32_t first_number; /* the first packet that is due at or after warm-up */
    struct weft_due next;  /* the packet after the last one */
    uint64_t interval;     /* in which the last packet was due, and its end */
    weft_ps interval_end_ps;
    struct weft_jitter_state jitter;
    struct weft_jitter_counters jitters;
    struct weft_ts_df_state ts_df;
    struct weft_mdi_state mdi;
    struct weft_cinst_state cinst;
    struct weft_cinst_counters cinsts;
    struct weft_vrx_state vrx;
    struct weft_vrx_counters vrxs;
    struct weft_ts_df_counters ts_dfs;
    struct weft_mdi_counters mdis;
};

/* The same of a stream that blocks come from, all in words of 64 bits. Windows and intervals keep extremes of the exact
 * transit, which the virtual buffer of MDI follows: VB(pre) = -MR * transit, but for a constant that a loss changes.
 * The first three lines are what a block touches. */
struct pace {
    uint64_t sixteen_ps, jitter_most; /* of jitter; 16 J */
    int64_t transit_ps;               /* of the last packet; as all with _ps rounded up */
    /* C_INST: of packets since `drain_ps` - drain_under / (11 units), when one was cleared; see drains(). */
    int64_t drain_ps;
    uint64_t drain_under;
    int64_t offered, least;
    int64_t cinst_most;

    weft_ps window_end_ps; /* of TS-DF; 0: no packet yet */
    int64_t window_low, window_high;
    weft_ps mdi_end_ps; /* 0: no interval is open */
    int64_t mdi_low, mdi_high;
    weft_ps interval_end_ps; /* of the interval in which the last packet was due */
    uint32_t number;         /* expected next */
    uint32_t received;       /* packets of the frame */

    weft_ps last_ps;  /* last arrival */
    int64_t start_ps; /* T_VD of the frame */
    int64_t vrx_low, vrx_high;
    uint64_t interval;
    int64_t zero_ps; /* T_VD of frame 0 */
    weft_ps ts_df_most_ps;
    bool plain; /* it is kept in a struct stream, nothing else is in use */

    weft_u128 df; /* struct weft_mdi_counters ... */
    uint64_t missing_most, lost, out_of_order;
    uint64_t missing; /* found in the open interval */
    uint32_t kind, first_number;
};
static_assert(sizeof(struct pace) == 256, "as stream_blocks.h says");

struct weft_stream_timing {
    const struct weft_setup *setup;
    weft_ps interval_ps;
    struct kind *kind;
    uint32_t kinds, kinds_room;
    struct stream *stream;
    struct weft_timing_report *report;
    struct weft_stream_blocks *blocks; /* they give; NULL: the watch does */
    void *memory;
    struct pace *pace; /* with blocks: `stream` is for those that are plain, and otherwise never touched */
    struct pace kept;  /* of what repeats */
};

/* Packets that were overtaken count for the interval at hand. */
static inline void timing_turn_interval(uint64_t *interval, weft_ps *end_ps, weft_ps interval_ps,
                                        weft_ps due_ps)
{
    ++*interval;
    *end_ps += interval_ps;
    if (due_ps < *end_ps)
        return;
    *interval = due_ps / interval_ps;
    *end_ps = (*interval + 1) * interval_ps;
}

/* A block of a stream that is not plain. False: nothing was done, numbers would not fit. */
bool weft_timing_block(const struct weft_stream_timing *timing, struct pace *pace, const struct block *block);
/* C_INST as the plain way has it: counted from when a packet is cleared next. Returns C. */
int64_t weft_timing_drain_anew(struct pace *pace, const struct block_rate *rate);

/* An arrival is past the end of the window of TS-DF, or of the interval of MDI. */
void weft_timing_turn_window(struct pace *pace, const struct block_rate *rate, weft_ps arrival_ps);
void weft_timing_turn_mdi(struct pace *pace, const struct block_rate *rate, weft_ps arrival_ps);
extern const struct block_repeater weft_timing_repeater;

/* From one to the other. fold() returns false, and leaves all as it is, where what is in `stream` cannot be kept so. */
bool weft_timing_fold(const struct weft_stream_timing *timing, struct pace *pace, const struct stream *stream,
                      const struct block_rate *rate, uint32_t index);
void weft_timing_unfold(const struct weft_stream_timing *timing, struct stream *stream,
                        const struct pace *pace, const struct block_rate *rate, uint32_t index);

#endif
