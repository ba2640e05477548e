/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Receiver models of ST 2110-21: times and limits of a stream, and what is done once a frame. What is done for
 * every packet is inline in the header. */
#include "weft/st2110.h"

#include <assert.h>

static const struct weft_st2110_format progressive = {
    "progressive", "progressive, 1080 lines and more", 1080, 1125, 43, 1125};
static const struct weft_st2110_format progressive_small = {
    "progressive-small", "progressive, fewer than 1080 lines", 1080, 1125, 28, 750};
static const struct weft_st2110_format interlaced = {
    "interlaced", "fields of a frame of 1080 lines", 1080, 1125, 2 * 22, 1125};
static const struct weft_st2110_format interlaced_625 = {
    "interlaced-625", "fields of a frame of 576 to 1079 lines", 576, 625, 2 * 26, 625};
static const struct weft_st2110_format interlaced_525 = {
    "interlaced-525", "fields of a frame of fewer than 576 lines", 487, 525, 2 * 20, 525};

const struct weft_st2110_format *const weft_st2110_formats[] = {
    &progressive, &progressive_small, &interlaced, &interlaced_625, &interlaced_525, NULL};

/* num / den, both positive. */
struct fraction {
    uint64_t num, den;
};

static struct fraction reduced(weft_u128 num, weft_u128 den)
{
    weft_u128 a = num, b = den;
    while (b != 0) {
        weft_u128 rest = a % b;
        a = b;
        b = rest;
    }
    assert(num / a >= 1 && num / a <= UINT64_MAX && den / a <= UINT64_MAX);
    return (struct fraction){(uint64_t)(num / a), (uint64_t)(den / a)};
}

/* trunc(packets per second * active_den / (factor * active_num)), but at least `least`. */
static uint64_t limit(uint64_t least, struct fraction spacing, uint64_t factor, struct fraction active)
{
    weft_u128 packets =
        (weft_u128)spacing.den * active.den * WEFT_PS_PER_S / ((weft_u128)spacing.num * active.num * factor);
    assert(packets <= INT64_MAX);
    return packets > least ? (uint64_t)packets : least;
}

/* a * b, whose denominators divide `units`. */
static struct weft_st2110_duration duration(weft_u128 units, struct fraction a, struct fraction b)
{
    weft_u128 in_units = units / a.den / b.den * a.num * b.num;
    assert(in_units / units <= INT64_MAX);
    return (struct weft_st2110_duration){(uint64_t)(in_units / units), (uint64_t)(in_units % units)};
}

/* From T_FRAME, T_FRAME / N, R_ACTIVE and TRO / T_FRAME. */
static void init(struct weft_st2110_params *params, struct fraction frame, struct fraction spacing,
                 struct fraction active, struct fraction offset)
{
    enum { BETA_NUM = 11, BETA_DEN = 10 };
    static const struct fraction one = {1, 1};
    weft_u128 units = (weft_u128)frame.den * spacing.den * active.den * offset.den * BETA_NUM;
    assert(units < (weft_u128)1 << 62);
    params->units = (uint64_t)units;
    params->frame = duration(units, frame, one);
    params->drain = duration(units, spacing, (struct fraction){BETA_DEN, BETA_NUM});
    params->read = duration(units, spacing, active);
    params->offset = duration(units, frame, offset);
    params->limits = (struct weft_st2110_limits){.c_narrow = limit(4, spacing, 43200, active),
                                                 .c_wide = limit(16, spacing, 21600, one),
                                                 .vrx_narrow = limit(8, spacing, 27000, one),
                                                 .vrx_wide = limit(720, spacing, 300, one)};
}

void weft_st2110_init(struct weft_st2110_params *params, uint64_t frame_num, uint64_t frame_den,
                      uint32_t packets, const struct weft_st2110_format *format,
                      enum weft_st2110_schedule schedule, enum weft_st2110_origin origin)
{
    assert(frame_num >= 1 && frame_den >= 1 && packets >= 1);
    struct fraction active = {1, 1};
    if (schedule == WEFT_ST2110_GAPPED)
        active = reduced(format->active_num, format->active_den);
    *params = (struct weft_st2110_params){.origin = origin};
    init(params, reduced(frame_num, frame_den), reduced(frame_num, (weft_u128)frame_den * packets), active,
         reduced(format->offset_num, format->offset_den));
}

