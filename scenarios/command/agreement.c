/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The runs of an agreement: all back ends at once, each heard as far as the others are. */

#include "agreement.h"

#include "failure.h"
#include "witness.h"

/* One setup. */
struct hearing {
    struct agreement *agreement;
    const struct weft_setup *setup;
    struct witness **witness; /* by side; NULL: it has refused */
    uint64_t *heard;          /* rows of each; UINT64_MAX: all of them */
    struct join *join;
};

static void case_clear(gpointer at)
{
    g_free(((struct agreement_case *)at)->scenario);
}

struct agreement *agreement_new(const GPtrArray *rows, bool may_refuse, const weft_ps *tolerance_ps,
                                guint most)
{
    struct agreement *agreement = g_new0(struct agreement, 1);
    g_assert(rows->len > 0 && rows->len <= 64);
    agreement->sides = rows->len;
    agreement->most = most;
    agreement->may_refuse = may_refuse;
    agreement->side = g_new0(struct agreement_side, rows->len);
    for (guint i = 0; i < rows->len; i++) {
        const struct backend_row *backend = g_ptr_array_index(rows, i);
        agreement->side[i].backend = backend;
        if (i > 0)
            agreement->side[i].tolerance_ps =
                tolerance_ps ? *tolerance_ps
                             : agreement->side[0].backend->tolerance_ps + backend->tolerance_ps;
    }
    agreement->absent = g_ptr_array_new();
    agreement->cases = g_array_new(FALSE, FALSE, sizeof(struct agreement_case));
    g_array_set_clear_func(agreement->cases, case_clear);
    agreement->rows = g_array_new(FALSE, FALSE, sizeof(struct agreement_row));
    agreement->faulty = g_array_new(FALSE, FALSE, sizeof(struct agreement_row));
    agreement->counters = g_array_new(FALSE, FALSE, sizeof(struct agreement_counter));
    return agreement;
}

void agreement_free(struct agreement *agreement)
{
    if (!agreement)
        return;
    for (guint i = 0; i < agreement->sides; i++)
        g_free(agreement->side[i].refusal);
    g_free(agreement->side);
    g_ptr_array_unref(agreement->absent);
    g_array_unref(agreement->cases);
    g_array_unref(agreement->rows);
    g_array_unref(agreement->faulty);
    g_array_unref(agreement->counters);
    g_free(agreement);
}

/* --- one setup --- */

static bool may_be_without(const struct agreement *agreement, guint side, const GError *error)
{
    return side > 0 && agreement->may_refuse && error->code == STATUS_INPUT;
}

/* All rows of a side have come. */
static gboolean end_of(struct hearing *hearing, guint side, GError **error)
{
    struct agreement *agreement = hearing->agreement;
    struct agreement_side *of = &agreement->side[side];
    GError *why = NULL;
    hearing->heard[side] = UINT64_MAX;
    if (witness_wait(hearing->witness[side], &why)) {
        of->runs++;
        return TRUE;
    }
    if (!may_be_without(agreement, side, why)) {
        g_propagate_error(error, why);
        return FALSE;
    }
    of->refusals++;
    if (!of->refusal)
        of->refusal = g_strdup(why->message);
    g_error_free(why);
    g_clear_pointer(&hearing->witness[side], witness_end);
    join_leave(hearing->join, side);
    return TRUE;
}

/* The side of which least has been heard; `sides`: all is heard. */
static guint next_side(const struct hearing *hearing)
{
    guint next = hearing->agreement->sides;
    for (guint side = 0; side < hearing->agreement->sides; side++)
        if (hearing->heard[side] != UINT64_MAX &&
            (next == hearing->agreement->sides || hearing->heard[side] < hearing->heard[next]))
            next = side;
    return next;
}

static gboolean hear(struct hearing *hearing, GError **error)
{
    for (guint side; (side = next_side(hearing)) < hearing->agreement->sides;) {
        const struct way_row *row;
        size_t rows = witness_read(hearing->witness[side], &row);
        if (rows == 0 && !end_of(hearing, side, error))
            return FALSE;
        for (size_t i = 0; i < rows; i++)
            join_row(hearing->join, side, &row[i]);
        if (rows > 0)
            hearing->heard[side] += rows;
    }
    join_finish(hearing->join);
    return TRUE;
}

static gboolean begin(struct hearing *hearing, bool bytes, GError **error)
{
    for (guint side = 0; side < hearing->agreement->sides; side++)
        if (!(hearing->witness[side] =
                  witness_new(hearing->agreement->side[side].backend, hearing->setup, bytes, error)))
            return FALSE;
    return TRUE;
}

static void compare_counters(const struct hearing *hearing)
{
    const struct weft_setup *setup = hearing->setup;
    const struct witness *first = hearing->witness[0];
    for (guint side = 1; side < hearing->agreement->sides; side++) {
        const struct witness *other = hearing->witness[side];
        if (!other)
            continue;
        agreement_compare_counters(hearing->agreement, side, setup->servers, witness_counters(first),
                                   witness_counters(other));
        agreement_compare_refused(hearing->agreement, side, setup->streams, witness_refused(first),
                                  witness_refused(other));
    }
}

gboolean agreement_run(struct agreement *agreement, const struct weft_setup *setup, bool bytes,
                       GError **error)
{
    const struct agreement_case this = {g_strdup(setup->name), setup->write.method->name, setup->seed};
    struct hearing hearing = {.agreement = agreement,
                              .setup = setup,
                              .witness = g_new0(struct witness *, agreement->sides),
                              .heard = g_new0(uint64_t, agreement->sides),
                              .join = join_new(agreement, setup)};
    g_array_append_val(agreement->cases, this);
    gboolean good = begin(&hearing, bytes, error) && hear(&hearing, error);
    if (good)
        compare_counters(&hearing);
    for (guint side = 0; side < agreement->sides; side++)
        witness_end(hearing.witness[side]);
    g_free(hearing.witness);
    g_free(hearing.heard);
    join_free(hearing.join);
    return good;
}

/* --- the verdict --- */

bool agreement_side_holds(const struct agreement_side *side)
{
    bool holds = side->missing == 0 && side->extra == 0 && side->counters == 0;
    for (int i = WAY_FINE + 1; i < WAY_FAULTS; i++)
        holds = holds && side->faults[i] == 0;
    for (size_t i = 0; i < AGREEMENT_COLUMNS; i++)
        holds = holds && !side->column[i].beyond;
    return holds;
}

bool agreement_holds(const struct agreement *agreement)
{
    bool holds = true;
    uint64_t others = 0;
    for (guint i = 0; i < agreement->sides; i++) {
        holds = holds && agreement_side_holds(&agreement->side[i]);
        others += i > 0 ? agreement->side[i].runs : 0;
    }
    return holds && others > 0;
}
