/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_SWITCH_PEER_H
#define BENCH_SWITCH_PEER_H

/* A process in a namespace of its own that does what the switch tells it, command by command. */

#include "worker.h"

#include <stdbool.h>
#include <stdint.h>

struct switch_command {
    enum { SWITCH_LINKS_ARE_THERE, SWITCH_SHAPE, SWITCH_SEND } what;
    uint64_t uplink_bps; /* SHAPE: 0: not at all */
    guint order;         /* SEND: the row of switch_orders[] */
};
/* What it does. `state` is 0 at first, and its own. */
typedef gboolean switch_obey(const struct switch_command *command, int *state, GError **error);

struct switch_peer {
    struct worker worker;
    int end; /* of a socket pair; -1: there is no such process */
};
/* Start it; it has its namespace when this returns. FALSE and an error. */
gboolean switch_peer_start(struct switch_peer *peer, switch_obey *obey, GError **error);
/* Have it do something, and wait until it is done. FALSE and an error: its own, where it failed. */
gboolean switch_peer_do(struct switch_peer *peer, struct switch_command command, GError **error);
/* The same in two steps: begin; then look, for at most so many milliseconds, whether it is done. `*done` is FALSE where it is not. */
gboolean switch_peer_begin(struct switch_peer *peer, struct switch_command command, GError **error);
gboolean switch_peer_done(struct switch_peer *peer, int wait_ms, gboolean *done, GError **error);
/* End it, if it was started. */
void switch_peer_end(struct switch_peer *peer);

/* Pin this process to a processor, where there is more than one, and put it before those that are not in real time: it mostly
 * sleeps, and its timers are the lab's. */
void switch_pin(guint processor);

#endif
