/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The section of a CSV file: its figures, its rows, and of long ones a summary by method. */

#include "report.h"

#include "html.h"
#include "report_columns.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* What is summed up. */
static const char *const summed_up[] = {"cycles_per_packet", "cpu_percent", "peak_port_bytes",
                                        "dropped_packets", NULL};

static int compare_numbers(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The method's numbers of a column, smallest first. */
static GArray *numbers_of(const struct csv *csv, guint method_column, const char *method, guint column)
{
    GArray *numbers = g_array_new(FALSE, FALSE, sizeof(double));
    for (guint i = 0; i < csv->rows->len; i++) {
        double value = csv_number(csv, i, column);
        if (!isnan(value) && strcmp(csv_cell(csv, i, method_column), method) == 0)
            g_array_append_val(numbers, value);
    }
    g_array_sort(numbers, compare_numbers);
    return numbers;
}

static void put_spread(GString *page, GArray *numbers, double factor)
{
    if (numbers->len == 0) {
        g_string_append(page, "<td class=\"n\">–</td>");
        return;
    }
    const double *value = (const double *)numbers->data;
    guint n = numbers->len;
    g_autofree char *median = html_number((value[(n - 1) / 2] + value[n / 2]) / 2 * factor),
                    *least = html_number(value[0] * factor), *most = html_number(value[n - 1] * factor);
    html_put(page, "<td class=\"n\">%s <small>(%s to %s)</small></td>", median, least, most);
}

static void put_summary_row(GString *page, const struct csv *csv, guint method_column, const char *method)
{
    html_put(page, "<tr><th scope=\"row\">%s</th>", method);
    for (const char *const *name = summed_up; *name; name++) {
        int column = csv_column(csv, *name);
        if (column < 0)
            continue;
        const struct report_column *row = report_column_find(*name);
        g_autoptr(GArray) numbers = numbers_of(csv, method_column, method, (guint)column);
        put_spread(page, numbers, row->factor);
    }
    g_string_append(page, "</tr>\n");
}

static void put_summary_heads(GString *page, const struct csv *csv)
{
    g_string_append(page, "<thead><tr><th scope=\"col\">Method</th>");
    for (const char *const *name = summed_up; *name; name++) {
        const struct report_column *row = report_column_find(*name);
        if (csv_column(csv, *name) >= 0)
            html_put(page, "<th scope=\"col\" class=\"n\">%s<small>%s</small></th>", row->head, row->unit);
    }
    g_string_append(page, "</tr></thead>\n<tbody>\n");
}

/* Methods in the order in which they first appear. */
static void put_summary(struct report *report, const struct csv *csv)
{
    int method_column = csv_column(csv, "method");
    if (method_column < 0 || csv_column(csv, summed_up[0]) < 0)
        return;
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    GString *page = report->page;
    g_string_append(
        page,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Summary by method\">\n<table>\n"
        "<caption>Median over all rows of a method (least to most).</caption>\n");
    put_summary_heads(page, csv);
    for (guint i = 0; i < csv->rows->len; i++) {
        const char *method = csv_cell(csv, i, (guint)method_column);
        if (g_hash_table_add(seen, (void *)method))
            put_summary_row(page, csv, (guint)method_column, method);
    }
    g_string_append(page, "</tbody>\n</table>\n</div>\n");
    report->tables++;
}

gboolean report_put_rows(struct report *report, const struct report_section *section, GError **error)
{
    g_autofree char *path = report_path(report, section->file);
    struct csv *csv = csv_read(path, error);
    if (!csv)
        return FALSE;
    GString *page = report->page;
    html_put(page, "<p>%s %u row%s, in ", section->words, csv->rows->len, csv->rows->len == 1 ? "" : "s");
    report_link(report, section->file);
    g_string_append(page, ".</p>\n");
    bool is_drawn = strcmp(section->file, "sweep.csv") != 0 || csv->rows->len <= REPORT_DRAWN_MOST;
    gboolean good = !is_drawn || report_figures(report, section->file, error);
    if (!is_drawn)
        html_put(page,
                 "<p class=\"note\">Figures of more than %d rows are not drawn here: <code>weft "
                 "plot</code>.</p>\n",
                 REPORT_DRAWN_MOST);
    if (good && csv->rows->len > REPORT_ROWS_MOST)
        put_summary(report, csv);
    if (good)
        report_table(report, csv, section->title);
    csv_free(csv);
    return good;
}
