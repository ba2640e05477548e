/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The answers as a table, and a sentence for each on what binds it and how far it is to be trusted. */

#include "size.h"

#include "table.h"

#include <string.h>

char *size_words(const struct size_request *request, const struct size_facts *facts, uint64_t which)
{
    GString *words = g_string_new(NULL);
    for (int i = 0; i < SIZE_LIMITS; i++) {
        if (!((facts->broken & which) >> i & 1))
            continue;
        g_autofree char *how = size_limits[i].words(request, facts);
        g_string_append_printf(words, "%s%s", words->len ? ", " : "", how);
    }
    return g_string_free(words, FALSE);
}

/* A number of the unit: "33 packets", "45084 B", "1 stream". */
static char *amount(const struct size_request *request, uint64_t value)
{
    const char *unit = size_unit(request);
    size_t length = strlen(unit) - (value == 1);
    return g_strdup_printf("%" G_GUINT64_FORMAT " %.*s", value, (int)length, unit);
}

static void put_head(struct table *table, const struct size_request *request)
{
    table_row(table);
    table_cell(table, "method");
    table_cell(table, "binding");
    table_cell(table, "%s", size_unit(request));
    table_cell(table, "cycles/packet");
    table_cell(table, "core %%");
    table_cell(table, "link %%");
    table_cell(table, "port KB");
    table_cell(table, "packets");
    table_cell(table, "late");
    table_cell(table, "runs");
}

static void put_facts(struct table *table, const struct size_facts *at)
{
    table_cell(table, "%" G_GUINT64_FORMAT, at->value);
    table_cell(table, "%.0f", at->cycles_per_packet);
    table_cell(table, "%.2f", at->core_utilisation * 100);
    table_cell(table, "%.2f", at->link_utilisation * 100);
    table_cell(table, "%.1f", (double)at->peak_port_bytes / 1000);
    table_cell(table, "%" G_GUINT64_FORMAT, at->peak_port_packets);
    table_cell(table, "%" G_GUINT64_FORMAT, at->late_packets);
}

static void put_line(struct table *table, const struct size_request *request,
                     const struct size_result *result)
{
    const struct size_facts *at = size_at(request, result), *beyond = size_beyond(request, result);
    g_autofree char *names = beyond ? size_limit_names(size_binding(request, beyond)) : g_strdup("-");
    table_row(table);
    table_cell(table, "%s", result->method->name);
    table_cell(table, "%s", names);
    if (!at) {
        table_cell(table, "none");
        for (int i = 0; i < 6; i++)
            table_cell(table, "-");
    } else {
        put_facts(table, at);
    }
    table_cell(table, "%" G_GUINT64_FORMAT, size_runs(request, result));
}

/* Why it is not more streams, or less buffer. */
static void say_why(GString *text, const struct size_request *request, const struct size_result *result)
{
    const struct size_facts *at = size_at(request, result), *beyond = size_beyond(request, result);
    g_autofree char *words = beyond ? size_words(request, beyond, request->limits) : NULL;
    g_string_append_printf(text, "%s: ", result->method->name);
    if (!at) {
        g_string_append_printf(text, "none will do; %s: %s.",
                               request->aim->smallest ? "without limit" : "with one stream", words);
        return;
    }
    g_autofree char *answer = amount(request, at->value);
    g_string_append_printf(text, "%s", answer);
    if (!beyond) {
        g_string_append(text, request->aim->smallest ? ", the least there is."
                                                     : ", the most that were tried; no limit binds.");
        return;
    }
    g_autofree char *next = amount(request, beyond->value);
    g_string_append_printf(text, "; with %s %s.", next, words);
}

static void say_theory(GString *text, const struct size_request *request, const struct size_result *result)
{
    if (!result->theory.name)
        return;
    g_autofree char *value = amount(request, result->theory.value);
    g_string_append_printf(text, " Theory, %s: %s.", result->theory.name, value);
}

static void say_order(GString *text, const struct size_request *request, const struct size_result *result)
{
    uint64_t all = size_all_within(request, result);
    if (!result->searched || result->found.monotone)
        return;
    g_autofree char *up_to = amount(request, all);
    g_string_append_printf(text, " Not monotone: of the %u values run, %u %s break a limit; none ",
                           result->facts->len, result->found.exceptions,
                           request->aim->smallest ? "larger ones" : "smaller ones");
    if (all == 0)
        g_string_append(text, "is free of that.");
    else
        g_string_append_printf(text, "%s %s.", request->aim->smallest ? "from" : "up to", up_to);
}

/* A buffer says nothing of the other limits. */
static void say_others(GString *text, const struct size_request *request, const struct size_result *result)
{
    const struct size_facts *at = size_at(request, result);
    if (!at || at->broken == 0)
        return;
    g_autofree char *words = size_words(request, at, at->broken);
    g_string_append_printf(text, " Even so %s.", words);
}

char *size_text(const struct size_request *request, const GPtrArray *results)
{
    struct table *table = table_new();
    put_head(table, request);
    for (guint i = 0; i < results->len; i++)
        put_line(table, request, g_ptr_array_index(results, i));
    g_autofree char *lines = table_text(table, 2, FALSE);
    table_free(table);
    GString *text = g_string_new(lines);
    g_string_append_c(text, '\n');
    for (guint i = 0; i < results->len; i++) {
        const struct size_result *result = g_ptr_array_index(results, i);
        say_why(text, request, result);
        say_theory(text, request, result);
        say_others(text, request, result);
        say_order(text, request, result);
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}
