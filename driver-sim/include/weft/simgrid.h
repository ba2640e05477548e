/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_SIMGRID_H
#define WEFT_SIMGRID_H

/* The driver model inside a SimGrid program. The program owns engine and platform:
 *     simgrid_init(&argc, argv);
 *     simgrid_load_platform(file);
 *     weft_simgrid_attach(&setup, watch, watches, &attached, &error);
 *     simgrid_run();
 *     weft_simgrid_finish(attached, &error);
 *     weft_simgrid_free(attached);
 * Each server gets an actor per application, one for its driver and one for its NIC. The socket is a semaphore: a write
 * takes no simulated time, whatever the platform's routes are. Cores spend their cycles as executions of one flop a
 * cycle, so load and energy of the host are true.
 * Instants are whole picoseconds and come from the setup; SimGrid's clock follows them. It is only checked: it must be at
 * each step of a driver, but for SimGrid's precision, else the run has failed. So neither the precision nor other actors
 * of the program can change what the driver does. Actors share memory: the program must leave contexts/nthreads at 1. */

#include "weft/setup.h"
#include "weft/train.h"

WEFT_BEGIN_DECLS

/* Where setup->platform is NULL, the platform must have for every NAME in the setup: a host `server.NAME` with the server's
 * cores, each of cpu_hz flop/s; a link `server.NAME` with its link_bps and delay_ps; a link `device.NAME` with the device's
 * rate_bps and delay_ps; a link `trunk.NAME` with the trunk's. Everything else is the program's, routes too: packets take
 * the setup's (weft/routes.h). Otherwise nodes are hosts of the same name, with the same speeds and cores of servers, and
 * links are the routes between these hosts, with the same rates and delays, as weft/platform.h reads them.
 * WEFT_INVALID with a text if names are missing or not unique among their kind. */
int weft_simgrid_names_check(const struct weft_setup *setup, struct weft_error *error);

/* Such a platform as XML text, with hosts for switches and devices too and routes through them; names must
 * have passed the check. The caller frees with free(). */
char *weft_simgrid_platform(const struct weft_setup *setup);

/* Create the actors, after the platform has been loaded and before it runs. The setup must have been checked.
 * Setup, watch array and what they point to are borrowed until the free. WEFT_INVALID for names as above,
 * WEFT_FAILED if the platform differs from the setup; then there is nothing to free and no actor was made. */
struct weft_simgrid;
int weft_simgrid_attach(const struct weft_setup *setup, const struct weft_watch *watch, size_t watches,
                        struct weft_simgrid **out, struct weft_error *error);

/* After the simulation: move what is still in the network and tell the watches what the hosts counted.
 * WEFT_FAILED, and no further call of a watch, if a server has not come to its end: the simulation was
 * stopped, or its actors were killed or wait for ever (SimGrid only logs that); if the program held a driver up beyond an
 * instant of its host; or if the routes of a user's platform differ from the setup. At most once. */
int weft_simgrid_finish(struct weft_simgrid *attached, struct weft_error *error);

/* Not before the simulation is over: actors refer to it. NULL is legal. */
void weft_simgrid_free(struct weft_simgrid *attached);

WEFT_END_DECLS

#endif
