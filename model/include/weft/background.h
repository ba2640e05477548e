/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_BACKGROUND_H
#define WEFT_BACKGROUND_H

/* Background traffic: what others send towards a port. A source has a pattern, a row of weft_backgrounds[], which says
 * when its packets come; all have one size. Whoever drives it takes one instant after the other:
 *
 *     struct weft_background_state state;
 *     weft_background_begin(&params, &state);
 *     while (state.at_ps < until_ps)
 *         packet_at(weft_background_take(&params, &state));
 *
 * The instants do not decrease, but nothing keeps the packets of a `poisson` source apart: a driver that lets a source
 * come in over a link of its own serialises them with a weft_pipe (the instant is when a packet is there to be sent);
 * one whose port takes packets from many senders at once uses the instants as they are. Packets of `constant` and `pareto`
 * are a packet time at the rate or the peak apart, or more (instants are rounded down).
 *
 * Every number is drawn by (seed, source, WEFT_DRAW_BACKGROUND, n): sources need different `source` numbers, and adding
 * one changes no other. The state has no pointers and may be copied. */

#include "weft/base.h"

WEFT_BEGIN_DECLS

struct weft_background;

/* Which bytes of a packet `packet_bytes` counts is the driver's: the rates are rates of the same bytes. */
struct weft_background_params {
    const struct weft_background *pattern;
    uint64_t seed;
    uint32_t source;       /* number of this source in its scenario */
    uint32_t packet_bytes; /* 1 .. 2^17 */
    uint64_t rate_bps;     /* mean, 1 .. 10^12 */
    weft_ps start_ps;      /* nothing comes before it; at most 2^60 */
    /* `pareto` only: while on, a source sends at `peak_bps`, from above the mean rate to 10^12. The mean on time is from
     * one packet time at that rate to 2^60 ps; the mean off time follows. Shape of both times, in thousandths: 1001 ..
     * 2000. */
    uint64_t peak_bps;
    weft_ps on_ps;
    uint32_t shape_milli;
};

struct weft_background_state {
    weft_ps at_ps;      /* the next packet's instant; WEFT_NEVER if that would be 2^63 ps or later */
    uint64_t carry;     /* private: its remainder, in units of 1 / rate ps */
    uint64_t drawn;     /* private: numbers drawn so far */
    weft_ps on_left_ps; /* private: of the on time that it is in, after at_ps */
};

/* A pattern: policy, pure. `begin` finds the instant of the first packet, with at_ps the start, `advance` that of the
 * next one. `bursts` says that it needs peak, on time and shape. */
struct weft_background {
    const char *name, *help;
    bool bursts;
    void (*begin)(const struct weft_background_params *params, struct weft_background_state *state);
    void (*advance)(const struct weft_background_params *params, struct weft_background_state *state);
};

/* `constant`: a packet at start + n packet times. `poisson`: exponential gaps, the first one after the start.
 * `pareto`: on and off times in turn; a packet each time the source has been on for one packet time at the peak rate
 * more, so that on times shorter than that are not lost. It begins amid a time, on with probability rate / peak, with
 * what is left of it at a random instant and a random phase: the mean rate is right from the start on, without warm-up.
 * Source of on-off times with shape below 2 as the cause of self-similar load: Willinger, Taqqu, Sherman, Wilson, IEEE/ACM
 * ToN 5(1), 1997. */
extern const struct weft_background *const weft_backgrounds[]; /* ends with NULL */

/* WEFT_INVALID with a text that names what is wrong and what is allowed, if a parameter is out of its range. */
int weft_background_check(const struct weft_background_params *params, struct weft_error *error);

/* The mean off time of a source with bursts: on (peak - rate) / rate, to the nearest picosecond; at most 2^60 (checked).
 * So the mean rate is right within 1 ps in on + off. */
weft_ps weft_background_off_ps(const struct weft_background_params *params);

/* The state in which the first packet comes next. `params` are checked. */
static inline void weft_background_begin(const struct weft_background_params *params,
                                         struct weft_background_state *state)
{
    state->at_ps = params->start_ps;
    state->carry = state->drawn = 0;
    state->on_left_ps = 0;
    params->pattern->begin(params, state);
}

/* The next packet's instant; the one after it then is next. WEFT_NEVER for ever after the last one. */
static inline weft_ps weft_background_take(const struct weft_background_params *params,
                                           struct weft_background_state *state)
{
    weft_ps at_ps = state->at_ps;
    if (at_ps != WEFT_NEVER)
        params->pattern->advance(params, state);
    return at_ps;
}

WEFT_END_DECLS

#endif
