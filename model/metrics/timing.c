/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Media delivery index, interarrival jitter and time-stamped delay factor: what is done once an interval, and
 * the reports. What is done for every packet is inline in the header. */
#include "weft/timing.h"

#include <assert.h>

static double ps_to_us(double ps)
{
    return ps / 1e6;
}

/* Larger than any virtual buffer: rates stay below 2^44 and instants below 2^64. */
#define VB_LIMIT ((weft_i128)1 << 120)

void weft_mdi_init(struct weft_mdi_state *state, uint64_t first_number)
{
    *state = (struct weft_mdi_state){.next_number = first_number};
}

/* The open interval is over. */
static void close_interval(struct weft_mdi_state *state, struct weft_mdi_counters *counters)
{
    if (state->high > state->low && (weft_u128)(state->high - state->low) > counters->df)
        counters->df = (weft_u128)(state->high - state->low);
    if (state->missing > counters->missing)
        counters->missing = state->missing;
    counters->intervals++;
    state->missing = 0;
    state->low = VB_LIMIT;
    state->high = -VB_LIMIT;
}

void weft_mdi_turn(const struct weft_mdi_params *params, struct weft_mdi_state *state,
                   struct weft_mdi_counters *counters, weft_ps arrival_ps)
{
    assert(params->media_bps >= 1 && params->interval_ps >= 1);
    if (state->end_ps == 0) {
        state->low = VB_LIMIT;
        state->high = -VB_LIMIT;
        state->end_ps = arrival_ps + params->interval_ps;
        return;
    }
    close_interval(state, counters);
    uint64_t empty = (arrival_ps - state->end_ps) / params->interval_ps;
    counters->intervals += empty;
    state->end_ps += (empty + 1) * params->interval_ps;
}

void weft_mdi_misplaced(struct weft_mdi_state *state, struct weft_mdi_counters *counters, uint64_t number)
{
    if (number < state->next_number) { /* was counted as lost, and counts for MLR already */
        counters->lost--;
        counters->out_of_order++;
        return;
    }
    counters->lost += number - state->next_number;
    state->missing += number - state->next_number;
    state->next_number = number + 1;
}

void weft_mdi_end(struct weft_mdi_state *state, struct weft_mdi_counters *counters, uint64_t next_number)
{
    if (next_number > state->next_number) {
        counters->lost += next_number - state->next_number;
        state->missing += next_number - state->next_number;
        state->next_number = next_number;
    }
    if (state->end_ps != 0 || state->missing > 0)
        close_interval(state, counters);
    state->end_ps = 0;
}

double weft_mdi_df_ms(const struct weft_mdi_params *params, const struct weft_mdi_counters *counters)
{
    return ps_to_us((double)counters->df / (double)params->media_bps) / 1e3;
}

double weft_mdi_mlr(const struct weft_mdi_params *params, const struct weft_mdi_counters *counters)
{
    return (double)counters->missing * (double)WEFT_PS_PER_S / (double)params->interval_ps;
}

double weft_jitter_us(const struct weft_jitter_state *state)
{
    return ps_to_us((double)state->sixteen_ps / 16);
}

double weft_jitter_max_us(const struct weft_jitter_counters *counters)
{
    return ps_to_us((double)counters->most / 16);
}

uint32_t weft_rtp_jitter_packet(struct weft_rtp_jitter_state *state, uint32_t clock_hz, weft_ps arrival_ps,
                                uint32_t timestamp)
{
    uint32_t arrival = (uint32_t)((weft_u128)arrival_ps * clock_hz / WEFT_PS_PER_S);
    uint32_t transit = arrival - timestamp;
    uint32_t difference = state->begun ? transit - state->transit : 0;
    if (difference > INT32_MAX)
        difference = -difference;
    state->begun = true;
    state->transit = transit;
    state->sixteen += difference - ((state->sixteen + 8) >> 4);
    return state->sixteen >> 4;
}

/* The open window is over. */
static void close_window(struct weft_ts_df_state *state, struct weft_ts_df_counters *counters)
{
    uint64_t spread_ps = (uint64_t)state->high_ps - (uint64_t)state->low_ps;
    if (spread_ps > counters->most_ps)
        counters->most_ps = spread_ps;
    counters->windows++;
}

void weft_ts_df_turn(const struct weft_ts_df_params *params, struct weft_ts_df_state *state,
                     struct weft_ts_df_counters *counters, weft_ps arrival_ps, weft_ps send_ps)
{
    if (state->until_ps != 0)
        close_window(state, counters);
    state->until_ps = arrival_ps + params->window_ps + 1;
    state->low_ps = state->high_ps = (int64_t)(arrival_ps - send_ps);
}

void weft_ts_df_end(struct weft_ts_df_state *state, struct weft_ts_df_counters *counters)
{
    if (state->until_ps != 0)
        close_window(state, counters);
    state->until_ps = 0;
}

double weft_ts_df_us(const struct weft_ts_df_counters *counters)
{
    return ps_to_us((double)counters->most_ps);
}
