/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_ST2110_H
#define WEFT_ST2110_H

/* How bursty a stream is, by the two receiver models of SMPTE ST 2110-21 as EBU LIST defines them
 * (c_calculator.cpp, vrx_calculator.cpp, settings.cpp, compliance.cpp), with its MAXIP of 1,500 bytes: the
 * network compatibility model (C_INST) and the virtual receive buffer (VRX).
 *
 * N packets a frame of T_FRAME. All times are integers over one common denominator, so every comparison is
 * exact. State and counters begin as zeros; packets come in the order of arrival. */

#include "weft/traffic.h"

WEFT_BEGIN_DECLS

/* What of the picture's format matters: R_ACTIVE of the gapped schedule, and TRO_DEFAULT as a multiple of
 * T_FRAME, which is the field period where there are fields (hence twice the standard's multiple). */
struct weft_st2110_format {
    const char *name, *help;
    uint32_t active_num, active_den, offset_num, offset_den;
};
extern const struct weft_st2110_format *const weft_st2110_formats[]; /* ends with NULL */

enum weft_st2110_schedule { WEFT_ST2110_LINEAR, WEFT_ST2110_GAPPED };
/* When T_VD is: N_FRAME T_FRAME + TRO with N_FRAME = floor(t / T_FRAME) of the frame's first packet; or the very first
 * packet, plus whole T_FRAMEs, where a network's delay lies in between. */
enum weft_st2110_origin { WEFT_ST2110_IDEAL, WEFT_ST2110_FIRST_PACKET };

struct weft_st2110_limits {
    uint64_t c_narrow, c_wide;     /* C_MAX, packets */
    uint64_t vrx_narrow, vrx_wide; /* VRX_FULL, packets */
};
/* A duration of whole + part / units ps; an instant of up - under / units ps: the first whole picosecond that is not
 * before it, and by how much that is late. part and under are below units, the common denominator. */
struct weft_st2110_duration {
    uint64_t whole_ps, part;
};
struct weft_st2110_instant {
    int64_t up_ps;
    uint64_t under;
};
struct weft_st2110_params {
    uint64_t units;
    struct weft_st2110_duration frame, drain, read, offset; /* T_FRAME, T_DRAIN, T_RS, TRO */
    enum weft_st2110_origin origin;
    struct weft_st2110_limits limits;
};

/* With T_FRAME = frame_num / frame_den ps (up to 10^18 ps, frame_den up to 1,000) and N = `packets` (up to 10^6):
 *     T_DRAIN = T_FRAME / (1.1 N)         T_RS = R_ACTIVE T_FRAME / N       TRO = offset T_FRAME
 *     C_MAX    narrow: max(4, trunc(N / (43200 R_ACTIVE T_FRAME)))   wide: max(16, trunc(N / (21600 T_FRAME)))
 *     VRX_FULL narrow: max(8, floor(N / (27000 T_FRAME)))            wide: max(720, floor(N / (300 T_FRAME)))
 * T_FRAME in seconds for the limits; R_ACTIVE = 1 if linear. Source: LIST, settings.cpp and c_calculator.cpp. */
void weft_st2110_init(struct weft_st2110_params *params, uint64_t frame_num, uint64_t frame_den,
                      uint32_t packets, const struct weft_st2110_format *format,
                      enum weft_st2110_schedule schedule, enum weft_st2110_origin origin);

/* Of a stream that is sent in intervals: T_FRAME is `interval_ps` (1 .. 10^18), N the packets of the stream in it, which
 * need not be a whole number: T_FRAME / N = payload * 8 / rate, the mean rate for media. Linear, progressive, and T_VD
 * from the first packet. Limits depend on N / T_FRAME only: below 207,000 packets/s C_MAX is 4 and 16, VRX_FULL 8 and
 * 720. */
void weft_st2110_init_stream(struct weft_st2110_params *params, const struct weft_clock *clock,
                             weft_ps interval_ps);

/* How many of the instants *next, *next + step, ... are at or before `at_ps` (below 2^63); moves *next behind it. */
int64_t weft_st2110_skip(uint64_t units, const struct weft_st2110_duration *step,
                         struct weft_st2110_instant *next, int64_t at_ps);

/* One step. */
static inline void weft_st2110_step(uint64_t units, const struct weft_st2110_duration *step,
                                    struct weft_st2110_instant *next)
{
    bool carries = next->under < step->part;
    next->up_ps += (int64_t)(step->whole_ps + carries);
    next->under += (carries ? units : 0) - step->part;
}

