/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Skipping. The whole of hosts and fabric is a machine whose next state depends on the one before alone, and not on when it
 * is: but for a few instants (events) that a setup names. So if its state is what it was a period before, but for a shift of
 * instants and numbers, it will be again after each further one.
 *
 *   step:    the least time after which all streams can be as they were, remainders among it: known from their rates, packet
 *            sizes and the interval. Only multiples of it can be periods, so only such are looked at.
 *   search:  until all servers rest at one instant, warm-up over for all that is sent from then on. There the state is put
 *            into an image, the anchor.
 *   follow:  after each step the state is compared with the anchor, which moves at doubling distances (R. P. Brent, "An improved
 *            Monte Carlo factorization algorithm", BIT 20, 1980): a period is found however long what comes before it.
 *   confirm: the state is the anchor's. The observers are told that a period begins, and it runs once more. If its end is
 *            its beginning again, as many as possible are left out.
 *
 * A period has at most WEFT_REPEAT_MOST_PACKETS. Where none is found within that a few times, the search waits until as
 * much time again has passed, so that runs that never repeat pay for less and less. */

#include "common/repeat.h"

#include "common/repeat_step.h"
#include "common/watches.h"
#include "weft/fabric.h"
#include "weft/host.h"

#include <stdlib.h>

enum {
    TRIES = 16,      /* events in an interval at which all may rest, until the next interval is waited for */
    MOST_MISSES = 4, /* anchors as far apart as can be */
    LEAST_TIMES = 2  /* fewer periods are not worth what observers keep of one */
};

enum state { SEARCHES, FOLLOWS, CONFIRMS };

struct weft_repetition {
    const struct weft_setup *setup;
    struct weft_exchange *exchange;
    struct weft_repeat_step step;
    weft_ps interval_ps;
    weft_ps look_ps, looked_ps; /* nothing is done before, WEFT_NEVER: at all; the last look */
    uint32_t *packets;          /* of a period, by stream */
    uint64_t *server_packets;   /* likewise by server */
    uint64_t most_steps;        /* of a period */
    enum state state;
    uint32_t tries, misses;
    weft_ps counted_ps;        /* packets sent from then on are due at or after warm-up */
    weft_ps origin_ps;         /* steps are counted from */
    uint64_t anchor, distance; /* steps: where the anchor is, when it is moved */
    struct weft_image image;
};

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* --- what is known beforehand --- */

static bool observers_repeat(const struct weft_watch *watch, size_t watches)
{
    for (size_t i = 0; i < watches; i++)
        if (watch[i].bytes || (watch[i].packets && (!watch[i].mark || !watch[i].repeat)))
            return false;
    return true;
}

/* Until when every packet is told of. */
static weft_ps whole_until(const struct weft_setup *setup, const struct weft_watch *watch, size_t watches)
{
    weft_ps until_ps = setup->warmup_ps;
    for (size_t i = 0; i < watches; i++)
        until_ps = watch[i].whole_until_ps > until_ps ? watch[i].whole_until_ps : until_ps;
    return until_ps;
}

static bool is_possible(const struct weft_repetition *repetition, const struct weft_watch *watch,
                        size_t watches)
{
    const struct weft_setup *setup = repetition->setup;
    return !setup->no_skip && setup->duration_ps > setup->warmup_ps && observers_repeat(watch, watches) &&
           weft_fabric_compares(weft_exchange_fabric(repetition->exchange));
}

static weft_ps next_interval(const struct weft_repetition *repetition, weft_ps after_ps)
{
    return (after_ps / repetition->interval_ps + 1) * repetition->interval_ps;
}

/* Nothing is looked at before `from_ps`. */
static void search_from(struct weft_repetition *repetition, weft_ps from_ps)
{
    repetition->state = SEARCHES;
    repetition->tries = repetition->misses = 0;
    repetition->look_ps = from_ps > 0 ? next_interval(repetition, from_ps - 1) : 0;
}

struct weft_repetition *weft_repetition_new(const struct weft_setup *setup, const struct weft_watch *watch,
                                            size_t watches, struct weft_exchange *exchange)
{
    struct weft_repetition *repetition = weft_alloc(1, sizeof(*repetition));
    *repetition = (struct weft_repetition){
        .setup = setup, .exchange = exchange, .look_ps = WEFT_NEVER, .counted_ps = WEFT_NEVER};
    if (!is_possible(repetition, watch, watches))
        return repetition;
    if (!weft_repeat_step_init(&repetition->step, setup, exchange))
        return repetition;
    repetition->packets = weft_alloc(setup->streams, sizeof(*repetition->packets));
    repetition->server_packets = weft_alloc(setup->servers, sizeof(*repetition->server_packets));
    repetition->interval_ps = weft_setup_interval(setup);
    repetition->most_steps = WEFT_REPEAT_MOST_PACKETS / repetition->step.packets;
    search_from(repetition, whole_until(setup, watch, watches));
    return repetition;
}

void weft_repetition_free(struct weft_repetition *repetition)
{
    if (!repetition)
        return;
    weft_image_clear(&repetition->image);
    weft_repeat_step_clear(&repetition->step);
    free(repetition->packets);
    free(repetition->server_packets);
    free(repetition);
}

/* --- the state at an instant --- */

/* All servers rest at `at_ps`, and the fabric has been moved there. */
static bool settles(struct weft_repetition *repetition, weft_ps at_ps)
{
    struct weft_exchange *exchange = repetition->exchange;
    for (uint32_t s = 0; s < repetition->setup->servers; s++) {
        weft_exchange_take(exchange, s, at_ps);
        if (!weft_host_rests(weft_exchange_host(exchange, s), at_ps))
            return false;
    }
    weft_exchange_move(exchange, at_ps);
    return weft_fabric_settle(weft_exchange_fabric(exchange), at_ps);
}

/* Once all that is not written yet counts, it does ever after. */
static bool counts_all(struct weft_repetition *repetition, weft_ps at_ps)
{
    for (uint32_t s = 0; s < repetition->setup->servers && repetition->counted_ps == WEFT_NEVER; s++)
        if (!weft_host_counts_all(weft_exchange_host(repetition->exchange, s)))
            return false;
    if (repetition->counted_ps == WEFT_NEVER)
        repetition->counted_ps = at_ps;
    return true;
}

static uint64_t steps_at(const struct weft_repetition *repetition, weft_ps at_ps)
{
    return (at_ps - repetition->origin_ps) / repetition->step.step_ps;
}

static void put_image(struct weft_repetition *repetition, weft_ps at_ps)
{
    const struct weft_phase phase = {.at_ps = at_ps,
                                     .steps = steps_at(repetition, at_ps),
                                     .packets = repetition->step.stream_packets,
                                     .server_packets = repetition->step.server_packets};
    weft_fabric_image(weft_exchange_fabric(repetition->exchange), &phase, &repetition->image);
    for (uint32_t s = 0; s < repetition->setup->servers && !repetition->image.differs; s++)
        weft_host_image(weft_exchange_host(repetition->exchange, s), &phase, &repetition->image);
}

static bool is_anchors(struct weft_repetition *repetition, weft_ps at_ps)
{
    weft_image_compare(&repetition->image);
    put_image(repetition, at_ps);
    return weft_image_equals(&repetition->image);
}

static void put_anchor(struct weft_repetition *repetition, weft_ps at_ps)
{
    weft_image_keep(&repetition->image);
    put_image(repetition, at_ps);
    repetition->anchor = steps_at(repetition, at_ps);
}

/* --- how many periods --- */

/* What packets of a period may not meet lies outside of this. Of packets that watches are told of from now on none had its first
 * bit on a link before `oldest_ps`; none that they were told of arrives after `newest_ps`, which is not before now. */
struct span {
    weft_ps oldest_ps, newest_ps;
};

/* How often a period may pass before `event_ps` matters: not at all if it may matter now, ever if it does no more. */
static uint64_t times_before(const struct span *span, weft_ps period_ps, weft_ps event_ps)
{
    if (event_ps < span->oldest_ps || event_ps == WEFT_NEVER)
        return UINT64_MAX;
    return event_ps > span->newest_ps ? (event_ps - 1 - span->newest_ps) / period_ps : 0;
}

/* What is written looks as far ahead as this; the end must be no nearer. Live packets are written only if their interval
 * ends in the run. */
static uint64_t times_before_end(const struct weft_repetition *repetition, const struct span *span,
                                 weft_ps period_ps)
{
    const struct weft_setup *setup = repetition->setup;
    const weft_ps end_ps = (setup->duration_ps - 1) / repetition->interval_ps * repetition->interval_ps;
    weft_ps looked_ps = span->newest_ps;
    for (uint32_t s = 0; s < setup->servers; s++) {
        weft_ps host_ps = weft_host_looked_ps(weft_exchange_host(repetition->exchange, s));
        looked_ps = host_ps > looked_ps ? host_ps : looked_ps;
    }
    return looked_ps <= end_ps ? (end_ps - looked_ps) / period_ps : 0;
}

/* The next instant at which a link or a device goes off or on that is not over at `now_ps`; WEFT_NEVER: none. */
static weft_ps next_event(const struct weft_setup *setup, weft_ps now_ps)
{
    weft_ps next_ps = WEFT_NEVER;
    for (uint32_t s = 0; s < setup->servers; s++) {
        const struct weft_server *server = &setup->server[s];
        if (server->up_ps > server->down_ps && server->down_ps >= now_ps)
            next_ps = least(next_ps, server->down_ps);
        if (server->up_ps > server->down_ps && server->up_ps >= now_ps)
            next_ps = least(next_ps, server->up_ps);
    }
    for (uint32_t d = 0; d < setup->devices; d++)
        if (setup->device[d].off_ps > 0 && setup->device[d].off_ps >= now_ps)
            next_ps = least(next_ps, setup->device[d].off_ps);
    return next_ps;
}

static struct span span_at(const struct weft_repetition *repetition, weft_ps now_ps)
{
    const struct weft_fabric *fabric = weft_exchange_fabric(repetition->exchange);
    const weft_ps newest_ps = weft_fabric_newest_ps(fabric);
    return (struct span){.oldest_ps = weft_fabric_oldest_ps(fabric, now_ps),
                         .newest_ps = newest_ps > now_ps ? newest_ps : now_ps};
}

/* Settled at `now_ps`: how many periods may follow. */
static uint64_t times_from(const struct weft_repetition *repetition, weft_ps now_ps, weft_ps period_ps)
{
    const struct span span = span_at(repetition, now_ps);
    if (span.oldest_ps < repetition->counted_ps)
        return 0;
    return least(times_before(&span, period_ps, next_event(repetition->setup, span.oldest_ps)),
                 times_before_end(repetition, &span, period_ps));
}

/* --- search, follow, confirm --- */

/* Settled at `now_ps`: no more periods may follow than there are before the end, an event, or the first packet that counts. Go on
 * behind that. */
static void search_behind(struct weft_repetition *repetition, weft_ps now_ps, weft_ps period_ps)
{
    const struct span span = span_at(repetition, now_ps);
    const weft_ps event_ps = next_event(repetition->setup, span.oldest_ps);
    if (times_before_end(repetition, &span, period_ps) <= LEAST_TIMES)
        repetition->look_ps = WEFT_NEVER;
    else
        search_from(repetition, event_ps != WEFT_NEVER && event_ps > now_ps ? event_ps + 1 : now_ps + 1);
}

static void search(struct weft_repetition *repetition, weft_ps now_ps)
{
    const weft_ps at_ps = repetition->tries == 0 ? repetition->look_ps : now_ps;
    if (repetition->tries > 0 && at_ps == repetition->looked_ps)
        return; /* several servers have something to do now */
    repetition->looked_ps = at_ps;
    if (!settles(repetition, at_ps) || !counts_all(repetition, at_ps)) {
        if (++repetition->tries < TRIES)
            return;
        repetition->tries = 0;
        repetition->look_ps = next_interval(repetition, at_ps);
        return;
    }
    repetition->origin_ps = at_ps;
    repetition->distance = 1;
    put_anchor(repetition, at_ps);
    repetition->state = FOLLOWS;
    repetition->look_ps = at_ps + repetition->step.step_ps;
}

/* No period was found as near as this. */
static void move_anchor(struct weft_repetition *repetition, weft_ps at_ps, bool settled)
{
    const uint64_t behind = steps_at(repetition, at_ps) - repetition->anchor;
    if (behind < repetition->distance || (!settled && behind < repetition->most_steps))
        return;
    repetition->misses += repetition->distance == repetition->most_steps;
    if (!settled || repetition->misses == MOST_MISSES) {
        search_from(repetition, settled ? 2 * at_ps : at_ps + 1);
        return;
    }
    repetition->distance = least(2 * repetition->distance, repetition->most_steps);
    put_anchor(repetition, at_ps);
}

static void begin_period(struct weft_repetition *repetition, weft_ps at_ps, weft_ps period_ps)
{
    const uint64_t times = times_from(repetition, at_ps, period_ps);
    if (times < LEAST_TIMES + 1) {
        search_behind(repetition, at_ps, period_ps);
        return;
    }
    weft_exchange_mark(repetition->exchange);
    repetition->state = CONFIRMS;
    repetition->look_ps = at_ps + period_ps;
}

static void follow(struct weft_repetition *repetition)
{
    const weft_ps at_ps = repetition->look_ps;
    const bool settled = settles(repetition, at_ps);
    repetition->look_ps += repetition->step.step_ps;
    if (settled && is_anchors(repetition, at_ps))
        begin_period(repetition, at_ps,
                     (steps_at(repetition, at_ps) - repetition->anchor) * repetition->step.step_ps);
    else
        move_anchor(repetition, at_ps, settled);
}

static void repeat(struct weft_repetition *repetition, weft_ps at_ps, uint64_t steps, uint64_t times)
{
    const struct weft_setup *setup = repetition->setup;
    for (uint32_t s = 0; s < setup->streams; s++)
        repetition->packets[s] = (uint32_t)(steps * repetition->step.stream_packets[s]);
    for (uint32_t s = 0; s < setup->servers; s++)
        repetition->server_packets[s] = steps * repetition->step.server_packets[s];
    weft_exchange_repeat(repetition->exchange, at_ps,
                         &(struct weft_repeat){.period_ps = steps * repetition->step.step_ps,
                                               .times = times,
                                               .packets = repetition->packets,
                                               .server_packets = repetition->server_packets});
}

/* The anchor is where the period before the marked one began. */
static void confirm(struct weft_repetition *repetition)
{
    const weft_ps at_ps = repetition->look_ps;
    const uint64_t steps = (steps_at(repetition, at_ps) - repetition->anchor) / 2;
    const weft_ps period_ps = steps * repetition->step.step_ps;
    const bool again = settles(repetition, at_ps) && is_anchors(repetition, at_ps);
    const uint64_t times = again ? times_from(repetition, at_ps, period_ps) : 0;
    if (!again)
        weft_exchange_move(repetition->exchange, at_ps);
    repeat(repetition, at_ps, steps, times);
    search_behind(repetition, at_ps + times * period_ps, period_ps);
}

bool weft_repetition_jumps(struct weft_repetition *repetition, weft_ps now_ps)
{
    while (now_ps >= repetition->look_ps) {
        const enum state state = repetition->state;
        if (state == SEARCHES) {
            search(repetition, now_ps);
            if (repetition->state == SEARCHES)
                break;
        } else if (state == FOLLOWS) {
            follow(repetition);
        } else {
            confirm(repetition);
            break;
        }
    }
    return weft_exchange_next(repetition->exchange) > now_ps;
}
