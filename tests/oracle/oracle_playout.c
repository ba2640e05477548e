/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Playout against its definitions over the whole list of arrivals: first when every packet is played, then what lies in the
 * buffer at each instant, by looking at every packet. */
#include "weft/playout.h"

#include <glib.h>
#include <string.h>

enum { MOST = 300, ROUNDS = 600, SPAN = 20 * MOST };

struct list {
    size_t n;
    uint64_t number[MOST];
    weft_ps at_ps[MOST];
    bool overtaken[MOST]; /* by one with a higher number */
    size_t shown[SPAN];   /* by number from the first: the arrival that shows that it is there, or lost */
    weft_ps played_ps[SPAN];
};

static uint64_t draw(uint64_t below)
{
    return ((uint64_t)(guint32)g_test_rand_int() << 31 ^ (uint64_t)(guint32)g_test_rand_int()) % below;
}

/* Bursts, queues, gaps, losses; now and then a packet is overtaken by the next. Returns the end of the numbers. */
static uint64_t draw_list(struct list *list, const struct weft_playout_params *params)
{
    weft_ps step_ps = params->step.step_ps, burst_ps = (1 + draw(20)) * step_ps, at_ps = 0, more_ps = 0;
    uint64_t lossy = 2 + draw(20), n = params->first_number, end = n, most = 1 + draw(MOST);
    for (list->n = 0; list->n < most && n < MIN(weft_clock_packets(params->clock), end + SPAN);) {
        more_ps = draw(12) ? more_ps : draw(2) * draw(8 * burst_ps);
        weft_ps sent_ps = weft_clock_due(params->clock, n) / burst_ps * burst_ps + more_ps + draw(step_ps);
        at_ps += draw(step_ps / 4 + 2);
        at_ps = MAX(at_ps, sent_ps);
        list->number[list->n] = n;
        list->at_ps[list->n] = at_ps;
        list->n += draw(lossy) != 0; /* else the next takes its place */
        n += draw(40) ? 1 : 1 + draw(19);
    }
    for (size_t i = 1; i < list->n; i++) {
        size_t with = i - (draw(60) == 0);
        n = list->number[i];
        list->number[i] = list->number[with];
        list->number[with] = n;
    }
    for (size_t i = 0; i < list->n; i++) {
        list->overtaken[i] = list->number[i] < end;
        for (; end <= list->number[i]; end++)
            list->shown[end - params->first_number] = i;
    }
    return end;
}

/* When each packet is played. */
static void play(const struct weft_playout_params *params, struct list *list, uint64_t end,
                 struct weft_playout_counters *must)
{
    weft_ps resumed_ps = 0;
    for (uint64_t k = params->first_number; k < end; k++) {
        size_t i = list->shown[k - params->first_number];
        weft_ps turn_ps = weft_clock_deadline(params->clock, k, params->startup_ps) + must->stall_ps;
        list->played_ps[k - params->first_number] = turn_ps;
        if (list->number[i] != k || list->at_ps[i] <= turn_ps)
            continue; /* lost, or in time */
        must->underruns += must->underruns == 0 || turn_ps > resumed_ps;
        must->stall_ps += list->at_ps[i] - turn_ps;
        resumed_ps = list->played_ps[k - params->first_number] = list->at_ps[i];
    }
}

/* What there is right after each arrival. */
static void count(const struct weft_playout_params *params, const struct list *list,
                  struct weft_playout_counters *must)
{
    for (size_t i = 0; i < list->n; i++) {
        weft_ps at_ps = list->at_ps[i], due_ps = weft_clock_due(params->clock, list->number[i]);
        int64_t delay_ps = (int64_t)at_ps - (int64_t)due_ps;
        int64_t late_ps = (int64_t)at_ps - (int64_t)weft_clock_deadline(params->clock, list->number[i], 0);
        must->packets++;
        must->startup_ps = MAX(must->startup_ps, late_ps);
        must->delay_most_ps = MAX(must->delay_most_ps, delay_ps);
        must->delay_sum_ps += delay_ps;
        uint64_t bytes = 0, first = params->first_number;
        for (uint64_t k = first; !list->overtaken[i] && k <= list->number[i]; k++)
            bytes += list->played_ps[k - first] >= at_ps ? weft_clock_payload(params->clock, k) : 0;
        must->high_bytes = MAX(must->high_bytes, bytes);
    }
}

/* What there is right after each packet was played, and for how long each is there. */
static void level(const struct weft_playout_params *params, const struct list *list, uint64_t end,
                  struct weft_playout_counters *must)
{
    uint64_t first = params->first_number;
    weft_ps start_ps = weft_playout_start(params);
    weft_ps last_ps = end > first ? list->at_ps[list->shown[end - 1 - first]] : 0;
    for (uint64_t k = first; k < end; k++) {
        weft_ps from_ps = MAX(start_ps, list->at_ps[list->shown[k - first]]);
        weft_ps to_ps = list->played_ps[k - first];
        uint64_t bytes = 0, own = weft_clock_payload(params->clock, k);
        for (uint64_t j = k + 1; j < end; j++)
            bytes += list->at_ps[list->shown[j - first]] <= to_ps ? weft_clock_payload(params->clock, j) : 0;
        must->low_bytes = to_ps < last_ps ? MIN(must->low_bytes, bytes) : must->low_bytes;
        must->byte_ps += from_ps < to_ps ? (weft_u128)own * (to_ps - from_ps) : 0;
    }
}

static void round_of(struct weft_playout_params *params, struct list *list)
{
    struct weft_playout_state state;
    struct weft_playout_counters is, must = {.low_bytes = UINT64_MAX, .delay_most_ps = INT64_MIN};
    uint64_t end = draw_list(list, params);
    weft_playout_init(params, &state, &is);
    for (size_t i = 0; i < list->n; i++)
        weft_playout_packet(params, &state, &is, list->at_ps[i], list->number[i]);
    weft_playout_end(params, &state, &is);
    play(params, list, end, &must);
    count(params, list, &must);
    level(params, list, end, &must);
    g_assert_true(memcmp(&is, &must, sizeof is) == 0);
    g_assert_true(list->n == 0 || state.level_ps == list->played_ps[end - params->first_number - 1]);
}

/* A file whose second part is needed all at once; of access units, or looping, or both. */
static const uint64_t at_bytes[] = {0, 40000, 61000, 190000, 200003};
static const weft_ps at_ps[] = {0, 400000000000, 400000000001, 800000000000, 900000000000};

static void test_random(void)
{
    static struct list list;
    for (int round = 0; round < ROUNDS; round++) {
        const struct weft_media file = {
            .points = 5, .at_bytes = at_bytes, .at_ps = at_ps, .access_units = draw(2)};
        struct weft_clock clock = {.media = draw(3) ? NULL : &file, .loops = draw(2)};
        clock.start_ps = draw(2) * draw(WEFT_PS_PER_S);
        clock.rate_bps = clock.media ? weft_media_rate_bps(&file) : 1 + draw(draw(2) ? 5000000 : 1000);
        clock.payload_bytes = 1 + (uint32_t)draw(1500);
        struct weft_playout_params params;
        weft_playout_params_init(&params, &clock, 0, draw(2) * draw(100));
        params.startup_ps = draw(4) ? draw(30) * params.step.step_ps + draw(1000) : 0;
        round_of(&params, &list);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/oracle/playout/random", test_random);
    return g_test_run();
}
