/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_THEORY_H
#define COMMAND_THEORY_H

/* Theory beside measurement: which closed forms hold for the ports of a scenario, what they say, and what was
 * measured. */

#include "execute.h"
#include "points.h"
#include "theory_bound.h"

struct theory_server {
    uint32_t streams;
    bool alike;       /* they are of a constant rate, and of the same rate, packet size and start */
    bool idle;        /* its link was idle within a call */
    uint64_t call_ps; /* wire time of what it can have to send in an interval */
};

/* A run, as theory looks at it. */
struct theory_view {
    const struct plan *plan;
    const struct weft_setup *setup;
    const struct run_result *result;
    struct theory_inputs inputs;
    struct theory_server *server;
    uint64_t *most_packets; /* by stream: due in one interval; 0 for media */
    weft_ps interval_ps;
    bool random_starts; /* of all streams, in one packet time */
};

/* A formula. */
struct theory {
    const char *name, *unit, *help;
    bool bounds; /* the value is not to be exceeded; else it is to be met */
    /* Is it made for how packets are written? Asked once a run. */
    bool (*fits)(const struct theory_view *view);
    /* Why it does not hold at a port that packets come to; NULL: it does. Static. Of formulas that are to be met, only ports
     * without background traffic are asked for. */
    const char *(*objection)(const struct theory_view *view, uint32_t port);
    /* What it says and what was measured; `above`: of one of a few questions, see `levels`. */
    double (*value)(const struct theory_view *view, uint32_t port, uint64_t above);
    double (*measured)(const struct theory_view *view, uint32_t port, uint64_t above);
    bool
        levels; /* it is asked for the probability of more than 0, 1, 2, 4, 8, ... packets, while that matters */
};
extern const struct theory *const theories[]; /* ends with NULL */

/* A formula at ports that are alike. */
struct theory_line {
    const struct theory *theory;
    const char *objection; /* NULL: it holds */
    uint32_t port, ports;  /* the first of them, how many */
    uint64_t above;
    double value, measured;
    double ci95; /* half of the 95 % confidence interval of `measured`; NAN: one replication */
};

/* All that fits, at every port with traffic; of struct theory_line. Of replications, means; where a formula does not hold
 * in one of them, it does not. The runs must have observed arrivals. The caller frees with g_array_unref. */
GArray *theory_lines(const struct replica *replica, guint n);
/* "burst peak", "N*D/D/1: more than 2 packets". The caller frees with g_free. */
char *theory_line_name(const struct theory_line *line);
/* As a text for people. The caller frees with g_free. */
char *theory_text(const struct plan *plan, const GArray *lines);

#endif
