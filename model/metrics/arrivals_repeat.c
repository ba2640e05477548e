/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arrivals where a period is told again and again.
 *
 * At a port a stream's packets come as long after they are due each time, and as far apart; only the gap from the last one to
 * the first of the next time is new. So a count grows, an instant moves, and nothing is told again.
 *
 * A packet that finds its server's link idle counts if the one before was of the same interval. Intervals lie on a grid, so they
 * see the same only after a cycle: the least number of periods that is a whole number of intervals, with pacing by interval one.
 * Cycles are told from a record until links are after one as they were before it; then what it counted is multiplied. */
#include "metrics/arrivals_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Links, and what each place had counted. */
struct moment {
    weft_ps at_ps;
    struct arrivals_link *link;
    struct weft_arrival_report *report;
};

struct arrivals_period {
    struct moment mark;
    weft_ps *first_ps; /* by place: when the first packet came; WEFT_NEVER: none has */
    size_t n, room;
    struct arrivals_packet *packet; /* in the order in which they left, by server */
};

static uint32_t places_of(const struct weft_arrivals *it)
{
    return it->routes.first[weft_setup_flows(it->setup)];
}

static void keep(const struct weft_arrivals *it, weft_ps at_ps, struct moment *moment)
{
    const size_t servers = it->setup->servers, places = places_of(it);
    moment->at_ps = at_ps;
    moment->link = weft_resize(moment->link, servers, sizeof *moment->link);
    moment->report = weft_resize(moment->report, places, sizeof *moment->report);
    memcpy(moment->link, it->link, servers * sizeof *moment->link);
    memcpy(moment->report, it->report, places * sizeof *moment->report);
}

void weft_arrivals_forget(struct weft_arrivals *it)
{
    if (!it->period)
        return;
    free(it->period->mark.link);
    free(it->period->mark.report);
    free(it->period->first_ps);
    free(it->period->packet);
    free(it->period);
    it->period = NULL;
}

void weft_arrivals_mark(void *ctx)
{
    struct weft_arrivals *it = ctx;
    const uint32_t places = places_of(it);
    weft_arrivals_forget(it);
    it->period = weft_alloc(1, sizeof *it->period);
    it->period->first_ps = weft_alloc(places, sizeof *it->period->first_ps);
    for (uint32_t place = 0; place < places; place++)
        it->period->first_ps[place] = WEFT_NEVER;
    keep(it, it->advanced_ps, &it->period->mark);
}

void weft_arrivals_record(struct arrivals_period *period, const struct arrivals_packet *packet)
{
    if (period->n == period->room) {
        period->room = 2 * period->room + WEFT_TRAIN;
        period->packet = weft_resize(period->packet, period->room, sizeof *period->packet);
    }
    period->packet[period->n++] = *packet;
}

void weft_arrivals_record_at(struct arrivals_period *period, uint32_t place, weft_ps at_ps)
{
    if (period->first_ps[place] == WEFT_NEVER)
        period->first_ps[place] = at_ps;
}

/* --- ports --- */

static void repeat_place(struct weft_arrivals *it, uint32_t place, const struct weft_repeat *repeat)
{
    struct weft_arrival_report *report = &it->report[place];
    const weft_ps first_ps = it->period->first_ps[place];
    if (first_ps == WEFT_NEVER)
        return;
    const weft_ps gap_ps = first_ps + repeat->period_ps - it->last_ps[place];
    if (gap_ps < report->least_gap_ps)
        report->least_gap_ps = gap_ps;
    report->packets += repeat->times * (report->packets - it->period->mark.report[place].packets);
    it->last_ps[place] += repeat->times * repeat->period_ps;
}

/* --- links --- */

static void tell(struct weft_arrivals *it, const struct weft_repeat *repeat, uint64_t time)
{
    for (size_t i = 0; i < it->period->n; i++) {
        struct arrivals_packet packet = it->period->packet[i];
        packet.tx_ps += time * repeat->period_ps;
        packet.number += (uint32_t)time * repeat->packets[packet.stream];
        weft_arrivals_leave(it, &packet);
    }
}

/* Whether a pipe is at `b_ps` as another at `a_ps`, to packets that come then or later. */
static bool same_pipes(const struct weft_pipe *a, weft_ps a_ps, const struct weft_pipe *b, weft_ps b_ps)
{
    if (a->free_ps < a_ps || b->free_ps < b_ps)
        return a->free_ps < a_ps && b->free_ps < b_ps;
    return a->free_ps - a_ps == b->free_ps - b_ps && a->carry == b->carry;
}

/* A server that sends nothing in a period is out of it. */
static bool links_are_as_kept(const struct weft_arrivals *it, weft_ps at_ps, const struct moment *kept,
                              const struct weft_repeat *repeat)
{
    const uint64_t intervals = (at_ps - kept->at_ps) / it->interval_ps;
    for (uint32_t s = 0; s < it->setup->servers; s++) {
        const struct arrivals_link *now = &it->link[s], *then = &kept->link[s];
        if (repeat->server_packets[s] > 0 && (now->interval != then->interval + intervals ||
                                              !same_pipes(&then->pipe, kept->at_ps, &now->pipe, at_ps)))
            return false;
    }
    return true;
}

/* As many times more as since what was kept, later. */
static void multiply(struct weft_arrivals *it, weft_ps at_ps, const struct moment *kept,
                     const struct weft_repeat *repeat, uint64_t times)
{
    const weft_ps later_ps = times * (at_ps - kept->at_ps);
    for (uint32_t place = 0; place < places_of(it); place++)
        it->report[place].idle_before +=
            times * (it->report[place].idle_before - kept->report[place].idle_before);
    for (uint32_t s = 0; s < it->setup->servers; s++) {
        if (repeat->server_packets[s] == 0)
            continue;
        it->link[s].pipe.free_ps += later_ps;
        it->link[s].interval += later_ps / it->interval_ps;
    }
}

static void repeat_links(struct weft_arrivals *it, const struct weft_repeat *repeat)
{
    const uint64_t cycle = it->interval_ps / weft_common_divisor(repeat->period_ps, it->interval_ps);
    const weft_ps begin_ps = it->period->mark.at_ps + repeat->period_ps;
    uint64_t told = 0;
    assert(cycle > 0);
    bool whole = cycle == 1; /* what was told since the mark is a cycle */
    while (repeat->times - told >= cycle) {
        const weft_ps at_ps = begin_ps + told * repeat->period_ps;
        if (whole && links_are_as_kept(it, at_ps, &it->period->mark, repeat)) {
            const uint64_t cycles = (repeat->times - told) / cycle;
            multiply(it, at_ps, &it->period->mark, repeat, cycles);
            told += cycles * cycle;
            break;
        }
        keep(it, at_ps, &it->period->mark);
        whole = true;
        for (uint64_t i = 0; i < cycle; i++)
            tell(it, repeat, ++told);
    }
    while (told < repeat->times)
        tell(it, repeat, ++told);
}

void weft_arrivals_repeat(void *ctx, const struct weft_repeat *repeat)
{
    struct weft_arrivals *it = ctx;
    assert(it->period);
    if (repeat->times > 0) {
        for (uint32_t place = 0; place < places_of(it); place++)
            repeat_place(it, place, repeat);
        repeat_links(it, repeat);
    }
    weft_arrivals_forget(it);
}
