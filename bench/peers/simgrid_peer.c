/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The scenario directly against SimGrid, from C: engine, platform, actors. */

#include "simgrid_peer.h"

#include <math.h>
#include <simgrid/engine.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xbt/config.h>

static _Noreturn void fail(const char *what)
{
    perror(what);
    exit(1);
}

uint64_t simgrid_now_ps(void)
{
    return (uint64_t)llround(simgrid_get_clock() * 1e12);
}

void simgrid_sleep_until_ps(uint64_t at_ps)
{
    sg_actor_sleep_until((double)at_ps * 1e-12);
}

void simgrid_port_push(struct simgrid_port *port)
{
    port->waiting++;
    if (!port->idle)
        return;
    port->idle = false;
    if (port->peer->semaphores)
        sg_sem_release(port->wake);
    else
        sg_actor_resume(port->actor);
}

void simgrid_port_pop(struct simgrid_port *port)
{
    while (port->waiting == 0) {
        port->idle = true;
        if (port->peer->semaphores)
            sg_sem_acquire(port->wake);
        else
            sg_actor_suspend(port->actor);
    }
    port->waiting--;
}

/* Transfers take exactly size / bandwidth. Small stacks, and no guard pages between them. */
static void start_engine(struct peer_work *work)
{
    static const char *const optim[] = {"--cfg=network/optim:Lazy", "--cfg=network/optim:Full"};
    static const char *const contexts[] = {"--cfg=contexts/factory:raw", "--cfg=contexts/factory:boost"};
    static const char *const stack[] = {"--cfg=contexts/stack-size:16", "--cfg=contexts/stack-size:128"};
    const char *arguments[] = {work->program,
                               "--log=root.thres:critical",
                               "--cfg=surf/precision:1e-12",
                               "--cfg=network/model:CM02",
                               "--cfg=network/crosstraffic:0",
                               "--cfg=network/TCP-gamma:1e18",
                               "--cfg=contexts/guard-size:0",
                               optim[peer_option(work, "optim", "lazy,full")],
                               contexts[peer_option(work, "contexts", "raw,boost")],
                               stack[peer_option(work, "stack-kib", "16,128")],
                               NULL};
    int argc = sizeof arguments / sizeof *arguments - 1;
    simgrid_init(&argc, (char **)arguments);
}

static void write_platform(FILE *out, uint32_t devices, const char *routing, const char *sharing)
{
    fprintf(out,
            "<?xml version='1.0'?>\n<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n"
            "<platform version=\"4.1\">\n<zone id=\"peer\" routing=\"%s\">\n"
            "<host id=\"server\" speed=\"1Gf\"/>\n<host id=\"switch\" speed=\"1Gf\"/>\n",
            routing);
    for (uint32_t i = 0; i < devices; i++)
        fprintf(out, "<host id=\"d%u\" speed=\"1Gf\"/>\n", i);
    fprintf(out, "<link id=\"up\" bandwidth=\"10Gbps\" latency=\"0\" sharing_policy=\"%s\"/>\n", sharing);
    for (uint32_t i = 0; i < devices; i++)
        fprintf(out, "<link id=\"l%u\" bandwidth=\"1Gbps\" latency=\"0\" sharing_policy=\"%s\"/>\n", i,
                sharing);
    fputs("<route src=\"server\" dst=\"switch\"><link_ctn id=\"up\"/></route>\n", out);
    for (uint32_t i = 0; i < devices; i++)
        fprintf(out, "<route src=\"switch\" dst=\"d%u\"><link_ctn id=\"l%u\"/></route>\n", i, i);
    fputs("</zone>\n</platform>\n", out);
}

/* SimGrid reads platforms from files only: this one has no name. */
static void load_platform(struct peer_work *work)
{
    static const char *const routings[] = {"Full", "DijkstraCache", "Floyd"};
    static const char *const sharings[] = {"SHARED", "FATPIPE"};
    const char *routing = routings[peer_option(work, "routing", "full,dijkstra-cache,floyd")];
    const char *sharing = sharings[peer_option(work, "links", "shared,fat-pipe")];
    char path[64];
    int file = memfd_create("platform.xml", MFD_CLOEXEC);
    FILE *out = file >= 0 ? fdopen(file, "w") : NULL;
    if (!out)
        fail("platform");
    write_platform(out, work->streams, routing, sharing);
    if (fflush(out) != 0)
        fail("platform");
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    simgrid_load_platform(path);
    fclose(out);
}

static sg_actor_t start_actor(const char *name, sg_host_t host, xbt_main_func_t life, void *data)
{
    sg_actor_t actor = sg_actor_init(name, host);
    sg_actor_set_data(actor, data);
    sg_actor_start(actor, life, 0, NULL);
    return actor;
}

static void start_ports(struct simgrid_peer *peer, const struct simgrid_hop *hop)
{
    char name[32];
    for (uint32_t i = 0; i < peer->work.streams; i++) {
        struct simgrid_port *port = &peer->port[i];
        snprintf(name, sizeof name, "d%u", i);
        *port = (struct simgrid_port){.peer = peer, .stream = i, .device = sg_host_by_name(name)};
        port->wake = peer->semaphores ? sg_sem_init(0) : NULL;
        port->actor = start_actor("port", peer->middle, hop->port, port);
        if (hop->device)
            start_actor("device", port->device, hop->device, port);
    }
}

int main(int argc, char **argv)
{
    static const struct simgrid_hop *const hops[] = {&simgrid_hop_comm, &simgrid_hop_sendto,
                                                     &simgrid_hop_sleep};
    struct simgrid_peer peer = {.work = peer_work_of(argc, argv)};
    const struct simgrid_hop *hop = hops[peer_option(&peer.work, "hop", "comm,sendto,sleep")];
    start_engine(&peer.work);
    load_platform(&peer.work);
    peer.semaphores = peer_option(&peer.work, "wake", "suspend,semaphore") == 1;
    peer_options_end(&peer.work);
    peer.server = sg_host_by_name("server");
    peer.middle = sg_host_by_name("switch");
    peer.port = calloc(peer.work.streams, sizeof *peer.port);
    if (!peer.port)
        fail("ports");
    start_ports(&peer, hop);
    start_actor("server", peer.server, hop->server, &peer);
    simgrid_run();
    /* What is left of actors and platform goes with the process. */
    return peer_report(&peer.arrivals);
}
