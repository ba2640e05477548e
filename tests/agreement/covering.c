/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Covering sets, greedily: of several candidates for the next row, the one with most new pairs. A candidate begins with
 * the value that still misses most pairs and takes, axis after axis in a drawn order, the value that gives most new pairs
 * with those it has. Source: Cohen, Dalal, Fredman, Patton, "The AETG system", IEEE Trans. Softw. Eng. 23(7), 1997. */

#include "covering.h"

#include "weft/base.h"

enum { CANDIDATES = 60, NONE = G_MAXUINT };

struct cover {
    guint axes, all, *values, *base; /* value v of axis a is number base[a] + v of all */
    gboolean *missing;               /* all by all, symmetric */
    guint *order;                    /* of axes, in a candidate */
    guint64 seed, draws;
};

static gboolean *pair_of(struct cover *cover, guint x, guint y)
{
    return &cover->missing[x * cover->all + y];
}

static guint draw(struct cover *cover, guint below)
{
    return (guint)(weft_draw(cover->seed, 0, WEFT_DRAW_TEST, cover->draws++) % below);
}

/* New pairs that value x would give with the values of `row`, or, without a row, with any. */
static guint gain(struct cover *cover, guint x, const guint *row)
{
    guint n = 0;
    for (guint i = 0; i < (row ? cover->axes : cover->all); i++)
        if (!row)
            n += *pair_of(cover, x, i) ? 1 : 0;
        else if (row[i] != NONE)
            n += *pair_of(cover, x, cover->base[i] + row[i]) ? 1 : 0;
    return n;
}

/* The value with the largest gain among those of axes [from, to); ties are drawn. Its axis is set in the row. Returns the
 * axis. */
static guint set_best(struct cover *cover, guint from, guint to, guint *row, gboolean alone)
{
    guint best = 0, best_axis = from, best_value = 0, ties = 0;
    for (guint axis = from; axis < to; axis++)
        for (guint value = 0; value < cover->values[axis]; value++) {
            guint n = gain(cover, cover->base[axis] + value, alone ? NULL : row);
            ties = n > best ? 1 : ties + (n == best);
            if (n > best || (n == best && draw(cover, ties) == 0)) {
                best = n;
                best_axis = axis;
                best_value = value;
            }
        }
    row[best_axis] = best_value;
    return best_axis;
}

static void make_candidate(struct cover *cover, guint *row)
{
    for (guint i = 0; i < cover->axes; i++) {
        row[i] = NONE;
        cover->order[i] = i;
    }
    guint first = set_best(cover, 0, cover->axes, row, TRUE);
    for (guint left = cover->axes; left > 0; left--) {
        guint at = draw(cover, left), axis = cover->order[at];
        cover->order[at] = cover->order[left - 1];
        if (axis != first)
            set_best(cover, axis, axis + 1, row, FALSE);
    }
}

static guint new_pairs(struct cover *cover, const guint *row)
{
    guint n = 0;
    for (guint i = 0; i < cover->axes; i++)
        n += gain(cover, cover->base[i] + row[i], row);
    return n / 2;
}

static guint set_missing(struct cover *cover, const guint *values)
{
    guint n = 0;
    cover->missing = g_new0(gboolean, (gsize)cover->all * cover->all);
    for (guint i = 0; i < cover->axes; i++)
        for (guint j = 0; j < cover->axes; j++)
            for (guint v = 0; i != j && v < values[i]; v++)
                for (guint w = 0; w < values[j]; w++, n++)
                    *pair_of(cover, cover->base[i] + v, cover->base[j] + w) = TRUE;
    return n / 2;
}

GArray *covering_rows(const guint *values, guint axes, guint64 seed)
{
    struct cover cover = {.axes = axes, .seed = seed, .values = g_memdup2(values, axes * sizeof(*values))};
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(guint));
    guint *row = g_new(guint, axes), *best = g_new(guint, axes);
    cover.base = g_new(guint, axes);
    cover.order = g_new(guint, axes);
    for (guint i = 0; i < axes; i++) {
        cover.base[i] = cover.all;
        cover.all += values[i];
    }
    for (guint left = set_missing(&cover, values); left > 0;) {
        guint most = 0;
        for (int i = 0; i < CANDIDATES; i++) {
            make_candidate(&cover, row);
            guint n = new_pairs(&cover, row);
            if (n > most) {
                most = n;
                memcpy(best, row, axes * sizeof(*row));
            }
        }
        g_assert_cmpuint(most, >, 0);
        left -= most;
        for (guint i = 0; i < axes; i++)
            for (guint j = 0; j < axes; j++)
                *pair_of(&cover, cover.base[i] + best[i], cover.base[j] + best[j]) = FALSE;
        g_array_append_vals(rows, best, axes);
    }
    g_free(cover.missing);
    g_free(cover.order);
    g_free(cover.base);
    g_free(cover.values);
    g_free(best);
    g_free(row);
    return rows;
}

/* Looks at the rows alone, and knows nothing of how they were made. */
static gboolean occurs(const GArray *rows, guint axes, guint i, guint v, guint j, guint w)
{
    for (guint at = 0; at + axes <= rows->len; at += axes)
        if (g_array_index(rows, guint, at + i) == v && g_array_index(rows, guint, at + j) == w)
            return TRUE;
    return FALSE;
}

guint covering_missing(const GArray *rows, const guint *values, guint axes, guint *pairs)
{
    guint missing = 0;
    *pairs = 0;
    for (guint i = 0; i < axes; i++)
        for (guint j = i + 1; j < axes; j++)
            for (guint v = 0; v < values[i]; v++)
                for (guint w = 0; w < values[j]; w++, ++*pairs)
                    missing += occurs(rows, axes, i, v, j, w) ? 0 : 1;
    return missing;
}
