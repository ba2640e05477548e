/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An agreement in words and tables. */

#include "agreement.h"
#include "table.h"

#include <string.h>

#define U64 "%" G_GUINT64_FORMAT

/* --- the table --- */

/* A row of what each back end has a number of; `held`: against the first, which then has none. */
static void put_numbers(struct table *table, const struct agreement *agreement, const char *name,
                        size_t offset, bool held, const char *help)
{
    table_row(table);
    table_cell(table, "%s", name);
    for (guint i = 0; i < agreement->sides; i++) {
        uint64_t value;
        memcpy(&value, (const char *)&agreement->side[i] + offset, sizeof value);
        if (held && i == 0)
            table_cell(table, "%s", "");
        else
            table_cell(table, U64, value);
    }
    table_cell(table, "%s", help);
}

/* How many rows differ in a column, and by how much. */
static void put_column(struct table *table, const struct agreement *agreement, size_t column)
{
    table_row(table);
    table_cell(table, "%s", agreement_columns[column].name);
    table_cell(table, "%s", "");
    for (guint i = 1; i < agreement->sides; i++) {
        const struct agreement_side *side = &agreement->side[i];
        if (side->column[column].largest_ps > 0)
            table_cell(table, U64 " (" U64 " ps)", side->column[column].rows,
                       side->column[column].largest_ps);
        else
            table_cell(table, U64, side->column[column].rows);
    }
    table_cell(table, "%s", agreement_columns[column].help);
}

static void put_heads(struct table *table, const struct agreement *agreement)
{
    table_row(table);
    table_cell(table, "%s", "");
    for (guint i = 0; i < agreement->sides; i++)
        table_cell(table, "%s", agreement->side[i].backend->name);
    table_cell(table, "%s", "");
}

static void put_tolerances(struct table *table, const struct agreement *agreement)
{
    table_row(table);
    table_cell(table, "%s", "tolerance");
    table_cell(table, "%s", "");
    for (guint i = 1; i < agreement->sides; i++)
        table_cell(table, U64 " ps", agreement->side[i].tolerance_ps);
    table_cell(table, "%s", "of instants");
}

#define SIDE(member) offsetof(struct agreement_side, member)
static void put_table(GString *text, const struct agreement *agreement)
{
    struct table *table = table_new();
    put_heads(table, agreement);
    put_numbers(table, agreement, "packets", SIDE(packets), false, "of streams");
    put_numbers(table, agreement, "hops", SIDE(rows), false,
                "packets at switches, background traffic among them");
    put_numbers(table, agreement, "dropped", SIDE(dropped), false,
                "hops that were the last, without a device");
    put_numbers(table, agreement, "missing", SIDE(missing), true, "hops that it has not");
    put_numbers(table, agreement, "extra", SIDE(extra), true, "hops that only it has, or that it has twice");
    for (size_t i = 0; i < AGREEMENT_COLUMNS; i++)
        put_column(table, agreement, i);
    put_numbers(table, agreement, "counters", SIDE(counters), true,
                "of servers, and of refused entries of streams");
    for (int i = WAY_FINE + 1; i < WAY_FAULTS; i++)
        put_numbers(table, agreement, way_faults[i].name, SIDE(faults) + (size_t)i * sizeof(uint64_t), false,
                    way_faults[i].help);
    put_tolerances(table, agreement);
    g_autofree char *lines = table_text(table, 1, TRUE);
    g_string_append(text, lines);
    table_free(table);
}

/* --- the first that differ --- */

static const struct agreement_case *case_of(const struct agreement *agreement, guint run)
{
    return &g_array_index(agreement->cases, struct agreement_case, run);
}

static void put_value(struct table *table, const struct agreement_column *column, const struct way_row *row)
{
    uint64_t value = agreement_value(column, row);
    bool is_outcome = column->offset == offsetof(struct way_row, outcome);
    bool is_none = (column->is_time && value == WEFT_NEVER) ||
                   (column->offset == offsetof(struct way_row, port) && value == WAY_NO_PORT);
    if (is_none)
        table_cell(table, "%s", "-");
    else if (is_outcome && value < WEFT_OUTCOMES)
        table_cell(table, "%s", weft_outcomes[value].name);
    else
        table_cell(table, U64, value);
}

/* Names of the columns in which two rows differ, or why there are not two. The caller frees with g_free. */
static char *difference(const struct agreement *agreement, const struct agreement_row *differs)
{
    GString *names = g_string_new(NULL);
    if (differs->row[1].fault != WAY_FINE)
        g_string_append(names, way_faults[differs->row[1].fault].name);
    else if (!differs->has[0] || !differs->has[1])
        g_string_append_printf(names, "%s %s", differs->has[0] ? "missing in" : "only in",
                               agreement->side[differs->side].backend->name);
    for (size_t i = 0; differs->has[0] && differs->has[1] && i < AGREEMENT_COLUMNS; i++) {
        const struct agreement_column *column = &agreement_columns[i];
        uint64_t a = agreement_value(column, &differs->row[0]), b = agreement_value(column, &differs->row[1]);
        if (a == b)
            continue;
        g_string_append_printf(names, "%s%s", names->len ? ", " : "", column->name);
        if (column->is_time && a != WEFT_NEVER && b != WEFT_NEVER)
            g_string_append_printf(names, " %c" U64, b > a ? '+' : '-', b > a ? b - a : a - b);
    }
    return g_string_free(names, FALSE);
}

