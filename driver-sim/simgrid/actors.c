/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is behind the drivers of the back end `simgrid`: a NIC actor for each server, which has the model's network take
 * what went out, and the cores' work as executions. The driver has the NIC's answer before the host is stepped. */

#include "common/exchange.h"
#include "platform.h"
#include "servers.h"

#include <simgrid/exec.h>
#include <simgrid/semaphore.h>
#include <stdlib.h>

/* What a core is to spend. Work waits here when other actors of the program slow down its predecessor. */
struct core {
    sg_exec_t exec;     /* NULL: idle */
    uint64_t mcycles;   /* given and not yet begun */
    weft_ps started_ps; /* of the piece given last; WEFT_NEVER: none yet */
};

struct nic {
    struct weft_simgrid *attached;
    struct weft_host *host;
    uint32_t server, cores;
    struct core *core;
    sg_sem_t take;    /* it is to take */
    weft_ps until_ps; /* how far */
    bool taken;
};

struct weft_simgrid {
    const struct weft_setup *setup;
    struct weft_exchange *exchange;
    struct weft_simgrid_servers *servers;
    struct nic *nic;
};

static void run_nic(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    struct nic *me = sg_actor_self_get_data();
    for (weft_ps until_ps = 0; until_ps != WEFT_NEVER;) {
        sg_sem_acquire(me->take);
        until_ps = me->until_ps;
        weft_exchange_take(me->attached->exchange, me->server, until_ps);
        weft_exchange_advance(me->attached->exchange);
        me->taken = true;
    }
}

/* Returns when the NIC has taken. It runs in the same round as this actor: waiting for it by yielding costs
 * half of what a second semaphore does. */
static void take(struct nic *nic, weft_ps until_ps)
{
    nic->until_ps = until_ps;
    nic->taken = false;
    sg_sem_release(nic->take);
    while (!nic->taken)
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
static void give_work(struct nic *nic)
{
    for (uint32_t c = 0; c < nic->cores; c++) {
        struct core *core = &nic->core[c];
        struct weft_work work;
        if (!weft_host_work(nic->host, c, &work) || work.start_ps == core->started_ps)
            continue;
        core->started_ps = work.start_ps;
        core->mcycles += work.mcycles;
        begin_work(core);
    }
}

static struct weft_host *host_of(void *ctx, uint32_t server)
{
    struct weft_simgrid *attached = ctx;
    return weft_exchange_host(attached->exchange, server);
}

static void step(void *ctx, uint32_t server, weft_ps now_ps)
{
    struct weft_simgrid *attached = ctx;
    take(&attached->nic[server], now_ps);
    weft_exchange_step(attached->exchange, server, now_ps);
    give_work(&attached->nic[server]);
}

static void take_rest(void *ctx, uint32_t server)
{
    struct weft_simgrid *attached = ctx;
    take(&attached->nic[server], WEFT_NEVER);
}

static void end_work(void *ctx, uint32_t server)
{
    struct weft_simgrid *attached = ctx;
    struct nic *nic = &attached->nic[server];
    for (uint32_t c = 0; c < nic->cores; c++)
        while (nic->core[c].exec) {
            sg_exec_wait(nic->core[c].exec);
            nic->core[c].exec = NULL;
            begin_work(&nic->core[c]);
        }
}

static void start_nic(struct weft_simgrid *attached, uint32_t server)
{
    struct nic *nic = &attached->nic[server];
    *nic = (struct nic){.attached = attached,
                        .host = weft_exchange_host(attached->exchange, server),
                        .server = server,
                        .cores = weft_simgrid_used_cores(&attached->setup->server[server]),
                        .take = sg_sem_init(0)};
    nic->core = weft_alloc(nic->cores, sizeof(*nic->core));
    for (uint32_t c = 0; c < nic->cores; c++)
        nic->core[c].started_ps = WEFT_NEVER;
    weft_simgrid_start(weft_simgrid_server_host(attached->setup, server), "nic", 0, run_nic, nic);
}

int weft_simgrid_attach(const struct weft_setup *setup, const struct weft_watch *watch, size_t watches,
                        struct weft_simgrid **out, struct weft_error *error)
{
    int status = weft_simgrid_names_check(setup, error);
    if (status == WEFT_OK)
        status = weft_simgrid_platform_check(setup, error);
    if (status == WEFT_OK)
        status = weft_simgrid_servers_check(error);
    if (status != WEFT_OK)
        return status;
    struct weft_simgrid *attached = weft_alloc(1, sizeof(*attached));
    attached->setup = setup;
    attached->exchange = weft_exchange_new(setup, watch, watches);
    attached->nic = weft_alloc(setup->servers, sizeof(*attached->nic));
    for (uint32_t i = 0; i < setup->servers; i++)
        start_nic(attached, i);
    attached->servers = weft_simgrid_servers_new(
        setup, &(struct weft_simgrid_behind){
                   .ctx = attached, .host = host_of, .step = step, .take_rest = take_rest, .over = end_work});
    *out = attached;
    return WEFT_OK;
}

int weft_simgrid_finish(struct weft_simgrid *attached, struct weft_error *error)
{
    int status = weft_simgrid_servers_finish(attached->servers, error);
    if (status == WEFT_OK)
        weft_exchange_finish(attached->exchange);
    return status;
}

void weft_simgrid_free(struct weft_simgrid *attached)
{
    if (!attached)
        return;
    weft_simgrid_servers_free(attached->servers);
    for (uint32_t i = 0; i < attached->setup->servers; i++) {
        sg_sem_destroy(attached->nic[i].take);
        free(attached->nic[i].core);
    }
    weft_exchange_free(attached->exchange);
    free(attached->nic);
    free(attached);
}
