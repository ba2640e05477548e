/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What `weft run --theory` prints. */

#include "table.h"
#include "theory.h"

#include <math.h>

char *theory_line_name(const struct theory_line *line)
{
    if (!line->theory->levels || line->objection)
        return g_strdup(line->theory->name);
    return g_strdup_printf("%s: more than %" G_GUINT64_FORMAT, line->theory->name, line->above);
}

/* The first port by name, and how many are like it. */
static char *ports_of(const struct plan *plan, const struct theory_line *line)
{
    const char *name = weft_setup_port_name(&plan->setup, line->port);
    return line->ports == 1 ? g_strdup(name) : g_strdup_printf("%s and %u like it", name, line->ports - 1);
}

/* Rounded, and never as a negative zero. */
static void add_number(struct table *table, double value, bool is_probability)
{
    double unit = is_probability ? 1e-4 : 1;
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    table_cell(table, "%s",
               g_ascii_formatd(number, sizeof number, is_probability ? "%.4f" : "%.0f",
                               fabs(value) < unit / 2 ? 0 : value));
}

static void add_line(struct table *table, const struct plan *plan, const struct theory_line *line,
                     const char *remark)
{
    g_autofree char *name = theory_line_name(line), *ports = ports_of(plan, line);
    table_row(table);
    table_cell(table, "  %s%s", name, remark);
    table_cell(table, "%s", ports);
    table_cell(table, "%s", line->theory->unit);
    add_number(table, line->value, line->theory->levels);
    add_number(table, line->measured, line->theory->levels);
    if (!isnan(line->ci95))
        add_number(table, line->ci95, line->theory->levels);
    add_number(table, line->value - line->measured, line->theory->levels);
}

/* Of a bound that says something else of many ports, those with the least and the most slack. */
static void add_bound(struct table *table, const struct plan *plan, const GArray *lines,
                      const struct theory *theory)
{
    enum { FEW = 3 };
    const struct theory_line *least = NULL, *most = NULL;
    guint number = 0, last = 0;
    for (guint i = 0; i < lines->len; i++) {
        const struct theory_line *line = &g_array_index(lines, struct theory_line, i);
        if (line->theory != theory || line->objection)
            continue;
        number++;
        last = i;
        double slack = line->value - line->measured;
        least = !least || slack < least->value - least->measured ? line : least;
        most = !most || slack > most->value - most->measured ? line : most;
    }
    for (guint i = 0; number <= FEW && number > 0 && i <= last; i++) {
        const struct theory_line *line = &g_array_index(lines, struct theory_line, i);
        if (line->theory == theory && !line->objection)
            add_line(table, plan, line, "");
    }
    if (number > FEW) {
        add_line(table, plan, least, ", least slack");
        add_line(table, plan, most, ", most slack");
    }
}

static void add_objections(GString *text, const struct plan *plan, const GArray *lines)
{
    bool fits = false;
    for (guint i = 0; i < lines->len; i++) {
        const struct theory_line *line = &g_array_index(lines, struct theory_line, i);
        fits = fits || !line->theory->bounds;
        if (!line->objection)
            continue;
        g_autofree char *ports = ports_of(plan, line);
        g_string_append_printf(text, "  no %s at %s: %s\n", line->theory->name, ports, line->objection);
    }
    if (!fits)
        g_string_append(text, "  no closed form for packets that are written so\n");
}

char *theory_text(const struct plan *plan, const GArray *lines)
{
    static const char *const heads[] = {"theory",   "port",   "unit",      "theory",
                                        "measured", "± 95 %", "difference"};
    bool replicated = false;
    for (guint i = 0; i < lines->len; i++)
        replicated = replicated || !isnan(g_array_index(lines, struct theory_line, i).ci95);
    enum { INTERVAL = 5 };
    struct table *table = table_new();
    table_row(table);
    for (size_t i = 0; i < G_N_ELEMENTS(heads); i++)
        if (i != INTERVAL || replicated)
            table_cell(table, "%s", heads[i]);
    for (guint i = 0; i < lines->len; i++) {
        const struct theory_line *line = &g_array_index(lines, struct theory_line, i);
        if (!line->objection && !line->theory->bounds)
            add_line(table, plan, line, "");
    }
    for (size_t t = 0; theories[t]; t++)
        if (theories[t]->bounds)
            add_bound(table, plan, lines, theories[t]);
    g_autofree char *rows = table_text(table, 3, FALSE);
    table_free(table);
    GString *text = g_string_new(rows);
    add_objections(text, plan, lines);
    return g_string_free(text, FALSE);
}
