/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_ORACLE_PEAKS_RUN_H
#define WEFT_ORACLE_PEAKS_RUN_H

/* Cases of one run, checked port by port. A case is a server that nothing costs anything and a port for each of its
 * streams. */

#include "lab.h"

struct peaks_case {
    uint64_t n, ports, in_bps, out_bps, rate_bps; /* of a stream, which sends n packets */
    uint64_t expected;                            /* most packets that each of its ports holds */
};
struct peaks_run {
    const char *method;
    const char *pacing; /* NULL: the method's */
    uint64_t pacing_argument;
    const struct weft_network *network;
    weft_ps interval_ps, duration_ps;
    uint32_t payload_bytes, wire_bytes;
    GArray *cases; /* struct peaks_case */
    guint offered; /* to peaks_run_add() */
    bool fullest;  /* only the fullest of a case's ports holds what is expected, the others no more */
};

/* Run them in a child, on the back end in WEFT_ORACLE_MODULE or `reference`, and assert what is expected. */
void peaks_run_check(const struct peaks_run *run);

/* A grid's next case, which is run with others when there are enough: 1; or 0, if this back end leaves it out: a simulator, to
 * which a packet costs more, runs a third. */
guint peaks_run_add(struct peaks_run *run, const struct peaks_case *what);
/* Run those that are left. */
void peaks_run_finish(struct peaks_run *run);
/* So many of a grid of `cases`, rounded down. */
guint peaks_run_share(guint cases);

#endif
