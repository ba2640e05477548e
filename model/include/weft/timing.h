/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TIMING_H
#define WEFT_TIMING_H

/* How evenly a stream arrives: media delivery index, interarrival jitter, time-stamped delay factor. (Burst
 * sizes by ST 2110-21 are in weft/st2110.h.)
 *
 * Each metric has parameters, state and counters. It is told of every packet in the order of arrival, at
 * instants that do not decrease; it needs no memory but its state, which has no pointers, and all its sums
 * are exact integers. State and counters begin as zeros, unless an init function is named. Doubles are made
 * only by the functions that report. */

#include "weft/base.h"

WEFT_BEGIN_DECLS

/* ---- Media delivery index: RFC 4445 (Welch, Clark, 2006).
 *
 * A virtual buffer takes the payload as it arrives and is drained at the media rate MR; it may be negative.
 * With VB(i, pre) = sum of S_j for j < i, minus MR T_i, and VB(i, post) = VB(i, pre) + S_i, over an interval:
 *     DF  = (max VB(i, post) - min VB(i, pre)) / MR
 *     MLR = packets that are lost or out of order / length of the interval
 * VB is kept in bits times 10^12, so that MR T is an integer product. Intervals follow each other from the
 * first packet on. The last one may be cut short by weft_mdi_end(): it counts like any other, so its MLR is over
 * the whole length all the same. Meaningful for constant bit rate; for others MR is the mean rate. */
struct weft_mdi_params {
    uint64_t media_bps;  /* MR, 1 .. 10^13 bit/s of payload */
    weft_ps interval_ps; /* 1 s by the RFC for 1 Mbit/s and more; 1 .. 2^62 */
};
struct weft_mdi_state {
    weft_ps end_ps;       /* of the open interval; 0: no packet yet */
    weft_i128 received;   /* bits so far, times 10^12 */
    weft_i128 low, high;  /* of the open interval: least VB(pre), largest VB(post) */
    uint64_t next_number; /* the least number that would be in order */
    uint64_t missing;     /* found in the open interval: lost or out of order */
};
struct weft_mdi_counters {
    uint64_t intervals;    /* that are over, those without packets among them */
    weft_u128 df;          /* largest of an interval: picoseconds times media_bps */
    uint64_t missing;      /* most of an interval: lost or out of order */
    uint64_t lost;         /* never came, as far as known by now */
    uint64_t out_of_order; /* came after one with a higher number */
};

#define WEFT_MDI_INTERVAL_PS WEFT_PS_PER_S
#define WEFT_MDI_BITS_SCALE  (8 * WEFT_PS_PER_S) /* of a byte in the virtual buffer */

/* `first_number`: of the first packet that is expected. */
void weft_mdi_init(struct weft_mdi_state *state, uint64_t first_number);

/* What is rare: intervals that are over by `arrival_ps`, and a packet whose number is not the next one. */
void weft_mdi_turn(const struct weft_mdi_params *params, struct weft_mdi_state *state,
                   struct weft_mdi_counters *counters, weft_ps arrival_ps);
void weft_mdi_misplaced(struct weft_mdi_state *state, struct weft_mdi_counters *counters, uint64_t number);

/* A packet of 0 .. 2^20 payload bytes, at an instant below 2^63. Numbers, from `first_number` on, count the packets that
 * were to be sent, each comes at most once: a number left out is lost when a later one arrives, and out of order instead
 * if it comes after all; it counts for MLR once, in the interval of the arrival that showed it. */
static inline void weft_mdi_packet(const struct weft_mdi_params *params, struct weft_mdi_state *state,
                                   struct weft_mdi_counters *counters, weft_ps arrival_ps,
                                   uint32_t payload_bytes, uint64_t number)
{
    if (arrival_ps >= state->end_ps)
        weft_mdi_turn(params, state, counters, arrival_ps);
    if (number == state->next_number)
        state->next_number++;
    else
        weft_mdi_misplaced(state, counters, number);
    weft_i128 drained = (weft_i128)((weft_u128)params->media_bps * arrival_ps);
    if (state->received - drained < state->low)
        state->low = state->received - drained;
    state->received += (weft_i128)(payload_bytes * WEFT_MDI_BITS_SCALE);
    if (state->received - drained > state->high)
        state->high = state->received - drained;
}

/* Nothing more will come: packets below `next_number` that have not are lost, in the interval that is open. */
void weft_mdi_end(struct weft_mdi_state *state, struct weft_mdi_counters *counters, uint64_t next_number);

/* The largest DF of an interval, in milliseconds. */
double weft_mdi_df_ms(const struct weft_mdi_params *params, const struct weft_mdi_counters *counters);
/* The largest MLR of an interval, in packets per second. */
double weft_mdi_mlr(const struct weft_mdi_params *params, const struct weft_mdi_counters *counters);

