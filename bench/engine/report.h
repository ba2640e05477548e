/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

/* What was measured, as a table for people and as JSON for programs (docs/performance.md says what each means). */

#include "cases.h"
#include "compare.h"
#include "long_runs.h"
#include "machine.h"
#include "series.h"

/* One case, a value a repetition in each series. */
struct bench_result {
    struct bench_case what;
    uint64_t packets; /* a repetition */
    double link_busy;
    GArray *ns_per_packet, *cpu_share, *startup_ms, *memory_bytes, *peak_bytes;
    double instructions; /* a packet; NAN: not counted */
};

/* The bare Lindley loop on the arrivals of one method and scale: on as many as stay in a cache, and on all, from memory. */
enum { BENCH_LIMITS = 2 };
struct bench_limit {
    struct bench_case what;
    struct bench_limit_loop {
        uint64_t packets, passes;
        GArray *ns_per_packet;
    } loop[BENCH_LIMITS];
};
/* What each loop is called: in the table, and in place of a back end's name in CSV and JSON. */
extern const struct bench_limit_name {
    const char *title, *name;
} bench_limit_names[BENCH_LIMITS];

/* One long run, a value a round. */
struct bench_long_result {
    const struct bench_long_run *what;
    uint64_t packets;
    GArray *cpu_s, *wall_s, *peak_bytes;
};

struct report {
    struct machine machine;
    gboolean quick;
    gint repetitions;
    GArray *results, *limits; /* of the structs above */
    GArray *long_runs;        /* likewise; empty unless asked for */
    gboolean with_peers;
    struct peers_report peers;
};

/* Asks for the long runs, too. */
void report_add_long_runs(struct report *report);
/* With peers: those that weft is held against, beside all of weft's programs, at every scale of theirs. */
void report_init(struct report *report, gboolean quick, gint repetitions, const char *only,
                 gboolean with_peers);
void report_clear(struct report *report);

/* The engine's speed as a share of a loop's: medians of the same rounds. */
double report_of_limit(const struct report *report, const struct bench_result *result, int loop);
/* Memory that a stream more costs, from the next smaller scale; NAN: there is none. */
double report_bytes_per_stream(const struct report *report, const struct bench_result *result);

/* The caller frees with g_free. CSV: a header, then a line a limit, a case and a peer; of peers beside weft's programs, with ratios,
 * a line a program; and of the machine one line. */
char *report_csv(const struct report *report);
char *report_long_csv(const struct report *report);
char *report_peers_csv(const struct report *report);
char *report_machine_csv(const struct report *report);
char *report_table(const struct report *report);
char *report_json(const struct report *report, gsize *length);

#endif
