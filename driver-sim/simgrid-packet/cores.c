/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pieces of work as executions. SimGrid shares a host's cores evenly among all executions on it and lets one have a core
 * at most; as each core of the model has a queue of its own and at most one piece at a time, every piece has a core. */

#include "cores.h"

#include "simgrid/clock.h"
#include "simgrid/platform.h"
#include "simgrid/servers.h"

#include <inttypes.h>
#include <simgrid/semaphore.h>
#include <stdio.h>
#include <stdlib.h>

/* A piece begins when the one before it has ended, perhaps before its actor knows that. */
enum { MOST_PIECES = 2 };

struct core {
    struct hop_cores *cores;
    uint32_t index;
    sg_sem_t given;
    struct weft_work piece[MOST_PIECES];
    uint64_t first, last; /* run free */
    weft_ps started_ps;   /* of the piece given last; WEFT_NEVER: none yet */
    bool over;
};

struct hop_cores {
    const struct weft_host *host;
    const char *server;
    uint32_t cores;
    struct core *core;
    void (*fails)(void *ctx, const char *text);
    void *ctx;
};

static void fail(const struct core *core, const struct weft_work *piece)
{
    char text[256];
    snprintf(text, sizeof(text),
             "server '%.80s': on core %" PRIu32 " work that should end at %" PRIu64
             " ps is not over then but at %.6f ps of SimGrid's clock",
             core->cores->server, core->index, piece->end_ps, simgrid_get_clock() * (double)WEFT_PS_PER_S);
    core->cores->fails(core->cores->ctx, text);
}

static void run_core(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    struct core *me = sg_actor_self_get_data();
    for (;;) {
        sg_sem_acquire(me->given);
        me->over = me->first == me->last;
        if (me->over)
            return;
        const struct weft_work piece = me->piece[me->first % MOST_PIECES];
        sg_actor_execute((double)piece.mcycles / 1000);
        me->first++;
        if (!weft_simgrid_clock_is(piece.end_ps, 0))
            fail(me, &piece);
    }
}

/* No two that take time start together on a core. */
static void give(struct core *core)
{
    struct weft_work work;
    if (!weft_host_work(core->cores->host, core->index, &work) || work.start_ps == core->started_ps ||
        work.mcycles == 0)
        return;
    core->started_ps = work.start_ps;
    if (core->last - core->first == MOST_PIECES) {
        fail(core, &core->piece[core->first % MOST_PIECES]);
        return;
    }
    core->piece[core->last++ % MOST_PIECES] = work;
    sg_sem_release(core->given);
}

void hop_cores_give(struct hop_cores *cores)
{
    for (uint32_t c = 0; c < cores->cores; c++)
        give(&cores->core[c]);
}

void hop_cores_end(struct hop_cores *cores)
{
    for (uint32_t c = 0; c < cores->cores; c++)
        sg_sem_release(cores->core[c].given);
}

int hop_cores_finish(const struct hop_cores *cores, struct weft_error *error)
{
    for (uint32_t c = 0; c < cores->cores; c++)
        if (!cores->core[c].over)
            return weft_fail(error, WEFT_FAILED, "server '%.80s': core %" PRIu32 " has not come to its end",
                             cores->server, c);
    return WEFT_OK;
}

struct hop_cores *hop_cores_new(const struct weft_setup *setup, uint32_t server, const struct weft_host *host,
                                void (*fails)(void *ctx, const char *text), void *ctx)
{
    struct hop_cores *cores = weft_alloc(1, sizeof(*cores));
    *cores = (struct hop_cores){.host = host,
                                .server = setup->server[server].name,
                                .cores = weft_simgrid_used_cores(&setup->server[server]),
                                .fails = fails,
                                .ctx = ctx};
    cores->core = weft_alloc(cores->cores, sizeof(*cores->core));
    for (uint32_t c = 0; c < cores->cores; c++) {
        cores->core[c] =
            (struct core){.cores = cores, .index = c, .given = sg_sem_init(0), .started_ps = WEFT_NEVER};
        weft_simgrid_start(weft_simgrid_server_host(setup, server), "core", c, run_core, &cores->core[c]);
    }
    return cores;
}

void hop_cores_free(struct hop_cores *cores)
{
    if (!cores)
        return;
    for (uint32_t c = 0; c < cores->cores; c++)
        sg_sem_destroy(cores->core[c].given);
    free(cores->core);
    free(cores);
}
