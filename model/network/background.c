/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of background patterns. No sum overflows: an instant is below 2^63 ps and gets less than 2^63 at a time; the
 * bits of a packet times 10^12 are below 2^60. */
#include "weft/background.h"

#include "weft/variates.h"

#include <inttypes.h>

#define END_PS        (UINT64_C(1) << 63)
#define MOST_START_PS (UINT64_C(1) << 60)
#define MOST_BPS      UINT64_C(1000000000000)
enum { MOST_BYTES = 1 << 17 };
_Static_assert(WEFT_VARIATE_MOST_PS < END_PS, "two times are below 2^64 ps");

static uint64_t draw(const struct weft_background_params *params, struct weft_background_state *state)
{
    return weft_draw(params->seed, params->source, WEFT_DRAW_BACKGROUND, state->drawn++);
}

/* Picoseconds from packet to packet, times the rate. */
static uint64_t packet_work(const struct weft_background_params *params)
{
    return (uint64_t)params->packet_bytes * 8 * WEFT_PS_PER_S;
}

static void go_on(struct weft_background_state *state, weft_u128 by_ps)
{
    state->at_ps = by_ps < END_PS - state->at_ps ? state->at_ps + (weft_ps)by_ps : WEFT_NEVER;
}

/* By `work` / `rate` picoseconds: what is kept of it is below the rate. */
static weft_u128 take_whole(struct weft_background_state *state, weft_u128 work, uint64_t rate_bps)
{
    work += state->carry;
    state->carry = (uint64_t)(work % rate_bps);
    return work / rate_bps;
}

static void begin_constant(const struct weft_background_params *params, struct weft_background_state *state)
{
    (void)params;
    (void)state; /* the first packet comes at the start */
}

static void advance_constant(const struct weft_background_params *params, struct weft_background_state *state)
{
    go_on(state, take_whole(state, packet_work(params), params->rate_bps));
}

static void advance_poisson(const struct weft_background_params *params, struct weft_background_state *state)
{
    weft_u128 work = (weft_u128)weft_exponential_q57(draw(params, state)) * packet_work(params) >> 57;
    go_on(state, take_whole(state, work, params->rate_bps));
}

/* The source has been on for `need_ps` more: through the ends of as many on times as it takes. */
static void be_on(const struct weft_background_params *params, struct weft_background_state *state,
                  weft_ps need_ps)
{
    weft_ps off_mean_ps = weft_background_off_ps(params);
    while (need_ps > state->on_left_ps && state->at_ps != WEFT_NEVER) {
        weft_ps off_ps = weft_pareto_ps(draw(params, state), off_mean_ps, params->shape_milli);
        need_ps -= state->on_left_ps;
        go_on(state, (weft_u128)state->on_left_ps + off_ps);
        state->on_left_ps = weft_pareto_ps(draw(params, state), params->on_ps, params->shape_milli);
    }
    if (state->at_ps == WEFT_NEVER)
        return;
    state->on_left_ps -= need_ps;
    go_on(state, need_ps);
}

static void begin_pareto(const struct weft_background_params *params, struct weft_background_state *state)
{
    bool on = weft_uniform(draw(params, state), params->peak_bps) < params->rate_bps;
    uint64_t left = draw(params, state);
    if (on) {
        state->on_left_ps = weft_pareto_residual_ps(left, params->on_ps, params->shape_milli);
    } else {
        go_on(state, weft_pareto_residual_ps(left, weft_background_off_ps(params), params->shape_milli));
        state->on_left_ps = weft_pareto_ps(draw(params, state), params->on_ps, params->shape_milli);
    }
    be_on(params, state, weft_uniform(draw(params, state), packet_work(params) / params->peak_bps));
}

static void advance_pareto(const struct weft_background_params *params, struct weft_background_state *state)
{
    be_on(params, state, (weft_ps)take_whole(state, packet_work(params), params->peak_bps));
}

static const struct weft_background constant = {
    .name = "constant",
    .help = "equal gaps, the first packet at the start",
    .begin = begin_constant,
    .advance = advance_constant,
};
static const struct weft_background poisson = {
    .name = "poisson",
    .help = "exponential gaps",
    .begin = advance_poisson,
    .advance = advance_poisson,
};
static const struct weft_background pareto = {
    .name = "pareto",
    .help = "on and off in turn, for times with a Pareto distribution; at the peak rate while on",
    .bursts = true,
    .begin = begin_pareto,
    .advance = advance_pareto,
};

const struct weft_background *const weft_backgrounds[] = {&constant, &poisson, &pareto, NULL};

weft_ps weft_background_off_ps(const struct weft_background_params *params)
{
    weft_u128 work = (weft_u128)params->on_ps * (params->peak_bps - params->rate_bps);
    weft_u128 off_ps = (work + params->rate_bps / 2) / params->rate_bps;
    return off_ps < WEFT_NEVER ? (weft_ps)off_ps : WEFT_NEVER;
}

static int check_range(const char *what, uint64_t value, uint64_t low, uint64_t high,
                       struct weft_error *error)
{
    if (value >= low && value <= high)
        return WEFT_OK;
    return weft_fail(error, WEFT_INVALID, "%s is %" PRIu64 "; allowed: %" PRIu64 " to %" PRIu64, what, value,
                     low, high);
}

static int check_bursts(const struct weft_background_params *params, struct weft_error *error)
{
    int status = check_range("peak (bit/s)", params->peak_bps, params->rate_bps + 1, MOST_BPS, error);
    if (status != WEFT_OK)
        return status;
    weft_ps packet_ps = (packet_work(params) + params->peak_bps - 1) / params->peak_bps;
    status = check_range("on (ps)", params->on_ps, packet_ps, WEFT_VARIATE_MOST_MEAN_PS, error);
    if (status == WEFT_OK)
        status = check_range("shape (1/1000)", params->shape_milli, WEFT_SHAPE_LEAST_MILLI,
                             WEFT_SHAPE_MOST_MILLI, error);
    if (status == WEFT_OK)
        status = check_range("mean off time (ps)", weft_background_off_ps(params), 0,
                             WEFT_VARIATE_MOST_MEAN_PS, error);
    return status;
}

int weft_background_check(const struct weft_background_params *params, struct weft_error *error)
{
    int status = check_range("packet (B)", params->packet_bytes, 1, MOST_BYTES, error);
    if (status == WEFT_OK)
        status = check_range("rate (bit/s)", params->rate_bps, 1,
                             params->pattern->bursts ? MOST_BPS - 1 : MOST_BPS, error);
    if (status == WEFT_OK)
        status = check_range("start (ps)", params->start_ps, 0, MOST_START_PS, error);
    return status == WEFT_OK && params->pattern->bursts ? check_bursts(params, error) : status;
}
