/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_SIMGRID_SERVERS_H
#define WEFT_SIMGRID_SERVERS_H

/* Applications and drivers as actors on the servers' SimGrid hosts, whatever the network behind them is made of. */

#include "weft/host.h"

#include <simgrid/actor.h>
#include <simgrid/forward.h>

/* What is behind the drivers. All of it is called by the driver's actor, and may wait as actors do. */
struct weft_simgrid_behind {
    void *ctx;
    struct weft_host *(*host)(void *ctx, uint32_t server);
    /* Take what the host sent before and step it to `now_ps`, which is the host's next instant. */
    void (*step)(void *ctx, uint32_t server, weft_ps now_ps);
    /* The host is over: take what it sent. */
    void (*take_rest)(void *ctx, uint32_t server);
    /* The server's applications and its driver are over, but for this call. */
    void (*over)(void *ctx, uint32_t server);
    /* May be NULL. A driver ends before its time, as weft_simgrid_servers_finish() then says. */
    void (*fails)(void *ctx, const char *text);
};

/* WEFT_FAILED with a text if actors cannot be run as they must be. */
int weft_simgrid_servers_check(struct weft_error *error);

/* Creates the actors of all servers; the platform must have been checked. Borrows the setup and what `behind` points to,
 * and copies `behind`. Not to be freed before the simulation is over. */
struct weft_simgrid_servers;
struct weft_simgrid_servers *weft_simgrid_servers_new(const struct weft_setup *setup,
                                                      const struct weft_simgrid_behind *behind);
void weft_simgrid_servers_free(struct weft_simgrid_servers *servers);

/* WEFT_FAILED with a text if one has not come to its end; of one whose step SimGrid ran at another time, it says that. */
int weft_simgrid_servers_finish(const struct weft_simgrid_servers *servers, struct weft_error *error);

/* An actor with its data and the name ROLE-NUMBER. It is SimGrid's, that frees it when it is over. */
sg_actor_t weft_simgrid_start(sg_host_t host, const char *role, uint32_t number, xbt_main_func_t code,
                              void *data);

/* The actor that runs sleeps until the instant, or goes on if that is over. */
static inline void weft_simgrid_sleep_until(weft_ps at_ps)
{
    sg_actor_sleep_until((double)at_ps / (double)WEFT_PS_PER_S);
}

/* Application a runs on core a modulo cores, interrupts on a core of their own choice: cores past these stay idle. */
static inline uint32_t weft_simgrid_used_cores(const struct weft_server *params)
{
    uint32_t used = params->cores < params->applications ? params->cores : params->applications;
    return params->interrupt_core < used ? used : params->interrupt_core + 1;
}

#endif
