/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages over a socket pair: a command there, a byte back. */

#include "switch_peer.h"

#include "failure.h"
#include "namespace.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_MS = 10000 };

struct job {
    switch_obey *obey;
    int end, other;
};

static gboolean answer(int end, GError **error)
{
    return send(end, "", 1, MSG_NOSIGNAL) == 1 ||
           failure(error, STATUS_FAILED, "switch lab: the switch is gone: %s", g_strerror(errno));
}

static gboolean serve(void *what, GError **error)
{
    const struct job *job = what;
    struct switch_command command;
    int state = 0;
    close(job->other);
    if (!namespace_enter(error) || !answer(job->end, error))
        return FALSE;
    while (recv(job->end, &command, sizeof(command), 0) == sizeof(command))
        if (!job->obey(&command, &state, error) || !answer(job->end, error))
            return FALSE;
    return TRUE;
}

/* It has ended, or should: its own words, else that it said none. */
static gboolean lost(struct switch_peer *peer, GError **error)
{
    close(peer->end);
    peer->end = -1;
    return worker_wait(&peer->worker, error) &&
           failure(error, STATUS_FAILED, "switch lab: a process ended too early");
}

gboolean switch_peer_start(struct switch_peer *peer, switch_obey *obey, GError **error)
{
    int pair[2];
    gboolean done = FALSE;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return failure(error, STATUS_FAILED, "switch lab: no socket pair: %s", g_strerror(errno));
    struct job job = {.obey = obey, .end = pair[1], .other = pair[0]};
    gboolean good = worker_start(&peer->worker, serve, &job, error);
    close(pair[1]);
    if (!good) {
        close(pair[0]);
        return FALSE;
    }
    peer->end = pair[0];
    return switch_peer_done(peer, PATIENCE_MS, &done, error) &&
           (done || failure(error, STATUS_FAILED, "switch lab: a process does not begin"));
}

gboolean switch_peer_begin(struct switch_peer *peer, struct switch_command command, GError **error)
{
    return send(peer->end, &command, sizeof(command), MSG_NOSIGNAL) == sizeof(command) || lost(peer, error);
}

gboolean switch_peer_done(struct switch_peer *peer, int wait_ms, gboolean *done, GError **error)
{
    struct pollfd poll_end = {.fd = peer->end, .events = POLLIN};
    char byte;
    *done = poll(&poll_end, 1, wait_ms) > 0;
    return !*done || recv(peer->end, &byte, 1, 0) == 1 || lost(peer, error);
}

gboolean switch_peer_do(struct switch_peer *peer, struct switch_command command, GError **error)
{
    gboolean done = FALSE;
    return switch_peer_begin(peer, command, error) && switch_peer_done(peer, PATIENCE_MS, &done, error) &&
           (done || failure(error, STATUS_FAILED, "switch lab: a process does not answer"));
}

void switch_peer_end(struct switch_peer *peer)
{
    if (peer->end < 0)
        return;
    close(peer->end);
    peer->end = -1;
    worker_kill(&peer->worker);
}

void switch_pin(guint processor)
{
    const struct sched_param first = {.sched_priority = 1};
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    if (g_get_num_processors() > 1)
        sched_setaffinity(0, sizeof(set), &set);
    sched_setscheduler(0, SCHED_FIFO, &first); /* where either is refused the lab is late, which shows */
}
