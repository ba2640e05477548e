/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_RESULT_FIELDS_H
#define COMMAND_RESULT_FIELDS_H

/* Every field of a result, once: name, type, unit, meaning, and where its value comes from. What writes results,
 * `weft list results`, docs/results.md and a test walk these tables. All tables end with a NULL name. */

#include "execute.h"
#include "plan.h"
#include "policies.h"
#include "summary.h"
#include "theory.h"

struct agreement;
struct json_writer;

/* What the fields of one object are read from. */
struct result_source {
    const struct plan *plan;
    const struct run_result *result;
    const struct summary *summary;
    const char *backend;
    const GArray *theory; /* of struct theory_line; NULL: not asked for */
    const struct agreement *agreement;
    uint32_t index;  /* which server, port, stream, ... the object is of */
    const void *row; /* what the offsets of its fields count from */
};

struct result_field;

/* What is written of several replications. */
enum result_statistic { RESULT_MEAN, RESULT_SD, RESULT_CI95 };

/* One result, or the replications of it, of which there is a source each. */
struct result_set {
    const struct result_source *source;
    guint n;
    enum result_statistic statistic; /* RESULT_MEAN for one */
};

/* How values of a type are written. */
struct result_type {
    const char *name; /* as in lists */
    void (*add)(struct json_writer *writer, const struct result_field *field, const struct result_set *set);
    bool spreads; /* has numbers that differ from replication to replication */
};
/* A text, a count and a number have a function each; without one, count and number lie at `offset`. `counts` and
 * `numbers` are an object with a member for each row of `members`, `object` has the fields of `object`, `rows` is
 * an array of such objects. `integer` may be negative. `seeds` is those of the replications, `sd` and `ci95` are the
 * result again with these in place of its numbers. */
extern const struct result_type result_text, result_count, result_number, result_truth, result_integer,
    result_counts, result_numbers, result_object, result_rows, result_settings, result_seeds, result_sd,
    result_ci95;

/* The objects that a field holds, and what each is read from. */
struct result_objects {
    const struct result_field *fields;
    uint32_t (*rows)(const struct result_source *source); /* NULL: one object */
    /* What the offsets of object `index` count from. Where the function is NULL: as outside. */
    const void *(*row)(const struct result_source *source, uint32_t index);
    /* It is left out; of replications, where each says so. NULL: none is. */
    bool (*left_out)(const struct result_source *source);
};

/* What a field is among replications. */
enum result_role {
    RESULT_VARIES,
    RESULT_GIVEN,          /* the same in all: stands with the means only */
    RESULT_KEY,            /* says what the object is of, so stands with every statistic */
    RESULT_OF_REPLICATIONS /* is there only where there are several */
};

struct result_field {
    const char *name;
    const char *unit; /* NULL: none */
    const char *help;
    const struct result_type *type;
    size_t offset; /* of a uint64_t (or, for counts, the first of them) or a double, from source->row */
    char *(*text)(const struct result_source *source); /* free with g_free */
    uint64_t (*count)(const struct result_source *source);
    double (*number)(const struct result_source *source);
    int64_t (*integer)(const struct result_source *source);
    bool (*truth)(const struct result_source *source);
    double (*number_of)(const struct result_source *source, uint32_t member);
    bool (*measured)(
        const struct result_source *source); /* where it says no, null is written; NULL: always */
    const struct policy_table *members;
    const struct result_objects *objects;
    enum result_role role;
};

/* Schema weft-run/1. */
extern const struct result_field result_fields[];

/* The value of a field whose type it is. */
uint64_t result_field_count(const struct result_field *field, const struct result_source *source);
double result_field_number(const struct result_field *field, const struct result_source *source);

#endif
