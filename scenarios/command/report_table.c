/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows of a CSV file as a table: ends of long ones, units in heads, ranges and confidence beside their numbers. */

#include "report.h"

#include "html.h"
#include "report_columns.h"

#include <math.h>
#include <string.h>

/* A column as it is shown. */
struct shown {
    guint at;
    const struct report_column *row; /* NULL: it has none */
    int low, high, ci95;             /* columns that go with it; -1: none */
    bool numeric;
    double least; /* of the numbers; NAN: not to be marked */
};

static double factor_of(const struct shown *shown)
{
    return shown->row ? shown->row->factor : 1;
}

/* --- which columns --- */

static int with_suffix(const struct csv *csv, const char *title, const char *suffix)
{
    g_autofree char *name = g_strconcat(title, suffix, NULL);
    return csv_column(csv, name);
}

/* Is the column part of another one's cells? NAME_low, NAME_high, NAME_ci95 of NAME, and "KEY [UNIT]" of KEY. */
static bool is_part(const struct csv *csv, const char *title)
{
    static const char *const suffixes[] = {"_low", "_high", "_ci95"};
    for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++)
        if (g_str_has_suffix(title, suffixes[i])) {
            g_autofree char *base = g_strndup(title, strlen(title) - strlen(suffixes[i]));
            if (csv_column(csv, base) >= 0)
                return true;
        }
    const char *unit = strstr(title, " [");
    g_autofree char *key = unit ? g_strndup(title, (gsize)(unit - title)) : NULL;
    return key && csv_column(csv, key) >= 0;
}

static bool is_empty(const char *text)
{
    return *text == '\0' || strcmp(text, "nan") == 0;
}

/* Numbers, but for cells without any; `*any`: there is one. */
static bool is_numeric(const struct csv *csv, guint column, bool *any)
{
    *any = false;
    for (guint i = 0; i < csv->rows->len; i++) {
        const char *text = csv_cell(csv, i, column);
        if (is_empty(text))
            continue;
        *any = true;
        if (isnan(csv_number(csv, i, column)) && strcmp(text, "none") != 0)
            return false;
    }
    return true;
}

/* All rows say the same. */
static bool is_constant(const struct csv *csv, guint column)
{
    for (guint i = 1; i < csv->rows->len; i++)
        if (strcmp(csv_cell(csv, i, column), csv_cell(csv, 0, column)) != 0)
            return false;
    return csv->rows->len > 1;
}

/* NAN where all are the same: none stands out. */
static double least_of(const struct csv *csv, guint column)
{
    double least = NAN;
    for (guint i = 0; i < csv->rows->len; i++)
        least = fmin(least, csv_number(csv, i, column));
    return is_constant(csv, column) ? NAN : least;
}

static GArray *shown_columns(const struct csv *csv)
{
    GArray *columns = g_array_new(FALSE, FALSE, sizeof(struct shown));
    for (guint i = 0; i < csv->columns; i++) {
        const char *title = csv->titles[i];
        const struct report_column *row = report_column_find(title);
        bool any, numeric = is_numeric(csv, i, &any);
        if (!any || is_part(csv, title) || (row && row->is_hidden) ||
            (row && row->is_key && is_constant(csv, i)))
            continue;
        struct shown shown = {i,
                              row,
                              with_suffix(csv, title, "_low"),
                              with_suffix(csv, title, "_high"),
                              with_suffix(csv, title, "_ci95"),
                              numeric,
                              row && row->is_little ? least_of(csv, i) : NAN};
        g_array_append_val(columns, shown);
    }
    return columns;
}

/* --- words above --- */

/* What is the same in all rows: "back end reference, interval 40 ms". */
static void put_constants(struct report *report, const struct csv *csv)
{
    g_autoptr(GString) words = g_string_new(NULL);
    for (guint i = 0; i < csv->columns; i++) {
        const struct report_column *row = report_column_find(csv->titles[i]);
        const char *text = csv->rows->len > 0 ? csv_cell(csv, 0, i) : "";
        if (!row || !row->is_key || is_empty(text) || !is_constant(csv, i))
            continue;
        g_autofree char *head = g_ascii_strdown(row->head, -1);
        double value = csv_number(csv, 0, i) * row->factor;
        g_autofree char *number = isnan(value) ? g_strdup(text) : html_number(value);
        html_put(words, "%s%s %s%s%s", words->len ? ", " : "", head, number, row->unit ? " " : "",
                 row->unit ? row->unit : "");
    }
    if (words->len > 0)
        g_string_append_printf(report->page, "<p class=\"note\">In all rows: %s.</p>\n", words->str);
}

