/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which event is next is SimGrid's to decide: actors run when their date has come. Only among those that SimGrid runs at
 * one date the order is the agenda's: whoever runs first lets all events happen that are not after its own, which it
 * knows by their whole picoseconds and their stations' numbers. Dates are doubles, so what is up to a picosecond apart may
 * run at one date; if SimGrid is found to have run an actor at another time than its event's, or past the event of
 * another, by more than that, the run has failed.
 *
 * A call of SimGrid lets other actors run, so there is none while the network changes: stations that must be woken are
 * noted, and woken afterwards. */

#include "stations.h"

#include "agenda.h"
#include "network.h"
#include "simgrid/clock.h"
#include "simgrid/platform.h"
#include "simgrid/servers.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct station {
    struct hop_stations *all;
    uint32_t index;
    weft_ps at_ps; /* of its next event; WEFT_NEVER: none is known */
    sg_actor_t actor;
    bool waits; /* suspended, until an event of it is known */
};

struct hop_stations {
    struct hop_network *network;
    weft_ps (*next_step)(const void *ctx);
    const void *ctx;
    weft_ps ahead_ps;
    uint32_t stations, to_wake;
    struct station *station;
    uint32_t *wake; /* stations that must be woken */
    struct hop_agenda agenda;
    bool ending, over, failed;
    struct weft_error why;
};

static void wake_later(struct hop_stations *all, struct station *station)
{
    if (!station->waits)
        return;
    station->waits = false;
    all->wake[all->to_wake++] = station->index;
}

/* Others may run in between, and note or wake more. */
static void wake_noted(struct hop_stations *all)
{
    while (all->to_wake > 0)
        sg_actor_resume(all->station[all->wake[--all->to_wake]].actor);
}

static void await(void *ctx, uint32_t index, weft_ps at_ps)
{
    struct hop_stations *all = ctx;
    struct station *station = &all->station[index];
    assert(station->at_ps == WEFT_NEVER);
    station->at_ps = at_ps;
    hop_agenda_put(&all->agenda, at_ps, index);
    wake_later(all, station);
}

static void end_if_over(struct hop_stations *all)
{
    if (!all->failed && !(all->ending && all->agenda.n == 0))
        return;
    all->over = true;
    for (uint32_t i = 0; i < all->stations; i++)
        wake_later(all, &all->station[i]);
}

static void fail_at(struct hop_stations *all, const char *what, weft_ps at_ps)
{
    char text[sizeof(all->why.text)];
    snprintf(text, sizeof(text), "at %.0f ps of SimGrid's clock %s of %" PRIu64 " ps",
             simgrid_get_clock() * (double)WEFT_PS_PER_S, what, at_ps);
    hop_stations_fail(all, text);
}

/* A server's next step may put something onto its link that is in a port before the event. */
static bool is_too_early(const struct hop_stations *all, weft_ps at_ps)
{
    weft_ps step_ps = all->next_step(all->ctx);
    return step_ps <= at_ps && at_ps - step_ps >= all->ahead_ps;
}

static void happen_until(struct hop_stations *all, struct hop_event own)
{
    if (!weft_simgrid_clock_is(own.at_ps, 0))
        fail_at(all, "an actor runs for its event", own.at_ps);
    else if (is_too_early(all, own.at_ps))
        fail_at(all, "no server has come to its step", all->next_step(all->ctx));
    while (!all->failed && hop_agenda_is_due(&all->agenda, own)) {
        const struct hop_event event = hop_agenda_take(&all->agenda);
        all->station[event.rank].at_ps = WEFT_NEVER;
        if ((double)(own.at_ps - event.at_ps) > weft_simgrid_clock_slack_ps(own.at_ps))
            fail_at(all, "no actor has run for its event", event.at_ps);
        else
            hop_network_happen(all->network, event.rank, event.at_ps);
    }
    end_if_over(all);
    wake_noted(all);
}

static void run_station(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    struct station *me = sg_actor_self_get_data();
    struct hop_stations *all = me->all;
    while (!all->over) {
        weft_ps at_ps = me->at_ps;
        if (at_ps == WEFT_NEVER) {
            me->waits = true;
            sg_actor_suspend(me->actor);
            continue;
        }
        weft_simgrid_sleep_until(at_ps);
        if (me->at_ps == at_ps)
            happen_until(all, (struct hop_event){at_ps, me->index});
    }
}

void hop_stations_give(struct hop_stations *all, uint32_t server, const struct weft_train *train)
{
    if (!all->failed)
        hop_network_give(all->network, server, train);
}

void hop_stations_go_on(struct hop_stations *all)
{
    wake_noted(all);
}

void hop_stations_end(struct hop_stations *all)
{
    all->ending = true;
    end_if_over(all);
    wake_noted(all);
}

void hop_stations_fail(struct hop_stations *all, const char *text)
{
    if (!all->failed)
        snprintf(all->why.text, sizeof(all->why.text), "%s", text);
    all->failed = true;
    end_if_over(all);
    wake_noted(all);
}

static sg_host_t host_of(const struct weft_setup *setup, uint32_t station)
{
    uint32_t ports = weft_setup_ports(setup);
    if (station < ports)
        return weft_simgrid_switch_host(setup, weft_setup_port_switch(setup, station));
    uint32_t link = station - ports;
    if (link < setup->servers)
        return weft_simgrid_server_host(setup, link);
    link -= setup->servers;
    if (link < setup->trunks)
        return weft_simgrid_switch_host(setup, setup->trunk[link].from);
    return weft_simgrid_switch_host(setup, setup->source[link - setup->trunks].switch_index);
}

struct hop_stations *hop_stations_new(const struct weft_setup *setup, struct weft_reports *reports,
                                      weft_ps (*next_step)(const void *ctx), const void *ctx)
{
    struct hop_stations *all = weft_alloc(1, sizeof(*all));
    all->next_step = next_step;
    all->ctx = ctx;
    all->stations = weft_setup_ports(setup) + setup->servers + setup->trunks + setup->sources;
    all->station = weft_alloc(all->stations, sizeof(*all->station));
    all->wake = weft_alloc(all->stations, sizeof(*all->wake));
    for (uint32_t i = 0; i < all->stations; i++)
        all->station[i] = (struct station){.all = all, .index = i, .at_ps = WEFT_NEVER};
    all->network = hop_network_new(setup, reports, await, all);
    all->ahead_ps = hop_network_ahead(all->network);
    for (uint32_t i = 0; i < all->stations; i++)
        all->station[i].actor =
            weft_simgrid_start(host_of(setup, i), "station", i, run_station, &all->station[i]);
    for (uint32_t i = 0; i < all->stations; i++)
        sg_actor_ref(all->station[i].actor);
    return all;
}

void hop_stations_free(struct hop_stations *all)
{
    if (!all)
        return;
    for (uint32_t i = 0; i < all->stations; i++)
        sg_actor_unref(all->station[i].actor);
    hop_network_free(all->network);
    hop_agenda_clear(&all->agenda);
    free(all->wake);
    free(all->station);
    free(all);
}

int hop_stations_finish(const struct hop_stations *all, struct weft_error *error)
{
    if (all->failed)
        return weft_fail(error, WEFT_FAILED, "%s", all->why.text);
    if (!all->over)
        return weft_fail(error, WEFT_FAILED,
                         "the network has not come to its end: %" PRIu32 " events are still ahead",
                         all->agenda.n);
    return WEFT_OK;
}
