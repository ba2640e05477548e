/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The actors of each server. An application sleeps until its next write and puts it into the socket's
 * mailbox. (A write that is due already when its predecessor ends follows at once: there is no sleep and no
 * message.) The driver's actor owns the loop over the passive host: it waits for the writes that are due, or
 * for the next instant; has the NIC take what went out before; steps the host; gives new work to the cores;
 * and answers the applications that went back to sleep. Who runs first at equal clock cannot matter: the
 * driver receives every write that is due and has the NIC's answer before it steps, and a server depends on
 * no other. */

#include "common/exchange.h"
#include "platform.h"
#include "weft/tournament.h"

#include <inttypes.h>
#include <simgrid/actor.h>
#include <simgrid/exec.h>
#include <simgrid/mailbox.h>
#include <simgrid/semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xbt/config.h>

struct server;

/* A message through the socket is the application that writes. */
struct application {
    struct server *server;
    uint32_t index;
    sg_sem_t answer; /* its place in `wake` has been set */
};

/* What a core is to spend. Work waits here when other actors of the program slow down its predecessor. */
struct core {
    sg_exec_t exec;     /* NULL: idle */
    uint64_t mcycles;   /* given and not yet begun */
    weft_ps started_ps; /* of the piece given last; WEFT_NEVER: none yet */
};

struct server {
    struct weft_simgrid *attached;
    struct weft_host *host;
    uint32_t index, applications, cores, writers;
    struct application *application;
    struct weft_tournament wake; /* applications by when they write; WEFT_NEVER once they have */
    struct application **writer; /* have written and wait for an answer */
    struct core *core;
    sg_mailbox_t socket;
    sg_sem_t take;    /* the NIC is to take */
    weft_ps until_ps; /* how far */
    bool taken, over;
};

struct weft_simgrid {
    const struct weft_setup *setup;
    struct weft_exchange *exchange;
    struct server *server;
};

static void sleep_until(weft_ps at_ps)
{
    sg_actor_sleep_until((double)at_ps / (double)WEFT_PS_PER_S);
}

static void run_application(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    struct application *me = sg_actor_self_get_data();
    const struct weft_tournament *wake = &me->server->wake;
    for (weft_ps at_ps; (at_ps = weft_tournament_key(wake, me->index)) != WEFT_NEVER;) {
        sleep_until(at_ps);
        sg_mailbox_put(me->server->socket, me, 0);
        sg_sem_acquire(me->answer);
    }
}

static void run_nic(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    struct server *me = sg_actor_self_get_data();
    for (weft_ps until_ps = 0; until_ps != WEFT_NEVER;) {
        sg_sem_acquire(me->take);
        until_ps = me->until_ps;
        weft_exchange_take(me->attached->exchange, me->index, until_ps);
        weft_exchange_advance(me->attached->exchange);
        me->taken = true;
    }
}

/* Receive every write that is due at `at_ps`: these applications' clocks are the alarm. Without one the
 * driver sets its own. */
static void wait_until_due(struct server *server, weft_ps at_ps)
{
    if (weft_tournament_least(&server->wake) > at_ps)
        sleep_until(at_ps);
    while (weft_tournament_least(&server->wake) <= at_ps) {
        struct application *writer = sg_mailbox_get(server->socket);
        weft_tournament_set(&server->wake, writer->index, WEFT_NEVER);
        server->writer[server->writers++] = writer;
    }
}

/* Returns when the NIC has taken. It runs in the same round as this actor: waiting for it by yielding costs
 * half of what a second semaphore does. */
static void take(struct server *server, weft_ps until_ps)
{
    server->until_ps = until_ps;
    server->taken = false;
    sg_sem_release(server->take);
    while (!server->taken)
        sg_actor_yield();
}

static void begin_work(struct core *core)
{
    if (core->exec && !sg_exec_test(core->exec))
        return;
    core->exec = core->mcycles > 0 ? sg_actor_exec_async((double)core->mcycles / 1000) : NULL;
    core->mcycles = 0;
}

/* A piece that began is known by its start: no two on a core start together unless one of them is empty. */
static void give_work(struct server *server)
{
    for (uint32_t c = 0; c < server->cores; c++) {
        struct core *core = &server->core[c];
        struct weft_work work;
        if (!weft_host_work(server->host, c, &work) || work.start_ps == core->started_ps)
            continue;
        core->started_ps = work.start_ps;
        core->mcycles += work.mcycles;
        begin_work(core);
    }
}

