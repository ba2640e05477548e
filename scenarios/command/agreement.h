/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_AGREEMENT_H
#define COMMAND_AGREEMENT_H

/* Do back ends agree? Runs of one setup on each of them, side by side, joined packet by packet and switch by switch; several
 * setups add up. The first back end is what the others are held against. Memory holds what not all have told yet: in runs
 * that agree, what their children are apart. */

#include "backends.h"
#include "result_fields.h"
#include "ways.h"
#include "weft/host.h"

/* What is compared of a row. Instants may be apart by a tolerance, all else is equal or not. */
struct agreement_column {
    const char *name, *help;
    size_t offset, bytes; /* in struct way_row; 1, 4 or 8 bytes */
    bool is_time;
};
enum { AGREEMENT_COLUMNS = 13 };
extern const struct agreement_column agreement_columns[AGREEMENT_COLUMNS];
uint64_t agreement_value(const struct agreement_column *column, const struct way_row *row);

/* Numbers that hosts count, by their place in struct weft_host_counters: "write_calls", "overruns", ... */
enum { AGREEMENT_COUNTERS = sizeof(struct weft_host_counters) / sizeof(uint64_t) };
const char *agreement_counter_name(size_t counter);

struct agreement_difference {
    uint64_t rows;      /* that differ */
    weft_ps largest_ps; /* where both have an instant */
    bool beyond;        /* more than the tolerance, or only one has an instant */
};

/* One back end, all setups together. What is compared is compared with the first one. */
struct agreement_side {
    const struct backend_row *backend;
    weft_ps tolerance_ps;
    uint64_t runs, refusals; /* setups that it ran, and that it refused */
    char *refusal;           /* what it said first; NULL: nothing */
    uint64_t packets;        /* of streams */
    uint64_t rows;           /* packets at switches, background traffic among them */
    uint64_t dropped;        /* of these, those that got no further, and all of them by what became of them */
    uint64_t outcomes[WEFT_OUTCOMES];
    uint64_t missing, extra; /* rows that only the first has; that it has not, or that were told twice */
    uint64_t counters;       /* of servers, and of refused entries of streams, that differ */
    uint64_t faults[WAY_FAULTS];
    struct agreement_difference column[AGREEMENT_COLUMNS];
};

/* A setup that was run. */
struct agreement_case {
    char *scenario;
    const char *method;
    uint64_t seed;
};

/* A row that differs, or (fault) a faulty report, which is that of `side` then. */
struct agreement_row {
    guint run, side;
    bool has[2]; /* the first back end's, that of `side` */
    struct way_row row[2];
};

struct agreement_counter {
    guint run, side;
    bool of_stream; /* else of a server */
    uint32_t index; /* which one */
    size_t counter;
    uint64_t value[2];
};

struct agreement {
    guint sides, most; /* most: so many of each kind of difference are kept */
    struct agreement_side *side;
    bool may_refuse;
    uint64_t most_waiting; /* rows that waited for others at a time; differs from call to call */
    GPtrArray *absent;     /* of const struct backend_row *: not built; the caller adds them */
    GArray *cases;         /* of struct agreement_case */
    GArray *
        rows; /* of struct agreement_row, beyond the tolerance: by run, first bit, packet, switch, back end */
    GArray *faulty;   /* of struct agreement_row, likewise */
    GArray *counters; /* of struct agreement_counter, as they were found */
};

/* `rows`: of const struct backend_row *, 1 to 64. `may_refuse`: a setup that one but the first refuses goes on without it.
 * `tolerance_ps` NULL: what the rows promise together. The caller frees. */
struct agreement *agreement_new(const GPtrArray *rows, bool may_refuse, const weft_ps *tolerance_ps,
                                guint most);
void agreement_free(struct agreement *agreement);

/* One more setup, which has been checked; `bytes`: they are carried. FALSE and an error: a back end failed, or refuses it
 * and may not (STATUS_INPUT). */
gboolean agreement_run(struct agreement *agreement, const struct weft_setup *setup, bool bytes,
                       GError **error);

/* Is all of it within its tolerance, and told as it should? The first one is held to the latter only. */
bool agreement_side_holds(const struct agreement_side *side);
/* Do all hold that ran, and did one besides the first? */
bool agreement_holds(const struct agreement *agreement);

/* What is printed. The caller frees with g_free. */
char *agreement_text(const struct agreement *agreement);
/* Schema weft-agree/1: the fields, and one object of them. */
extern const struct result_field agreement_fields[];
void agreement_json_add(struct json_writer *writer, const struct agreement *agreement);

/* --- of the parts --- */

/* Rows as they come from back ends, joined; see agreement_join.c. `active`: the sides that take part, a bit each. */
struct join;
struct join *join_new(struct agreement *agreement, const struct weft_setup *setup);
void join_row(struct join *join, guint side, const struct way_row *row);
void join_leave(struct join *join, guint side); /* it refuses: no row of it comes */
void join_finish(struct join *join);            /* no row comes any more */
void join_free(struct join *join);

/* Keep a difference if it is among the first. */
void agreement_keep_row(const struct agreement *agreement, GArray *rows, const struct agreement_row *row);
/* Compare two rows of one packet at one switch. */
void agreement_compare(struct agreement *agreement, guint side, const struct way_row *first,
                       const struct way_row *other);
/* Compare what was counted; of `n` servers or streams. */
void agreement_compare_counters(struct agreement *agreement, guint side, uint32_t n,
                                const struct weft_host_counters *first,
                                const struct weft_host_counters *other);
void agreement_compare_refused(struct agreement *agreement, guint side, uint32_t n,
                               const struct weft_refused *first, const struct weft_refused *other);

#endif
