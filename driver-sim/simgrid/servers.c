/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An application sleeps until its next write and says so by a semaphore. (A write that is due already when its predecessor
 * ends follows at once: there is no sleep and nothing is said.) The driver's actor owns the loop over the passive host: it
 * waits for the writes that are due, or for the next instant; has what went out before taken and the host stepped; and
 * answers the applications that went back to sleep. Who runs first at equal clock cannot matter: the driver waits for
 * every write that is due before it steps, and a server depends on no other.
 * No message of SimGrid's is sent: that would go over the platform's route from the host to itself, and take its time. */

#include "servers.h"

#include "clock.h"
#include "platform.h"
#include "weft/tournament.h"

#include <inttypes.h>
#include <simgrid/semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <xbt/config.h>

struct server;

struct application {
    struct server *server;
    uint32_t index;
    sg_sem_t write;  /* it writes */
    sg_sem_t answer; /* its place in `wake` has been set */
};

struct server {
    struct weft_simgrid_servers *servers;
    const struct weft_simgrid_behind *behind;
    struct weft_host *host;
    uint32_t index, applications, writers;
    struct application *application;
    struct weft_tournament wake; /* applications by when they write; WEFT_NEVER once they have */
    struct application **writer; /* have written and wait for an answer */
    bool over;
};

struct weft_simgrid_servers {
    const struct weft_setup *setup;
    struct weft_simgrid_behind behind;
    struct server *server;
    double precision_ps;     /* what SimGrid takes for one instant */
    struct weft_error wrong; /* what ends a server before its time */
};

static void run_application(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    struct application *me = sg_actor_self_get_data();
    const struct weft_tournament *wake = &me->server->wake;
    for (weft_ps at_ps; (at_ps = weft_tournament_key(wake, me->index)) != WEFT_NEVER;) {
        weft_simgrid_sleep_until(at_ps);
        sg_sem_release(me->write);
        sg_sem_acquire(me->answer);
    }
}

/* Wait for every write that is due at `at_ps`: these applications' clocks are the alarm. Without one the
 * driver sets its own. */
static void wait_until_due(struct server *server, weft_ps at_ps)
{
    if (weft_tournament_least(&server->wake) > at_ps)
        weft_simgrid_sleep_until(at_ps);
    while (weft_tournament_least(&server->wake) <= at_ps) {
        struct application *writer = &server->application[weft_tournament_first(&server->wake)];
        sg_sem_acquire(writer->write);
        weft_tournament_set(&server->wake, writer->index, WEFT_NEVER);
        server->writer[server->writers++] = writer;
    }
}

static void answer_writers(struct server *server)
{
    uint32_t left = 0;
    for (uint32_t i = 0; i < server->writers; i++) {
        struct application *writer = server->writer[i];
        weft_ps wake_ps = weft_host_wake(server->host, writer->index);
        weft_tournament_set(&server->wake, writer->index, wake_ps);
        if (wake_ps == WEFT_NEVER && !server->over)
            server->writer[left++] = writer;
        else
            sg_sem_release(writer->answer);
    }
    server->writers = left;
}

/* A user's platform has its routes only now. One driver looks for all. */
static bool are_ways_right(const struct server *server)
{
    struct weft_simgrid_servers *servers = server->servers;
    return !servers->setup->platform || server->index > 0 ||
           weft_simgrid_ways_check(servers->setup, &servers->wrong) == WEFT_OK;
}

/* SimGrid's time passes only where the model's does: unless the program suspends actors, say. */
static bool is_on_time(const struct server *server, weft_ps at_ps)
{
    struct weft_simgrid_servers *servers = server->servers;
    if (weft_simgrid_clock_is(at_ps, servers->precision_ps))
        return true;
    if (!servers->wrong.text[0])
        weft_fail(&servers->wrong, WEFT_FAILED,
                  "server '%.80s': its driver's step at %" PRIu64 " ps is at %.0f ps of SimGrid's clock",
                  servers->setup->server[server->index].name, at_ps,
                  simgrid_get_clock() * (double)WEFT_PS_PER_S);
    return false;
}

static void fail(const struct server *server)
{
    const struct weft_simgrid_behind *behind = server->behind;
    if (behind->fails)
        behind->fails(behind->ctx, server->servers->wrong.text);
}

