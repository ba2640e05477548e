/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_SIZE_H
#define COMMAND_SIZE_H

/* How much a scenario carries, or needs: the most streams within limits, or the least buffer without loss, of each of several
 * methods. Every number is of a run. */

#include "result_fields.h"
#include "size_search.h"

/* What came out of a run with one value, the worst of its replications. */
struct size_facts {
    uint64_t value;           /* streams; of buffers their unit, 0: unlimited */
    double cycles_per_packet; /* typical prices; of replications the mean */
    double core_utilisation;  /* of the busiest core */
    double link_utilisation;  /* of the busiest link, offered */
    double call_slip_ms;      /* the largest */
    bool calls_slip;          /* a call began an interval late, and not for want of CPU alone */
    uint64_t saturated_servers, lost_packets, late_packets, peak_port_packets, peak_port_bytes;
    uint64_t broken; /* bit i: size_limits[i] */
    /* Whose it is: busiest core or most saturated; calls that slip most; link; port with most loss, with most bytes. NULL: none. */
    char *core, *late, *link, *lossy, *full;
};

/* What is asked for. */
struct size_request {
    struct scenario *scenario;
    struct media_library *media;
    const struct backend_row *backend;
    GPtrArray *methods; /* of const struct weft_method */
    const struct size_aim *aim;
    char *name, *hash;           /* scenario.name; SHA-256 of the settings, as they were before the search */
    uint64_t seed, replications; /* of the scenario */
    char *key;                   /* GROUP.NAME.KEY that is set */
    const struct weft_buffer *unit;  /* of buffers */
    uint64_t start, most;            /* streams: the scenario's; the most that are tried */
    uint64_t limits;                 /* bit i: size_limits[i] counts */
    uint64_t core_milli, link_milli; /* what of a core and of a link may be used, in thousandths */
    uint64_t neighbours;             /* size_search.close; 0: no neighbour is asked */
    guint jobs;
};

/* --- limits --- */

struct size_limit {
    const char *name, *help;
    bool (*broken)(const struct size_request *request, const struct size_facts *facts);
    /* How, as the end of a sentence. The caller frees with g_free. */
    char *(*words)(const struct size_request *request, const struct size_facts *facts);
};
enum { SIZE_CORE, SIZE_LINK, SIZE_CALLS, SIZE_BUFFER, SIZE_DEADLINE, SIZE_LIMITS };
extern const struct size_limit size_limits[SIZE_LIMITS];

/* Facts of a run; `facts->broken` says which limits it breaks. The caller clears. */
void size_facts_take(struct size_facts *facts, const struct size_request *request, uint64_t value,
                     const struct replica *replica, guint n);
void size_facts_clear(struct size_facts *facts);

/* The largest share that any link is offered, all streams having started; whose it is to `*name`, which the caller frees with
 * g_free. Rates are exact but for 2^-32 bit/s a stream; of media they are what came in the run, in full packets. */
double size_link_load(const struct plan *plan, const struct run_result *result, char **name);

/* --- what is found --- */

struct size_aim {
    const char *name, *help; /* as in --find */
    enum group_kind group;   /* whose key it is */
    const char *key_name;
    bool smallest;   /* the smallest value is sought, and a run without limit says where */
    uint64_t limits; /* that can count */
};
extern const struct size_aim *const size_aims[]; /* ends with NULL */

/* What theory says of a buffer. */
struct size_theory {
    char *name;     /* of the formula; NULL: none holds at every port */
    uint64_t value; /* in the unit of the buffers */
};

/* One method. */
struct size_result {
    const struct weft_method *method;
    struct size_search search;
    GArray *facts; /* of struct size_facts, as the trials came */
    struct size_theory theory;
    bool searched;           /* FALSE: there is loss without limit, too */
    struct size_found found; /* of the search, whose values may not be the key's: size_answer() */
};

/* NULL and an error if a run fails. The caller frees with size_free(). */
GPtrArray *size_find(const struct size_request *request, GError **error);
void size_free(GPtrArray *results);

/* The value found; 0: there is none. */
uint64_t size_answer(const struct size_request *request, const struct size_result *result);
/* Without exception up to here, buffers: from here on. 0: from nowhere. */
uint64_t size_all_within(const struct size_request *request, const struct size_result *result);
/* Facts with the value found; of the next value, which breaks a limit. NULL: was not run. */
const struct size_facts *size_at(const struct size_request *request, const struct size_result *result);
const struct size_facts *size_beyond(const struct size_request *request, const struct size_result *result);
/* How many runs it took, each replication counted. */
uint64_t size_runs(const struct size_request *request, const struct size_result *result);
/* "bytes", "packets", "cells", "streams". */
const char *size_unit(const struct size_request *request);

/* --- what is said --- */

/* The caller frees with g_free. */
char *size_text(const struct size_request *request, const GPtrArray *results);
char *size_csv(const struct size_request *request, const GPtrArray *results);
/* Schema weft-size/1, `*length` bytes. */
char *size_json(const struct size_request *request, const GPtrArray *results, gsize *length);
/* "core + link": names of limits, bit i: size_limits[i]; how facts break those of them that they do. The caller frees with
 * g_free. */
char *size_limit_names(uint64_t which);
char *size_words(const struct size_request *request, const struct size_facts *facts, uint64_t which);
/* Of the limits that count, those that facts break. */
uint64_t size_binding(const struct size_request *request, const struct size_facts *facts);

extern const struct result_field size_fields[], size_columns[];

#endif
