/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each packet at each port is held against the instant at which it is due and against the one before it. */
#include "metrics/arrivals_private.h"

#include <assert.h>
#include <stdlib.h>

struct weft_arrivals *weft_arrivals_new(const struct weft_setup *setup)
{
    struct weft_arrivals *it = weft_alloc(1, sizeof *it);
    int status = weft_routes_new(setup, &it->routes, NULL);
    assert(status == WEFT_OK); /* the setup has been checked */
    (void)status;
    uint32_t places = it->routes.first[weft_setup_flows(setup)];
    it->setup = setup;
    it->interval_ps = weft_setup_interval(setup);
    it->link = weft_alloc(setup->servers, sizeof *it->link);
    it->last_ps = weft_alloc(places, sizeof *it->last_ps);
    it->report = weft_alloc(places, sizeof *it->report);
    it->gap_bytes = weft_wire_bytes(setup->network, 0);
    for (uint32_t i = 0; i < setup->servers; i++) {
        bool shapes = setup->write.axes.pacing && setup->write.axes.pacing->shapes;
        weft_pipe_init(&it->link[i].pipe, shapes ? setup->write.pacing_argument : setup->server[i].link_bps);
        it->link[i].interval = UINT64_MAX;
    }
    for (uint32_t i = 0; i < places; i++)
        it->report[i].least_gap_ps = WEFT_NEVER;
    return it;
}

void weft_arrivals_free(struct weft_arrivals *arrivals)
{
    if (!arrivals)
        return;
    weft_arrivals_forget(arrivals);
    free(arrivals->report);
    free(arrivals->last_ps);
    free(arrivals->link);
    weft_routes_clear(&arrivals->routes);
    free(arrivals);
}

static weft_ps due_ps(const struct weft_arrivals *it, uint32_t stream, uint32_t number)
{
    return weft_clock_due(&it->setup->stream[stream].clock, number);
}

void weft_arrivals_leave(struct weft_arrivals *it, const struct arrivals_packet *packet)
{
    struct arrivals_link *link = &it->link[it->setup->stream[packet->stream].server];
    uint64_t interval = due_ps(it, packet->stream, packet->number) / it->interval_ps;
    bool idle = link->interval == interval && packet->tx_ps > link->pipe.free_ps;
    it->report[it->routes.first[packet->stream]].idle_before += idle;
    weft_pipe_take(&link->pipe, packet->tx_ps, 8 * ((uint64_t)packet->frame_bytes + it->gap_bytes));
    link->interval = interval;
}

static void leave_server(struct weft_arrivals *it, const struct weft_train *train)
{
    for (uint32_t i = 0; i < train->n; i++) {
        const struct arrivals_packet packet = {.tx_ps = train->tx_ps[i],
                                               .stream = train->stream[i],
                                               .number = train->number[i],
                                               .frame_bytes = train->frame_bytes[i]};
        weft_arrivals_leave(it, &packet);
        if (it->period)
            weft_arrivals_record(it->period, &packet);
    }
}

static void come(struct weft_arrivals *it, const struct weft_train *train, uint32_t i)
{
    uint32_t place = it->routes.first[train->stream[i]];
    while (it->routes.port[place] != train->port[i])
        place++;
    struct weft_arrival_report *report = &it->report[place];
    weft_ps at_ps = train->at_ps[i];
    bool background = train->stream[i] >= it->setup->streams; /* due at no instant that anybody knows */
    int64_t delay_ps = background ? 0 : (int64_t)(at_ps - due_ps(it, train->stream[i], train->number[i]));
    if (report->packets == 0 || delay_ps < report->earliest_ps)
        report->earliest_ps = delay_ps;
    if (report->packets == 0 || delay_ps > report->latest_ps)
        report->latest_ps = delay_ps;
    if (report->packets > 0 && at_ps - it->last_ps[place] < report->least_gap_ps)
        report->least_gap_ps = at_ps - it->last_ps[place];
    report->packets++;
    it->last_ps[place] = at_ps;
    if (it->period)
        weft_arrivals_record_at(it->period, place, at_ps);
}

static void see_packets(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct weft_arrivals *arrivals = ctx;
    (void)node;
    if (point == WEFT_AT_SERVER)
        leave_server(arrivals, train);
    for (uint32_t i = 0; i < train->n && point == WEFT_AT_SWITCH; i++)
        come(arrivals, train, i);
}

static void advance(void *ctx, weft_ps until_ps)
{
    struct weft_arrivals *arrivals = ctx;
    arrivals->advanced_ps = until_ps;
}

struct weft_watch weft_arrivals_watch(struct weft_arrivals *arrivals)
{
    return (struct weft_watch){.ctx = arrivals,
                               .packets = see_packets,
                               .advance = advance,
                               .mark = weft_arrivals_mark,
                               .repeat = weft_arrivals_repeat};
}

const struct weft_arrival_report *weft_arrivals_reports(const struct weft_arrivals *arrivals)
{
    return arrivals->report;
}

const struct weft_routes *weft_arrivals_routes(const struct weft_arrivals *arrivals)
{
    return &arrivals->routes;
}
