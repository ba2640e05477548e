/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each packet on its server's link is held against the instant at which it is due and against the packet before it. */
#include "weft/departures.h"

#include <stdlib.h>

/* The packet before, on a server's link. */
struct link {
    weft_ps free_ps;
    uint64_t interval; /* UINT64_MAX: none yet */
};

struct weft_departures {
    const struct weft_setup *setup;
    weft_ps interval_ps;
    struct link *link;                    /* by server */
    weft_ps *last_ps;                     /* by stream: last bit of its last packet */
    struct weft_departure_report *report; /* by stream */
};

struct weft_departures *weft_departures_new(const struct weft_setup *setup)
{
    struct weft_departures *it = weft_alloc(1, sizeof *it);
    it->setup = setup;
    it->interval_ps = weft_setup_interval(setup);
    it->link = weft_alloc(setup->servers, sizeof *it->link);
    it->last_ps = weft_alloc(setup->streams, sizeof *it->last_ps);
    it->report = weft_alloc(setup->streams, sizeof *it->report);
    for (uint32_t i = 0; i < setup->servers; i++)
        it->link[i].interval = UINT64_MAX;
    for (uint32_t i = 0; i < setup->streams; i++)
        it->report[i].least_gap_ps = WEFT_NEVER;
    return it;
}

void weft_departures_free(struct weft_departures *departures)
{
    if (!departures)
        return;
    free(departures->report);
    free(departures->last_ps);
    free(departures->link);
    free(departures);
}

static void leave(struct weft_departures *it, struct link *link, const struct weft_train *train, uint32_t i)
{
    uint32_t stream = train->stream[i];
    struct weft_departure_report *report = &it->report[stream];
    weft_ps due_ps = weft_clock_due(&it->setup->stream[stream].clock, train->number[i]);
    weft_ps out_ps = train->done_ps[i];
    int64_t delay_ps = (int64_t)(out_ps - due_ps);
    if (report->packets == 0 || delay_ps < report->earliest_ps)
        report->earliest_ps = delay_ps;
    if (report->packets == 0 || delay_ps > report->latest_ps)
        report->latest_ps = delay_ps;
    if (report->packets > 0 && out_ps - it->last_ps[stream] < report->least_gap_ps)
        report->least_gap_ps = out_ps - it->last_ps[stream];
    report->idle_before += link->interval == due_ps / it->interval_ps && train->tx_ps[i] > link->free_ps;
    report->packets++;
    it->last_ps[stream] = out_ps;
    *link = (struct link){out_ps, due_ps / it->interval_ps};
}

static void see_packets(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct weft_departures *departures = ctx;
    for (uint32_t i = 0; point == WEFT_AT_SERVER && i < train->n; i++)
        leave(departures, &departures->link[node], train, i);
}

struct weft_watch weft_departures_watch(struct weft_departures *departures)
{
    return (struct weft_watch){.ctx = departures, .packets = see_packets};
}

const struct weft_departure_report *weft_departures_reports(const struct weft_departures *departures)
{
    return departures->report;
}