/* weft_st2110_skip(), where it is known to be 1 or more, and mostly 1. */
static inline int64_t weft_st2110_pass(uint64_t units, const struct weft_st2110_duration *step,
                                       struct weft_st2110_instant *next, int64_t at_ps)
{
    weft_st2110_step(units, step, next);
    return at_ps < next->up_ps ? 1 : 1 + weft_st2110_skip(units, step, next, at_ps);
}

/* ---- C_INST, over the whole stream: t_0 is the first packet, cleared_k = floor((t_k - t_0) / T_DRAIN),
 *     C_k = max(0, C_{k-1} + 1 - (cleared_k - cleared_{k-1})),   C_0 = 0: the first packet is not counted. */
struct weft_cinst_state {
    struct weft_st2110_instant next; /* when one more is cleared; up_ps = 0: no packet yet */
    int64_t c;
};
struct weft_cinst_counters {
    int64_t most;
};

/* A packet at an instant below 2^63. */
static inline void weft_cinst_packet(const struct weft_st2110_params *params, struct weft_cinst_state *state,
                                     struct weft_cinst_counters *counters, weft_ps arrival_ps)
{
    int64_t at_ps = (int64_t)arrival_ps, c = state->c + 1;
    if (at_ps >= state->next.up_ps) {
        if (state->next.up_ps == 0)
            state->next.up_ps = at_ps;
        c -= weft_st2110_pass(params->units, &params->drain, &state->next, at_ps);
        c = c > 0 ? c : 0;
    }
    state->c = c;
    if (c > counters->most)
        counters->most = c;
}

/* ---- VRX, from 0 at the start of each frame: drained_j = trunc((t_j - T_VD + T_RS) / T_RS), toward zero,
 *     VRX_j = VRX_{j-1} + 1 - (drained_j - drained_{j-1}),   VRX_0 = drained_0 = 0. */
struct weft_vrx_state {
    uint64_t frame;                  /* the one being received, plus 1; 0: no packet yet */
    weft_i128 zero;                  /* T_VD of frame 0 by the first packet, in units */
    weft_i128 start;                 /* T_VD, in units */
    struct weft_st2110_instant next; /* when drained_j changes */
    int64_t drained;                 /* drained_j */
    int64_t received;                /* packets of the frame */
};
struct weft_vrx_counters {
    uint64_t frames;
    int64_t low, high; /* least and largest VRX_j; 0 for no packet */
};

/* What is rare: another frame begins; and drained_j by its definition, for packets so early that it is below 0. */
void weft_vrx_turn(const struct weft_st2110_params *params, struct weft_vrx_state *state,
                   struct weft_vrx_counters *counters, int64_t at_ps, uint64_t frame);
void weft_vrx_drain(const struct weft_st2110_params *params, struct weft_vrx_state *state, int64_t at_ps);

/* A packet at an instant below 2^63, of frame `frame`, counted from 0, with frame * T_FRAME below 2^63 ps; frames may be
 * missing. */
static inline void weft_vrx_packet(const struct weft_st2110_params *params, struct weft_vrx_state *state,
                                   struct weft_vrx_counters *counters, weft_ps arrival_ps, uint64_t frame)
{
    int64_t at_ps = (int64_t)arrival_ps, drained = state->drained;
    if (state->frame != frame + 1) {
        weft_vrx_turn(params, state, counters, at_ps, frame);
        drained = state->drained;
    } else if (at_ps >= state->next.up_ps) {
        if (drained < 0)
            weft_vrx_drain(params, state, at_ps);
        else
            state->drained += weft_st2110_pass(params->units, &params->read, &state->next, at_ps);
        drained = state->drained;
    }
    int64_t vrx = ++state->received - drained;
    if (vrx < counters->low)
        counters->low = vrx;
    if (vrx > counters->high)
        counters->high = vrx;
}

/* ---- The verdict: narrow if C_INST <= C_MAX narrow and 0 <= VRX <= VRX_FULL narrow; wide if the wide limits hold; else
 * fail. A VRX below 0 fails: a packet is missing when it is to be read. Source: LIST, compliance.cpp. */
enum weft_st2110_verdict { WEFT_ST2110_NARROW, WEFT_ST2110_WIDE, WEFT_ST2110_FAIL, WEFT_ST2110_VERDICTS };
enum weft_st2110_verdict weft_st2110_judge(const struct weft_st2110_limits *limits, int64_t cinst_max,
                                           int64_t vrx_min, int64_t vrx_max);
/* "narrow" ("narrow-linear" with the linear schedule), "wide", "fail". */
const char *weft_st2110_verdict_name(enum weft_st2110_verdict verdict, enum weft_st2110_schedule schedule);

WEFT_END_DECLS

#endif
