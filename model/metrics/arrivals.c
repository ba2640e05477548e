/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each packet at each port is held against the instant at which it is due and against the one before it. */
#include "weft/arrivals.h"

#include <assert.h>
#include <stdlib.h>

/* A server's link, or the shaper before it, and the packet before. */
struct link {
    struct weft_pipe pipe;
    uint64_t interval; /* UINT64_MAX: none yet */
};

struct weft_arrivals {
    const struct weft_setup *setup;
    struct weft_routes routes;
    weft_ps interval_ps;
    uint32_t gap_bytes;
    struct link *link;                  /* by server */
    weft_ps *last_ps;                   /* by place on the routes */
    struct weft_arrival_report *report; /* likewise */
};

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
    free(arrivals->report);
    free(arrivals->last_ps);
    free(arrivals->link);
    weft_routes_clear(&arrivals->routes);
    free(arrivals);
}

static weft_ps due_ps(const struct weft_arrivals *it, const struct weft_train *train, uint32_t i)
{
    return weft_clock_due(&it->setup->stream[train->stream[i]].clock, train->number[i]);
}

static void leave_server(struct weft_arrivals *it, struct link *link, const struct weft_train *train,
                         uint32_t i)
{
    uint64_t interval = due_ps(it, train, i) / it->interval_ps;
    bool idle = link->interval == interval && train->tx_ps[i] > link->pipe.free_ps;
    it->report[it->routes.first[train->stream[i]]].idle_before += idle;
    weft_pipe_take(&link->pipe, train->tx_ps[i], 8 * ((uint64_t)train->frame_bytes[i] + it->gap_bytes));
    link->interval = interval;
}

static void come(struct weft_arrivals *it, const struct weft_train *train, uint32_t i)
{
    uint32_t place = it->routes.first[train->stream[i]];
    while (it->routes.port[place] != train->port[i])
        place++;
    struct weft_arrival_report *report = &it->report[place];
    weft_ps at_ps = train->at_ps[i];
    bool background = train->stream[i] >= it->setup->streams; /* due at no instant that anybody knows */
    int64_t delay_ps = background ? 0 : (int64_t)(at_ps - due_ps(it, train, i));
    if (report->packets == 0 || delay_ps < report->earliest_ps)
        report->earliest_ps = delay_ps;
    if (report->packets == 0 || delay_ps > report->latest_ps)
        report->latest_ps = delay_ps;
    if (report->packets > 0 && at_ps - it->last_ps[place] < report->least_gap_ps)
        report->least_gap_ps = at_ps - it->last_ps[place];
    report->packets++;
    it->last_ps[place] = at_ps;
}

static void see_packets(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct weft_arrivals *arrivals = ctx;
    for (uint32_t i = 0; i < train->n; i++)
        if (point == WEFT_AT_SERVER)
            leave_server(arrivals, &arrivals->link[node], train, i);
        else if (point == WEFT_AT_SWITCH)
            come(arrivals, train, i);
}

struct weft_watch weft_arrivals_watch(struct weft_arrivals *arrivals)
{
    return (struct weft_watch){.ctx = arrivals, .packets = see_packets};
}

const struct weft_arrival_report *weft_arrivals_reports(const struct weft_arrivals *arrivals)
{
    return arrivals->report;
}

const struct weft_routes *weft_arrivals_routes(const struct weft_arrivals *arrivals)
{
    return &arrivals->routes;
}