/* ---- Interarrival jitter: RFC 3550, section 6.4.1 (Schulzrinne and others, 2003).
 *
 * With transit(i) = R_i - S_i, arrival less ideal send time: D = transit(i) - transit(i - 1), and
 *     J += (|D| - J) / 16,  from 0, packets in the order of arrival.
 * 16 J is kept as an integer and rounded as in the RFC's appendix A.8, but in picoseconds: the result is within
 * 0.5 ps of the exact one. Send times are the caller's: when the media is due, because packets of one frame
 * share an RTP timestamp; or the RTP timestamp as a time, which is what Wireshark's RTP analysis does. */
struct weft_jitter_state {
    uint64_t sixteen_ps; /* 16 J */
    int64_t transit_ps;  /* of the packet before */
    bool begun;
};
struct weft_jitter_counters {
    uint64_t most; /* largest 16 J, ps */
};

#define WEFT_JITTER_MOST_PS (UINT64_C(1) << 59)

/* |arrival_ps - send_ps| is below 2^62. |D| counts as at most 2^59 ps, 6.7 days. */
static inline void weft_jitter_packet(struct weft_jitter_state *state, struct weft_jitter_counters *counters,
                                      weft_ps arrival_ps, weft_ps send_ps)
{
    int64_t transit_ps = (int64_t)(arrival_ps - send_ps);
    int64_t change_ps = state->begun ? transit_ps - state->transit_ps : 0;
    uint64_t size_ps = (uint64_t)(change_ps < 0 ? -change_ps : change_ps);
    if (size_ps > WEFT_JITTER_MOST_PS)
        size_ps = WEFT_JITTER_MOST_PS;
    uint64_t sixteen_ps = state->sixteen_ps + size_ps - ((state->sixteen_ps + 8) >> 4);
    state->begun = true;
    state->transit_ps = transit_ps;
    state->sixteen_ps = sixteen_ps;
    if (sixteen_ps > counters->most)
        counters->most = sixteen_ps;
}

/* J after the last packet, as a receiver would report it then, and the largest, in microseconds. */
double weft_jitter_us(const struct weft_jitter_state *state);
double weft_jitter_max_us(const struct weft_jitter_counters *counters);

/* The same in units of the RTP timestamp, as a receiver report states it: RFC 3550, appendix A.8, word for
 * word. Arrivals are rounded down to a unit, timestamps and transit wrap around at 2^32. */
struct weft_rtp_jitter_state {
    uint32_t transit;
    uint32_t sixteen; /* 16 J */
    bool begun;
};

/* `clock_hz`: units per second, 1 .. 2^32 - 1. Returns J, in units, rounded down as in the report. */
uint32_t weft_rtp_jitter_packet(struct weft_rtp_jitter_state *state, uint32_t clock_hz, weft_ps arrival_ps,
                                uint32_t timestamp);

/* ---- Time-stamped delay factor: EBU Tech 3337 (2010), windows as in EBU LIST's audio_timing_analyser.cpp.
 *
 *     TS-DF = max(R_i - S_i) - min(R_i - S_i) over a window
 * A window begins with a packet; the first packet more than `window_ps` later begins the next. The last one may
 * be short, and counts: its packets are fewer, so it cannot be larger for that. Good for any bit rate. */
struct weft_ts_df_params {
    weft_ps window_ps; /* 200 ms by EBU Tech 3337; 0 .. 2^62 */
};
struct weft_ts_df_state {
    weft_ps until_ps;        /* packets before it belong to the open window; 0: no packet yet */
    int64_t low_ps, high_ps; /* of the open window */
};
struct weft_ts_df_counters {
    uint64_t windows; /* that are over */
    weft_ps most_ps;  /* largest TS-DF of one */
};

#define WEFT_TS_DF_WINDOW_PS (WEFT_PS_PER_S / 5)

/* What is rare: the window is over, and the next begins with this packet. */
void weft_ts_df_turn(const struct weft_ts_df_params *params, struct weft_ts_df_state *state,
                     struct weft_ts_df_counters *counters, weft_ps arrival_ps, weft_ps send_ps);

/* |arrival_ps - send_ps| is below 2^63. */
static inline void weft_ts_df_packet(const struct weft_ts_df_params *params, struct weft_ts_df_state *state,
                                     struct weft_ts_df_counters *counters, weft_ps arrival_ps,
                                     weft_ps send_ps)
{
    int64_t transit_ps = (int64_t)(arrival_ps - send_ps);
    if (arrival_ps >= state->until_ps)
        weft_ts_df_turn(params, state, counters, arrival_ps, send_ps);
    else if (transit_ps < state->low_ps)
        state->low_ps = transit_ps;
    else if (transit_ps > state->high_ps)
        state->high_ps = transit_ps;
}

/* Nothing more will come: the open window is over. */
void weft_ts_df_end(struct weft_ts_df_state *state, struct weft_ts_df_counters *counters);

/* The largest TS-DF of a window, in microseconds. */
double weft_ts_df_us(const struct weft_ts_df_counters *counters);

WEFT_END_DECLS

#endif
