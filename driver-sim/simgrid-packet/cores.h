/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_SIMGRID_PACKET_CORES_H
#define WEFT_SIMGRID_PACKET_CORES_H

/* A queue and an actor for each core of a server that is used: pieces of work run on it as SimGrid's executions, first come
 * first served, and SimGrid's clock must be where the model says when one ends. */

#include "weft/host.h"

struct hop_cores;
/* Starts the actors of one server. `fails` is told once of each piece that ends at another time than it should. Borrows the
 * setup, the host and `ctx`. Not to be freed before the simulation is over. */
struct hop_cores *hop_cores_new(const struct weft_setup *setup, uint32_t server, const struct weft_host *host,
                                void (*fails)(void *ctx, const char *text), void *ctx);
void hop_cores_free(struct hop_cores *cores);

/* After each step of the host: the pieces that began. Waits as actors do, likewise the next. */
void hop_cores_give(struct hop_cores *cores);
/* Nothing more comes. */
void hop_cores_end(struct hop_cores *cores);
/* After the simulation. WEFT_FAILED with a text if a core has not come to its end. */
int hop_cores_finish(const struct hop_cores *cores, struct weft_error *error);

#endif
