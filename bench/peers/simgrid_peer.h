/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SIMGRID_PEER_H
#define SIMGRID_PEER_H

/* What the ways to write the scenario against SimGrid have in common: a platform of one server, one switch and the
 * devices, and an actor a port that sleeps while nothing waits. */

#include "peer.h"

#include <simgrid/actor.h>
#include <simgrid/host.h>
#include <simgrid/semaphore.h>
#include <stdbool.h>

struct simgrid_peer;

/* Of the switch, before a device. Its packets are all of one stream. */
struct simgrid_port {
    struct simgrid_peer *peer;
    uint32_t stream;
    sg_host_t device;
    sg_actor_t actor;
    sg_sem_t wake; /* where ports wait for semaphores */
    uint32_t waiting;
    bool idle;
};

struct simgrid_peer {
    struct peer_work work;
    struct peer_arrivals arrivals;
    sg_host_t server, middle;
    struct simgrid_port *port; /* as many as streams */
    bool semaphores;           /* else idle ports are suspended */
};

/* A way to simulate a hop: `server` and `port` are actors' lives, `device` NULL where devices have none. Data of the
 * calling actor: the peer of a server, else the port. */
struct simgrid_hop {
    void (*server)(int argc, char **argv);
    void (*port)(int argc, char **argv);
    void (*device)(int argc, char **argv);
};

extern const struct simgrid_hop simgrid_hop_comm, simgrid_hop_sendto, simgrid_hop_sleep;

/* A packet came to the port: called by the server's actor. */
void simgrid_port_push(struct simgrid_port *port);
/* Returns when a packet waits, and takes it out of the queue: called by the port's actor. */
void simgrid_port_pop(struct simgrid_port *port);

/* The simulator's clock, to the nearest picosecond. */
uint64_t simgrid_now_ps(void);
void simgrid_sleep_until_ps(uint64_t at_ps);

#endif
