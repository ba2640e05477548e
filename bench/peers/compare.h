/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PEERS_COMPARE_H
#define PEERS_COMPARE_H

/* All runs of all programs: first each peer's best configuration, then rounds, in which each program runs once with
 * few packets and once with many. What a packet costs is known twice: of the whole process, start-up included, and as the
 * slope between the two sizes, without it. Times are processor time of the process, user and system. */

#include "machine.h"
#include "process.h"

#include <json-glib/json-glib.h>

struct peers_result {
    const struct peers_row *row;
    guint scale;
    struct peers_choice choice;
    uint64_t small_intervals, large_intervals;
    uint64_t packets; /* of the large run */
    /* A value a round. */
    GArray *ns_per_packet, *slope_ns, *startup_ms, *cpu_share, *peak_bytes;
};

/* One value of one axis that was tried, the axes before it as chosen, those after it stock. */
struct peers_trial {
    const struct peers_row *row;
    guint scale, axis, value;
    double ns_per_packet; /* 0: its library is not installed */
};

struct peers_expected {
    guint scale;
    uint64_t intervals;
    struct peer_arrivals arrivals;
};

struct peers_report {
    struct machine machine;
    const char *ns3_version, *simgrid_version; /* that this was built with */
    gboolean quick, tune;
    gint rounds;
    int cpu;
    GArray *results, *trials, *expected; /* of the structs above */
    GPtrArray *not_built;                /* names of rows, not owned */
};

/* Rows that were built and whose names match `only` (glob patterns, separated by '|'; NULL: all); of each scale that has any, those of
 * weft too, since ratios are to them. */
void peers_report_init(struct peers_report *report, gboolean quick, const char *only);
void peers_report_clear(struct peers_report *report);

/* FALSE and an error, also where a program gives other instants, or other packets, than the scenario has. */
gboolean peers_tune(struct peers_report *report, GError **error);
gboolean peers_rounds(struct peers_report *report, GError **error);

/* What arrives, by a bare recursion that shares no code with any of the programs. Kept: valid until the next call. */
const struct peer_arrivals *peers_expect(struct peers_report *report, guint scale, uint64_t intervals);
gboolean peers_check(struct peers_report *report, const struct peers_result *result, uint64_t intervals,
                     const struct peer_arrivals *arrivals, GError **error);

/* The result of a row of weft's at that scale; NULL: there is none. */
const struct peers_result *peers_weft(const struct peers_report *report, const char *name, guint scale);

/* How many times slower than `weft`, round by round; of the whole processes or of the slopes. The caller unrefs. */
GArray *peers_ratios(const struct peers_result *result, const struct peers_result *weft, gboolean slopes);

/* The caller frees with g_free. */
char *peers_table(const struct peers_report *report);
char *peers_json(const struct peers_report *report, gsize *length);
/* The same object, as a value in another one. */
void peers_add_json(JsonBuilder *builder, const struct peers_report *report);

#endif
