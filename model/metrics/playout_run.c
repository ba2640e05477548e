/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Playout of many packets at once, none of them late or lost. Arrivals and turns are two rows of instants then, of which
 * the second is known from the clock alone: the level after an arrival falls as its transit rises, so its extremes are
 * those of the transits, and the sum of the level over time is the difference of two sums of instants.
 *
 * With T the packet time and S the start-up delay and stalls so far, packet j has its turn at due(j) + T + S. After the
 * arrival of packet n with transit E, those of 0 .. n are there whose turn is not before it: as long as one has been
 * played, floor((S - E) / T) + 2 of them. */
#include "metrics/playout_run.h"

#include <assert.h>

/* Sum of floor((a + k b) / m) over k = 0 .. n - 1, a and b not negative. Euclid's way: what is whole is taken out, then
 * the points below a line are counted along the other axis. */
weft_u128 weft_floor_sum(uint64_t n, weft_u128 a, weft_u128 b, uint64_t m)
{
    weft_u128 sum = 0, rows = n, divisor = m;
    assert(m > 0);
    while (rows > 0) {
        sum += rows * (rows - 1) / 2 * (b / divisor) + rows * (a / divisor);
        a %= divisor;
        b %= divisor;
        weft_u128 end = a + rows * b;
        if (end < divisor)
            break;
        rows = end / divisor;
        a = end % divisor;
        weft_u128 other = b;
        b = divisor;
        divisor = other;
    }
    return sum;
}

/* Instants at_ps + part / units, and so on by packet times: the sum of n of them, each rounded down. */
static weft_u128 sum_instants(const struct block_rate *rate, weft_ps at_ps, uint64_t part, uint64_t n)
{
    return (weft_u128)n * at_ps + weft_floor_sum(n, part, rate->packet, rate->units);
}

/* Which of the carries of weft/due.h is one part. */
static uint64_t parts(const struct block_rate *rate)
{
    return rate->rate_bps / rate->units;
}

static void move(const struct block_rate *rate, struct weft_due *due, uint64_t n)
{
    weft_u128 units = due->carry / parts(rate) + (weft_u128)n * rate->packet;
    due->number += n;
    due->at_ps += (weft_ps)(units / rate->units);
    due->carry = (uint64_t)(units % rate->units) * parts(rate);
}

/* How many have their turn before `before_ps`. */
static uint64_t turns(const struct block_rate *rate, const struct weft_due *turn, weft_ps shift_ps,
                      weft_ps before_ps)
{
    if (turn->at_ps + shift_ps >= before_ps)
        return 0;
    weft_u128 ahead =
        (weft_u128)(before_ps - turn->at_ps - shift_ps) * rate->units - turn->carry / parts(rate);
    return (uint64_t)((ahead + rate->packet - 1) / rate->packet);
}

struct block_limits weft_playout_limits(const struct weft_playout_params *params,
                                        const struct weft_playout_state *state)
{
    struct block_limits limits = {.until_ps = 0, .late_ps = (int64_t)state->shift_ps};
    uint64_t there = state->next.number - state->turn.number;
    if (state->next.number < state->turn.number || state->level_bytes != there * params->payload_bytes)
        return limits;
    if (state->turn.number > params->first_number)
        limits.until_ps = WEFT_NEVER;
    else if (state->turn.at_ps + state->shift_ps >= state->level_ps)
        limits.until_ps = state->level_ps; /* where it starts */
    return limits;
}

static void count_transits(struct weft_playout_counters *counters, const struct block_run *run)
{
    const struct block_rate *rate = run->rate;
    weft_i128 after = transit_units(run->high, rate) - (int64_t)rate->packet;
    weft_i128 units = (int64_t)rate->units;
    int64_t startup_ps = (int64_t)(after / units + (after % units > 0));
    int64_t delay_ps = transit_ceil_ps(run->high, rate->shift);
    counters->packets += run->n;
    counters->delay_sum_ps += run->transit_sum_ps;
    counters->delay_most_ps = delay_ps > counters->delay_most_ps ? delay_ps : counters->delay_most_ps;
    counters->startup_ps = startup_ps > counters->startup_ps ? startup_ps : counters->startup_ps;
}

/* Level right after an arrival, in packets, once something was played. */
static uint64_t level_after(const struct playout_run *it, int64_t transit)
{
    const struct block_rate *rate = it->run->rate;
    weft_i128 early =
        (weft_i128)((weft_u128)it->state->shift_ps * rate->units) - transit_units(transit, rate);
    weft_i128 packet = (int64_t)rate->packet, whole = early / packet - (early % packet < 0);
    return (uint64_t)(whole + 2);
}

/* Level times time: what was there held until the last arrival, each arrival's packet from then on, each turn's no longer. */
static void hold_all(const struct playout_run *it, uint64_t played)
{
    const struct block_run *run = it->run;
    struct weft_playout_state *state = it->state;
    const struct weft_due *turn = &state->turn;
    weft_i128 arrivals_ps =
        (weft_i128)sum_instants(run->rate, run->due_ps, run->part, run->n) + run->transit_sum_ps;
    weft_i128 turns_ps = (weft_i128)sum_instants(run->rate, turn->at_ps + state->shift_ps,
                                                 turn->carry / parts(run->rate), played);
    weft_i128 last_ps = (weft_i128)run->last_ps;
    weft_i128 packets_ps = run->n * last_ps - arrivals_ps - ((weft_i128)played * last_ps - turns_ps);
    it->counters->byte_ps += (weft_u128)state->level_bytes * (run->last_ps - state->level_ps) +
                             (weft_u128)(packets_ps * it->params->payload_bytes);
    state->level_ps = run->last_ps;
}

static void keep_extremes(struct weft_playout_counters *counters, uint64_t low_bytes, uint64_t high_bytes)
{
    counters->low_bytes = low_bytes < counters->low_bytes ? low_bytes : counters->low_bytes;
    counters->high_bytes = high_bytes > counters->high_bytes ? high_bytes : counters->high_bytes;
}

void weft_playout_run(const struct playout_run *it)
{
    const struct block_run *run = it->run;
    struct weft_playout_state *state = it->state;
    const uint64_t payload_bytes = it->params->payload_bytes;
    assert(run->number == state->next.number);
    count_transits(it->counters, run);
    uint64_t played = turns(run->rate, &state->turn, state->shift_ps, run->last_ps);
    if (run->last_ps > state->level_ps)
        hold_all(it, played);
    state->level_bytes += (run->n - played) * payload_bytes;
    move(run->rate, &state->next, run->n);
    move(run->rate, &state->turn, played);
    if (state->turn.number > it->params->first_number)
        keep_extremes(it->counters, (level_after(it, run->high) - 1) * payload_bytes,
                      level_after(it, run->low) * payload_bytes);
    else
        keep_extremes(it->counters, UINT64_MAX, state->level_bytes);
}