void weft_st2110_init_stream(struct weft_st2110_params *params, const struct weft_clock *clock,
                             weft_ps interval_ps)
{
    static const struct fraction linear = {1, 1};
    assert(interval_ps >= 1 && clock->rate_bps >= 1 && clock->payload_bytes >= 1);
    struct fraction spacing = reduced((weft_u128)clock->payload_bytes * 8 * WEFT_PS_PER_S, clock->rate_bps);
    *params = (struct weft_st2110_params){.origin = WEFT_ST2110_FIRST_PACKET};
    init(params, (struct fraction){interval_ps, 1}, spacing, linear,
         reduced(progressive.offset_num, progressive.offset_den));
}

static weft_i128 in_units(uint64_t units, const struct weft_st2110_duration *duration)
{
    return (weft_i128)((weft_u128)duration->whole_ps * units + duration->part);
}

static struct weft_st2110_instant instant(weft_i128 at, uint64_t units)
{
    weft_i128 up_ps = at / (weft_i128)units;
    up_ps += up_ps * (weft_i128)units < at;
    return (struct weft_st2110_instant){(int64_t)up_ps, (uint64_t)(up_ps * (weft_i128)units - at)};
}

int64_t weft_st2110_skip(uint64_t units, const struct weft_st2110_duration *step,
                         struct weft_st2110_instant *next, int64_t at_ps)
{
    enum { FEW = 16 }; /* steps that take less time than a division */
    int64_t steps = 0;
    if ((uint64_t)(at_ps - next->up_ps) < FEW * step->whole_ps) {
        for (; at_ps >= next->up_ps; steps++)
            weft_st2110_step(units, step, next);
        return steps;
    }
    weft_i128 first = (weft_i128)next->up_ps * (weft_i128)units - (weft_i128)next->under;
    weft_i128 size = in_units(units, step);
    weft_i128 passed = ((weft_i128)at_ps * (weft_i128)units - first) / size + 1;
    *next = instant(first + passed * size, units);
    return (int64_t)passed;
}

void weft_vrx_drain(const struct weft_st2110_params *params, struct weft_vrx_state *state, int64_t at_ps)
{
    weft_i128 read = in_units(params->units, &params->read);
    weft_i128 after = (weft_i128)at_ps * (weft_i128)params->units - state->start + read;
    bool none = after > -read && after < read; /* most frames: no division */
    state->drained = none ? 0 : (int64_t)(after / read);
    state->next = (struct weft_st2110_instant){at_ps, 0}; /* below 0 the next packet asks again */
    if (state->drained >= 0)
        state->next = instant(state->start + state->drained * read, params->units);
}

void weft_vrx_turn(const struct weft_st2110_params *params, struct weft_vrx_state *state,
                   struct weft_vrx_counters *counters, int64_t at_ps, uint64_t frame)
{
    weft_i128 period = in_units(params->units, &params->frame);
    weft_i128 at = (weft_i128)at_ps * (weft_i128)params->units;
    assert(frame < UINT64_MAX);
    if (state->frame == 0) {
        state->zero = at - (weft_i128)frame * period;
        counters->low = INT64_MAX;
        counters->high = INT64_MIN;
    }
    state->start = params->origin == WEFT_ST2110_IDEAL
                       ? at - at % period + in_units(params->units, &params->offset)
                       : state->zero + (weft_i128)frame * period;
    state->frame = frame + 1;
    state->received = 0;
    counters->frames++;
    weft_vrx_drain(params, state, at_ps);
}

enum weft_st2110_verdict weft_st2110_judge(const struct weft_st2110_limits *limits, int64_t cinst_max,
                                           int64_t vrx_min, int64_t vrx_max)
{
    if (vrx_min < 0)
        return WEFT_ST2110_FAIL;
    if ((uint64_t)cinst_max <= limits->c_narrow && (uint64_t)vrx_max <= limits->vrx_narrow)
        return WEFT_ST2110_NARROW;
    if ((uint64_t)cinst_max <= limits->c_wide && (uint64_t)vrx_max <= limits->vrx_wide)
        return WEFT_ST2110_WIDE;
    return WEFT_ST2110_FAIL;
}

const char *weft_st2110_verdict_name(enum weft_st2110_verdict verdict, enum weft_st2110_schedule schedule)
{
    static const char *const names[WEFT_ST2110_VERDICTS] = {"narrow", "wide", "fail"};
    assert(verdict < WEFT_ST2110_VERDICTS);
    if (verdict == WEFT_ST2110_NARROW && schedule == WEFT_ST2110_LINEAR)
        return "narrow-linear";
    return names[verdict];
}
