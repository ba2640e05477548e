/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Playout: arrivals on one side, deadlines on the other, the buffer between them. Both cursors go on by steps where the
 * rate is constant; a file's clock is asked. */
#include "weft/playout.h"

void weft_playout_params_init(struct weft_playout_params *params, const struct weft_clock *clock,
                              weft_ps startup_ps, uint64_t first_number)
{
    *params = (struct weft_playout_params){.payload_bytes = clock->payload_bytes,
                                           .media = clock->media != NULL,
                                           .clock = clock,
                                           .startup_ps = startup_ps,
                                           .first_number = first_number};
    weft_due_step_init(&params->step, clock);
}

/* At a constant rate a packet is needed when the next one is due, so its deadline goes on by steps of due instants. */
static void seek_turn(const struct weft_playout_params *params, struct weft_due *turn, uint64_t number)
{
    weft_due_seek(params->clock, turn, number + 1);
    turn->number = number;
    turn->at_ps = weft_clock_deadline(params->clock, number, 0);
}

weft_ps weft_playout_start(const struct weft_playout_params *params)
{
    weft_ps due_ps = weft_clock_due(params->clock, params->first_number);
    weft_ps needed_ps = weft_clock_deadline(params->clock, params->first_number, 0);
    return params->startup_ps + (due_ps < needed_ps ? due_ps : needed_ps);
}

void weft_playout_init(const struct weft_playout_params *params, struct weft_playout_state *state,
                       struct weft_playout_counters *counters)
{
    *state =
        (struct weft_playout_state){.shift_ps = params->startup_ps, .level_ps = weft_playout_start(params)};
    *counters = (struct weft_playout_counters){.low_bytes = UINT64_MAX, .delay_most_ps = INT64_MIN};
    weft_due_seek(params->clock, &state->next, params->first_number);
    seek_turn(params, &state->turn, params->first_number);
}

/* The level is as it is until `until_ps`. */
static inline void hold(struct weft_playout_state *state, struct weft_playout_counters *counters,
                        weft_ps until_ps)
{
    if (until_ps <= state->level_ps)
        return;
    counters->byte_ps += (weft_u128)state->level_bytes * (until_ps - state->level_ps);
    state->level_ps = until_ps;
}

/* `steps`: the rate is constant. It is a constant where this is put in place, here and below. */
static inline bool play(const struct weft_playout_params *params, struct weft_playout_state *state,
                        struct weft_playout_counters *counters, uint64_t number, weft_ps before_ps,
                        bool steps)
{
    struct weft_due *turn = &state->turn;
    weft_ps at_ps = turn->at_ps + state->shift_ps;
    if (turn->number >= number || at_ps >= before_ps)
        return false;
    hold(state, counters, at_ps);
    if (turn->number < state->next.number) /* else it is lost, and no newer one has come: nothing is there */
        state->level_bytes -= steps ? params->payload_bytes : weft_clock_payload(params->clock, turn->number);
    if (state->level_bytes < counters->low_bytes)
        counters->low_bytes = state->level_bytes;
    if (steps)
        weft_due_next(&params->step, turn);
    else
        seek_turn(params, turn, turn->number + 1);
    return true;
}

bool weft_playout_play(const struct weft_playout_params *params, struct weft_playout_state *state,
                       struct weft_playout_counters *counters, uint64_t number, weft_ps before_ps)
{
    return play(params, state, counters, number, before_ps, !params->media);
}

static inline void count_delay(struct weft_playout_counters *counters, weft_ps arrival_ps, weft_ps due_ps,
                               weft_ps needed_ps)
{
    int64_t delay_ps = (int64_t)(arrival_ps - due_ps), startup_ps = (int64_t)(arrival_ps - needed_ps);
    counters->packets++;
    counters->delay_sum_ps += delay_ps;
    if (delay_ps > counters->delay_most_ps)
        counters->delay_most_ps = delay_ps;
    if (startup_ps > counters->startup_ps)
        counters->startup_ps = startup_ps;
}

/* The packet whose turn it was comes now. */
static void stall(struct weft_playout_state *state, struct weft_playout_counters *counters,
                  weft_ps arrival_ps)
{
    weft_ps from_ps = state->turn.at_ps + state->shift_ps;
    counters->underruns += counters->underruns == 0 || from_ps > state->resumed_ps;
    counters->stall_ps += arrival_ps - from_ps;
    state->shift_ps += arrival_ps - from_ps;
    state->resumed_ps = arrival_ps;
}

/* A packet that does not follow the newest: it was overtaken (false), or those before it are lost. Of these the ones whose
 * turn has not been yet are there as if they had come. */
static __attribute__((noinline)) bool skip(const struct weft_playout_params *params,
                                           struct weft_playout_state *state,
                                           struct weft_playout_counters *counters, weft_ps arrival_ps,
                                           uint64_t number)
{
    struct weft_due *next = &state->next;
    if (number < next->number) {
        if (number >= params->first_number)
            count_delay(counters, arrival_ps, weft_clock_due(params->clock, number),
                        weft_clock_deadline(params->clock, number, 0));
        return false;
    }
    while (weft_playout_play(params, state, counters, number, arrival_ps))
        ;
    hold(state, counters, arrival_ps);
    uint64_t from = next->number > state->turn.number ? next->number : state->turn.number;
    for (; from < number; from++)
        state->level_bytes += weft_clock_payload(params->clock, from);
    weft_due_seek(params->clock, next, number);
    return true;
}

static inline void take(const struct weft_playout_params *params, struct weft_playout_state *state,
                        struct weft_playout_counters *counters, weft_ps arrival_ps, uint64_t number,
                        bool steps)
{
    struct weft_due *next = &state->next;
    if (number != next->number && !skip(params, state, counters, arrival_ps, number))
        return;
    while (play(params, state, counters, number, arrival_ps, steps))
        ;
    if (state->turn.number == number && state->turn.at_ps + state->shift_ps < arrival_ps)
        stall(state, counters, arrival_ps);
    hold(state, counters, arrival_ps);
    state->level_bytes += steps ? params->payload_bytes : weft_clock_payload(params->clock, number);
    if (state->level_bytes > counters->high_bytes)
        counters->high_bytes = state->level_bytes;
    weft_ps due_ps = next->at_ps;
    if (steps)
        weft_due_next(&params->step, next);
    else
        weft_due_seek(params->clock, next, number + 1);
    count_delay(counters, arrival_ps, due_ps,
                steps ? next->at_ps : weft_clock_deadline(params->clock, number, 0));
}

void weft_playout_packet(const struct weft_playout_params *params, struct weft_playout_state *state,
                         struct weft_playout_counters *counters, weft_ps arrival_ps, uint64_t number)
{
    if (params->media)
        take(params, state, counters, arrival_ps, number, false);
    else
        take(params, state, counters, arrival_ps, number, true);
}

void weft_playout_end(const struct weft_playout_params *params, struct weft_playout_state *state,
                      struct weft_playout_counters *counters)
{
    uint64_t low_bytes = counters->low_bytes;
    while (weft_playout_play(params, state, counters, state->next.number, WEFT_NEVER))
        ;
    counters->low_bytes = low_bytes;
}

double weft_playout_mean_bytes(const struct weft_playout_params *params,
                               const struct weft_playout_state *state,
                               const struct weft_playout_counters *counters)
{
    weft_ps window_ps = state->level_ps - weft_playout_start(params);
    return window_ps ? (double)counters->byte_ps / (double)window_ps : 0;
}
