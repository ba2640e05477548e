/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PEERS_PROCESS_H
#define PEERS_PROCESS_H

/* One run of one program, as a process of its own. */

#include "peer.h"
#include "programs.h"

/* The value of each axis that was chosen. */
struct peers_choice {
    guint value[PEERS_AXES];
};

/* What the whole process took, start-up included, and what it says of itself. */
struct peers_run {
    struct peer_arrivals arrivals;
    uint64_t peak_bytes;
    double wall_ns;
    double cpu_ns; /* user and system */
};

/* FALSE and an error if the program cannot be run, fails, or says something else. */
gboolean peers_run(const struct peers_row *row, const struct peers_choice *choice, guint scale,
                   uint64_t intervals, struct peers_run *run, GError **error);

/* "scheduler=map libjemalloc.so.2": what differs from stock. The caller frees with g_free. */
char *peers_choice_text(const struct peers_row *row, const struct peers_choice *choice);

/* From now on this process and its children run on one core only: `cpu`, or if below 0 the last it may use. The core, or
 * -1 and an error. */
int peers_pin(int cpu, GError **error);

#endif