/* What one back end says of a packet at a switch; `words` come last. */
static void put_row(struct table *table, const struct agreement *agreement,
                    const struct agreement_row *differs, guint which, const char *words)
{
    const struct way_row *row = &differs->row[which];
    table_row(table);
    table_cell(table, "%s", agreement->side[which ? differs->side : 0].backend->name);
    if (agreement->cases->len > 1)
        table_cell(table, "%u", differs->run);
    table_cell(table, U64, row->packet >> WEFT_PACKET_SERVER_SHIFT);
    table_cell(table, U64, row->packet & ((UINT64_C(1) << WEFT_PACKET_SERVER_SHIFT) - 1));
    table_cell(table, "%u", row->hop);
    for (size_t i = 0; i < AGREEMENT_COLUMNS; i++)
        if (agreement_columns[i].offset != offsetof(struct way_row, bytes_hash))
            put_value(table, &agreement_columns[i], row);
    table_cell(table, "%s", words);
}

static void put_row_heads(struct table *table, const struct agreement *agreement)
{
    table_row(table);
    table_cell(table, "%s", "");
    if (agreement->cases->len > 1)
        table_cell(table, "%s", "run");
    table_cell(table, "%s", "server");
    table_cell(table, "%s", "packet");
    table_cell(table, "%s", "hop");
    for (size_t i = 0; i < AGREEMENT_COLUMNS; i++)
        if (agreement_columns[i].offset != offsetof(struct way_row, bytes_hash))
            table_cell(table, "%s", agreement_columns[i].name);
    table_cell(table, "%s", "differs in");
}

static void put_rows(GString *text, const struct agreement *agreement, const GArray *rows, const char *title)
{
    struct table *table = table_new();
    put_row_heads(table, agreement);
    for (guint i = 0; i < rows->len; i++) {
        const struct agreement_row *differs = &g_array_index(rows, struct agreement_row, i);
        g_autofree char *words = difference(agreement, differs);
        for (guint which = 0; which < 2; which++)
            if (differs->has[which])
                put_row(table, agreement, differs, which, which || !differs->has[1] ? words : "");
    }
    g_autofree char *lines = table_text(table, 1, TRUE);
    if (rows->len > 0)
        g_string_append_printf(text, "\n%s\n%s", title, lines);
    table_free(table);
}

static void put_counters(GString *text, const struct agreement *agreement)
{
    for (guint i = 0; i < agreement->counters->len; i++) {
        const struct agreement_counter *at = &g_array_index(agreement->counters, struct agreement_counter, i);
        g_string_append_printf(text, "%s%s %u: %s: %s " U64 ", %s " U64 "\n",
                               i ? "" : "\nThe first counters that differ:\n",
                               at->of_stream ? "stream" : "server", at->index,
                               agreement_counter_name(at->counter), agreement->side[0].backend->name,
                               at->value[0], agreement->side[at->side].backend->name, at->value[1]);
    }
}

/* --- words --- */

static void put_title(GString *text, const struct agreement *agreement)
{
    const struct agreement_case *first = case_of(agreement, 0);
    g_string_append_printf(text, "%s", first->scenario);
    if (agreement->cases->len == 1)
        g_string_append_printf(text, ": %s, seed " U64 "\n", first->method, first->seed);
    else
        g_string_append_printf(text, ": %u runs\n", agreement->cases->len);
    for (guint i = 0; agreement->cases->len > 1 && i < agreement->rows->len; i++) {
        guint run = g_array_index(agreement->rows, struct agreement_row, i).run;
        if (i == 0 || run != g_array_index(agreement->rows, struct agreement_row, i - 1).run)
            g_string_append_printf(text, "run %u: %s, seed " U64 "\n", run, case_of(agreement, run)->method,
                                   case_of(agreement, run)->seed);
    }
}

static void put_verdicts(GString *text, const struct agreement *agreement)
{
    const char *first = agreement->side[0].backend->name;
    g_string_append_c(text, '\n');
    for (guint i = 0; i < agreement->sides; i++) {
        const struct agreement_side *side = &agreement->side[i];
        const char *name = side->backend->name;
        bool holds = agreement_side_holds(side);
        if (i == 0 && !holds)
            g_string_append_printf(text, "%s breaks rules of weft/train.h\n", name);
        if (i > 0 && side->runs > 0)
            g_string_append_printf(text, "%s %s %s", name, holds ? "agrees with" : "differs from", first);
        if (i > 0 && side->runs > 0 && holds && side->tolerance_ps > 0)
            g_string_append_printf(text, " within " U64 " ps", side->tolerance_ps);
        if (i > 0 && side->runs > 0)
            g_string_append_c(text, '\n');
        if (side->refusals > 0)
            g_string_append_printf(text, "%s was left out of " U64 " of %u runs: %s\n", name, side->refusals,
                                   agreement->cases->len, side->refusal);
    }
    for (guint i = 0; i < agreement->absent->len; i++) {
        const struct backend_row *row = g_ptr_array_index(agreement->absent, i);
        g_autofree char *state = backend_state(row);
        g_string_append_printf(text, "%s was left out: %s\n", row->name, state);
    }
}

char *agreement_text(const struct agreement *agreement)
{
    GString *text = g_string_new(NULL);
    put_title(text, agreement);
    put_table(text, agreement);
    put_rows(text, agreement, agreement->rows, "The first packets that differ:");
    put_rows(text, agreement, agreement->faulty, "The first faulty reports:");
    put_counters(text, agreement);
    put_verdicts(text, agreement);
    return g_string_free(text, FALSE);
}