static void end_work(struct server *server)
{
    for (uint32_t c = 0; c < server->cores; c++)
        while (server->core[c].exec) {
            sg_exec_wait(server->core[c].exec);
            server->core[c].exec = NULL;
            begin_work(&server->core[c]);
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

static void run_driver(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    struct server *me = sg_actor_self_get_data();
    for (weft_ps at_ps; (at_ps = weft_host_next(me->host)) != WEFT_NEVER;) {
        wait_until_due(me, at_ps);
        take(me, at_ps);
        weft_exchange_step(me->attached->exchange, me->index, at_ps);
        give_work(me);
        answer_writers(me);
    }
    take(me, WEFT_NEVER);
    me->over = true;
    answer_writers(me);
    end_work(me);
}

static void start(sg_host_t host, const char *role, uint32_t number, xbt_main_func_t code, void *data)
{
    char name[32];
    snprintf(name, sizeof(name), "%s-%" PRIu32, role, number);
    sg_actor_t actor = sg_actor_init(name, host);
    sg_actor_set_data(actor, data);
    sg_actor_start_(actor, code, 0, NULL);
}

static sg_mailbox_t new_socket(const char *server)
{
    size_t bytes = strlen(server) + sizeof("weft.socket.");
    char *name = weft_alloc(bytes, 1);
    snprintf(name, bytes, "weft.socket.%s", server);
    sg_mailbox_t socket = sg_mailbox_by_name(name);
    free(name);
    return socket;
}

/* Application a runs on core a modulo cores, interrupts on core 0: cores past the applications stay idle. */
static uint32_t used_cores(const struct weft_server *params)
{
    return params->cores < params->applications ? params->cores : params->applications;
}

static void start_server(struct weft_simgrid *attached, uint32_t index)
{
    const struct weft_server *params = &attached->setup->server[index];
    struct server *server = &attached->server[index];
    sg_host_t host = weft_simgrid_server_host(attached->setup, index);
    *server = (struct server){.attached = attached,
                              .host = weft_exchange_host(attached->exchange, index),
                              .index = index,
                              .applications = params->applications,
                              .cores = used_cores(params),
                              .socket = new_socket(params->name),
                              .take = sg_sem_init(0)};
    server->application = weft_alloc(server->applications, sizeof(*server->application));
    weft_tournament_init(&server->wake, server->applications);
    server->writer = weft_alloc(server->applications, sizeof(struct application *));
    server->core = weft_alloc(server->cores, sizeof(*server->core));
    for (uint32_t a = 0; a < server->applications; a++) {
        server->application[a] = (struct application){server, a, sg_sem_init(0)};
        weft_tournament_set(&server->wake, a, weft_host_wake(server->host, a));
        start(host, "application", a, run_application, &server->application[a]);
    }
    for (uint32_t c = 0; c < server->cores; c++)
        server->core[c].started_ps = WEFT_NEVER;
    start(host, "nic", 0, run_nic, server);
    start(host, "driver", 0, run_driver, server);
}

int weft_simgrid_attach(const struct weft_setup *setup, const struct weft_watch *watch, size_t watches,
                        struct weft_simgrid **out, struct weft_error *error)
{
    int status = weft_simgrid_names_check(setup, error);
    if (status == WEFT_OK)
        status = weft_simgrid_platform_check(setup, error);
    if (status == WEFT_OK && sg_cfg_get_int("contexts/nthreads") != 1)
        status = weft_fail(error, WEFT_FAILED,
                           "simgrid: contexts/nthreads is not 1: actors would run in parallel");
    if (status != WEFT_OK)
        return status;
    struct weft_simgrid *attached = weft_alloc(1, sizeof(*attached));
    attached->setup = setup;
    attached->exchange = weft_exchange_new(setup, watch, watches);
    attached->server = weft_alloc(setup->servers, sizeof(*attached->server));
    for (uint32_t i = 0; i < setup->servers; i++)
        start_server(attached, i);
    *out = attached;
    return WEFT_OK;
}

int weft_simgrid_finish(struct weft_simgrid *attached, struct weft_error *error)
{
    for (uint32_t i = 0; i < attached->setup->servers; i++)
        if (!attached->server[i].over)
            return weft_fail(error, WEFT_FAILED, "simgrid: server '%s' has not come to its end",
                             attached->setup->server[i].name);
    weft_exchange_finish(attached->exchange);
    return WEFT_OK;
}

static void free_server(struct server *server)
{
    for (uint32_t a = 0; a < server->applications; a++)
        sg_sem_destroy(server->application[a].answer);
    sg_sem_destroy(server->take);
    free(server->core);
    free(server->writer);
    weft_tournament_clear(&server->wake);
    free(server->application);
}

void weft_simgrid_free(struct weft_simgrid *attached)
{
    if (!attached)
        return;
    for (uint32_t i = 0; i < attached->setup->servers; i++)
        free_server(&attached->server[i]);
    weft_exchange_free(attached->exchange);
    free(attached->server);
    free(attached);
}
