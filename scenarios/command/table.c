/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tables: rows of cells. */

#include "table.h"

struct table {
    GPtrArray *rows; /* of GPtrArray of char * */
};

struct table *table_new(void)
{
    struct table *table = g_new0(struct table, 1);
    table->rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    return table;
}

void table_free(struct table *table)
{
    g_ptr_array_unref(table->rows);
    g_free(table);
}

void table_row(struct table *table)
{
    g_ptr_array_add(table->rows, g_ptr_array_new_with_free_func(g_free));
}

void table_cell(struct table *table, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_ptr_array_add(g_ptr_array_index(table->rows, table->rows->len - 1),
                    g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

guint table_rows(const struct table *table)
{
    return table->rows->len;
}

const GPtrArray *table_cells(const struct table *table, guint row)
{
    return g_ptr_array_index(table->rows, row);
}

static GArray *column_widths(const struct table *table)
{
    GArray *widths = g_array_new(FALSE, TRUE, sizeof(glong));
    for (guint r = 0; r < table->rows->len; r++) {
        const GPtrArray *row = g_ptr_array_index(table->rows, r);
        if (row->len > widths->len)
            g_array_set_size(widths, row->len);
        for (guint c = 0; c < row->len; c++) {
            glong *width = &g_array_index(widths, glong, c);
            *width = MAX(*width, g_utf8_strlen(g_ptr_array_index(row, c), -1));
        }
    }
    return widths;
}

static void put_cell(GString *text, const char *cell, glong width, gboolean left, gboolean last)
{
    glong space = width - g_utf8_strlen(cell, -1);
    for (glong i = 0; !left && i < space; i++)
        g_string_append_c(text, ' ');
    g_string_append(text, cell);
    for (glong i = 0; left && !last && i < space; i++)
        g_string_append_c(text, ' ');
    g_string_append(text, last ? "\n" : "  ");
}

char *table_text(const struct table *table, guint left, gboolean left_last)
{
    g_autoptr(GArray) widths = column_widths(table);
    GString *text = g_string_new(NULL);
    for (guint r = 0; r < table->rows->len; r++) {
        const GPtrArray *row = g_ptr_array_index(table->rows, r);
        for (guint c = 0; c < row->len; c++) {
            gboolean last = c + 1 == row->len;
            put_cell(text, g_ptr_array_index(row, c), g_array_index(widths, glong, c),
                     c < left || (last && left_last), last);
        }
    }
    return g_string_free(text, FALSE);
}

/* A bar would end the cell. */
static void put_markdown_cell(GString *text, const char *cell, gboolean name)
{
    const char *quote = name && *cell ? "`" : "";
    g_string_append_printf(text, " %s", quote);
    for (; *cell; cell++)
        g_string_append_printf(text, "%s%c", *cell == '|' ? "\\" : "", *cell);
    g_string_append_printf(text, "%s |", quote);
}

char *table_markdown(const struct table *table, const char *const *heads, guint names)
{
    GString *text = g_string_new("|");
    for (guint c = 0; heads[c]; c++)
        put_markdown_cell(text, heads[c], FALSE);
    g_string_append(text, "\n|");
    for (guint c = 0; heads[c]; c++)
        g_string_append(text, "---|");
    for (guint r = 0; r < table->rows->len; r++) {
        const GPtrArray *row = g_ptr_array_index(table->rows, r);
        g_string_append(text, "\n|");
        for (guint c = 0; c < row->len; c++)
            put_markdown_cell(text, g_ptr_array_index(row, c), c < names);
    }
    g_string_append_c(text, '\n');
    return g_string_free(text, FALSE);
}

static char *separated(const struct table *table, char separator)
{
    GString *text = g_string_new(NULL);
    for (guint r = 0; r < table->rows->len; r++) {
        const GPtrArray *row = g_ptr_array_index(table->rows, r);
        for (guint c = 0; c < row->len; c++) {
            if (c > 0)
                g_string_append_c(text, separator);
            g_string_append(text, g_ptr_array_index(row, c));
        }
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}

char *table_tsv(const struct table *table)
{
    return separated(table, '\t');
}

char *table_csv(const struct table *table)
{
    return separated(table, ',');
}