static bool marks_least(const GArray *columns)
{
    for (guint i = 0; i < columns->len; i++)
        if (!isnan(g_array_index(columns, struct shown, i).least))
            return true;
    return false;
}

/* --- cells --- */

static void put_number(GString *page, const struct csv *csv, guint row, const struct shown *shown)
{
    double factor = factor_of(shown), value = csv_number(csv, row, shown->at);
    const char *text = csv_cell(csv, row, shown->at);
    if (isnan(value)) {
        html_put(page, "%s", is_empty(text) ? "–" : text);
        return;
    }
    g_autofree char *number = html_number(value * factor);
    html_put(page, "%s", number);
    double ci95 = shown->ci95 < 0 ? NAN : csv_number(csv, row, (guint)shown->ci95);
    if (!isnan(ci95)) {
        g_autofree char *half = html_number(ci95 * factor);
        html_put(page, " <small>± %s</small>", half);
    }
    double low = shown->low < 0 ? NAN : csv_number(csv, row, (guint)shown->low),
           high = shown->high < 0 ? NAN : csv_number(csv, row, (guint)shown->high);
    if (!isnan(low) && !isnan(high)) {
        g_autofree char *from = html_number(low * factor), *to = html_number(high * factor);
        html_put(page, " <small>(%s to %s)</small>", from, to);
    }
}

static void put_cell(GString *page, const struct csv *csv, guint row, const struct shown *shown, bool is_head)
{
    const char *text = csv_cell(csv, row, shown->at);
    if (is_head) {
        html_put(page, "<th scope=\"row\">%s</th>", text);
    } else if (shown->numeric) {
        bool least = csv_number(csv, row, shown->at) == shown->least;
        html_put(page, "<td class=\"%s\">", least ? "n least" : "n");
        put_number(page, csv, row, shown);
        g_string_append(page, "</td>");
    } else {
        html_put(page, "<td%s>%s</td>", g_ascii_isdigit(*text) ? " class=\"n\"" : "",
                 is_empty(text) ? "–" : text);
    }
}

static void put_row(GString *page, const struct csv *csv, const GArray *columns, guint row)
{
    g_string_append(page, "<tr>");
    for (guint i = 0; i < columns->len; i++)
        put_cell(page, csv, row, &g_array_index(columns, struct shown, i), i == 0);
    g_string_append(page, "</tr>\n");
}

static void put_heads(GString *page, const struct csv *csv, const GArray *columns)
{
    g_string_append(page, "<thead><tr>");
    for (guint i = 0; i < columns->len; i++) {
        const struct shown *shown = &g_array_index(columns, struct shown, i);
        g_string_append(page,
                        shown->numeric && i > 0 ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">");
        if (shown->row)
            html_put(page, "%s", shown->row->head);
        else
            html_put(page, "<code>%s</code>", csv->titles[shown->at]);
        if (shown->row && shown->row->unit)
            html_put(page, "<small>%s</small>", shown->row->unit);
        g_string_append(page, "</th>");
    }
    g_string_append(page, "</tr></thead>\n<tbody>\n");
}

static void put_rows(GString *page, const struct csv *csv, const GArray *columns)
{
    guint n = csv->rows->len;
    bool is_long = n > REPORT_ROWS_MOST;
    for (guint i = 0; i < n; i++) {
        if (is_long && i == REPORT_ROWS_END) {
            i = n - REPORT_ROWS_END;
            html_put(page,
                     "<tr class=\"gap\"><td colspan=\"%u\">%u rows between are left out here</td></tr>\n",
                     columns->len, n - 2 * REPORT_ROWS_END);
        }
        put_row(page, csv, columns, i);
    }
}

void report_table(struct report *report, const struct csv *csv, const char *label)
{
    g_autoptr(GArray) columns = shown_columns(csv);
    GString *page = report->page;
    put_constants(report, csv);
    if (columns->len == 0)
        return;
    html_put(page, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">\n<table>\n",
             label);
    if (marks_least(columns))
        g_string_append(page, "<caption>Bold: the least of its column.</caption>\n");
    put_heads(page, csv, columns);
    put_rows(page, csv, columns);
    g_string_append(page, "</tbody>\n</table>\n</div>\n");
    report->tables++;
}