static void run_driver(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    struct server *me = sg_actor_self_get_data();
    const struct weft_simgrid_behind *behind = me->behind;
    if (!are_ways_right(me)) {
        fail(me);
        return;
    }
    for (weft_ps at_ps; (at_ps = weft_host_next(me->host)) != WEFT_NEVER;) {
        wait_until_due(me, at_ps);
        if (!is_on_time(me, at_ps)) {
            fail(me);
            return;
        }
        behind->step(behind->ctx, me->index, at_ps);
        answer_writers(me);
    }
    behind->take_rest(behind->ctx, me->index);
    me->over = true;
    answer_writers(me);
    behind->over(behind->ctx, me->index);
}

sg_actor_t weft_simgrid_start(sg_host_t host, const char *role, uint32_t number, xbt_main_func_t code,
                              void *data)
{
    char name[32];
    snprintf(name, sizeof(name), "%s-%" PRIu32, role, number);
    sg_actor_t actor = sg_actor_init(name, host);
    sg_actor_set_data(actor, data);
    sg_actor_start_(actor, code, 0, NULL);
    return actor;
}

static void start_server(struct weft_simgrid_servers *servers, uint32_t index)
{
    const struct weft_server *params = &servers->setup->server[index];
    struct server *server = &servers->server[index];
    sg_host_t host = weft_simgrid_server_host(servers->setup, index);
    *server = (struct server){.servers = servers,
                              .behind = &servers->behind,
                              .host = servers->behind.host(servers->behind.ctx, index),
                              .index = index,
                              .applications = params->applications};
    server->application = weft_alloc(server->applications, sizeof(*server->application));
    weft_tournament_init(&server->wake, server->applications);
    server->writer = weft_alloc(server->applications, sizeof(struct application *));
    for (uint32_t a = 0; a < server->applications; a++) {
        server->application[a] = (struct application){server, a, sg_sem_init(0), sg_sem_init(0)};
        weft_tournament_set(&server->wake, a, weft_host_wake(server->host, a));
        weft_simgrid_start(host, "application", a, run_application, &server->application[a]);
    }
    weft_simgrid_start(host, "driver", 0, run_driver, server);
}

int weft_simgrid_servers_check(struct weft_error *error)
{
    if (sg_cfg_get_int("contexts/nthreads") == 1)
        return WEFT_OK;
    return weft_fail(error, WEFT_FAILED, "contexts/nthreads is not 1: actors would run in parallel");
}

struct weft_simgrid_servers *weft_simgrid_servers_new(const struct weft_setup *setup,
                                                      const struct weft_simgrid_behind *behind)
{
    struct weft_simgrid_servers *servers = weft_alloc(1, sizeof(*servers));
    servers->setup = setup;
    servers->behind = *behind;
    servers->precision_ps = sg_cfg_get_double("surf/precision") * (double)WEFT_PS_PER_S;
    servers->server = weft_alloc(setup->servers, sizeof(*servers->server));
    for (uint32_t i = 0; i < setup->servers; i++)
        start_server(servers, i);
    return servers;
}

int weft_simgrid_servers_finish(const struct weft_simgrid_servers *servers, struct weft_error *error)
{
    if (servers->wrong.text[0])
        return weft_fail(error, WEFT_FAILED, "%s", servers->wrong.text);
    for (uint32_t i = 0; i < servers->setup->servers; i++)
        if (!servers->server[i].over)
            return weft_fail(error, WEFT_FAILED, "server '%s' has not come to its end",
                             servers->setup->server[i].name);
    return WEFT_OK;
}

static void clear_server(struct server *server)
{
    for (uint32_t a = 0; a < server->applications; a++) {
        sg_sem_destroy(server->application[a].write);
        sg_sem_destroy(server->application[a].answer);
    }
    free(server->writer);
    weft_tournament_clear(&server->wake);
    free(server->application);
}

void weft_simgrid_servers_free(struct weft_simgrid_servers *servers)
{
    if (!servers)
        return;
    for (uint32_t i = 0; i < servers->setup->servers; i++)
        clear_server(&servers->server[i]);
    free(servers->server);
    free(servers);
}
