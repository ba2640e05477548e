/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Wrapping of words, and of tables. */

#include "wrap.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { USUAL = 100, LEAST = 40, GAP = 2 };
enum {
    WORD = 20,
    SHORT = 14
}; /* words, and whole cells, up to this long are not broken where a column is narrowed */

glong wrap_width(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return USUAL;
    return MAX(size.ws_col, LEAST);
}

GPtrArray *wrap_lines(const char *text, glong width)
{
    width = MAX(width, 1);
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) words = g_strsplit_set(text, " \n", -1);
    g_autoptr(GString) line = g_string_new(NULL);
    glong used = 0;
    for (guint i = 0; words[i]; i++) {
        const char *word = words[i];
        glong length = g_utf8_strlen(word, -1);
        if (length == 0)
            continue;
        if (used > 0 && used + 1 + length > width) {
            g_ptr_array_add(lines, g_strdup(line->str));
            g_string_truncate(line, 0);
            used = 0;
        }
        for (; length > width; length -= width) {
            const char *rest = g_utf8_offset_to_pointer(word, width);
            g_ptr_array_add(lines, g_strndup(word, (gsize)(rest - word)));
            word = rest;
        }
        g_string_append_printf(line, "%s%s", used > 0 ? " " : "", word);
        used += (used > 0) + length;
    }
    if (used > 0 || lines->len == 0)
        g_ptr_array_add(lines, g_strdup(line->str));
    return lines;
}

/* --- tables --- */

/* A column: how wide its cells are, how narrow they can be, how wide it is made, and all characters in it. */
struct column {
    glong natural, least, width, all;
};

/* How narrow a cell can be made. */
static glong least_width(const char *text, glong length)
{
    glong longest = 0;
    if (length <= SHORT)
        return length;
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    for (guint i = 0; words[i]; i++)
        longest = MAX(longest, g_utf8_strlen(words[i], -1));
    return MIN(longest, WORD);
}

/* The first column holds names: it is never narrowed. */
static GArray *measure(const struct table *table)
{
    GArray *columns = g_array_new(FALSE, TRUE, sizeof(struct column));
    for (guint r = 0; r < table_rows(table); r++) {
        const GPtrArray *cells = table_cells(table, r);
        if (cells->len > columns->len)
            g_array_set_size(columns, cells->len);
        for (guint c = 0; c < cells->len; c++) {
            struct column *column = &g_array_index(columns, struct column, c);
            const char *cell = g_ptr_array_index(cells, c);
            glong length = g_utf8_strlen(cell, -1);
            column->all += length;
            column->natural = MAX(column->natural, length);
            column->least = MAX(column->least, least_width(cell, length));
        }
    }
    if (columns->len > 0)
        g_array_index(columns, struct column, 0).least = g_array_index(columns, struct column, 0).natural;
    return columns;
}

/* The column of [from, to) that has most blank in it: to narrow it by a character takes the fewest new lines. */
static struct column *emptiest(struct column *column, guint from, guint to)
{
    struct column *found = NULL;
    for (guint c = from; c < to; c++)
        if (column[c].width > column[c].least &&
            (!found || column[c].all * found->width < found->all * column[c].width))
            found = &column[c];
    return found;
}

/* Column 0 and those of [from, to), narrowed to fit. */
static void narrow(GArray *columns, guint from, guint to, glong width)
{
    struct column *column = (struct column *)(void *)columns->data, *next;
    glong sum = column[0].natural;
    column[0].width = column[0].natural;
    for (guint c = from; c < to; c++)
        sum += GAP + (column[c].width = column[c].natural);
    for (; sum > width && (next = emptiest(column, from, to)); sum--)
        next->width--;
}

/* The end of the columns that fit beside column 0 from `from` on; one does. */
static guint part_end(const GArray *columns, guint from, glong width)
{
    const struct column *column = (const struct column *)(const void *)columns->data;
    glong sum = column[0].least;
    guint to = from;
    while (to < columns->len && (to == from || sum + GAP + column[to].least <= width))
        sum += GAP + column[to++].least;
    return to;
}

static void end_line(GString *text)
{
    while (text->len > 0 && text->str[text->len - 1] == ' ')
        g_string_truncate(text, text->len - 1);
    g_string_append_c(text, '\n');
}

/* The lines of each cell of the part, in the order of its columns. */
static GPtrArray *wrap_cells(const GPtrArray *cells, const GArray *columns, guint from, guint to,
                             guint *lines)
{
    GPtrArray *wrapped = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    *lines = 0;
    for (guint c = 0; c < MIN(to, cells->len); c = c == 0 ? from : c + 1) {
        GPtrArray *cell =
            wrap_lines(g_ptr_array_index(cells, c), g_array_index(columns, struct column, c).width);
        *lines = MAX(*lines, cell->len);
        g_ptr_array_add(wrapped, cell);
    }
    return wrapped;
}

static void put_row(GString *text, const GPtrArray *cells, const GArray *columns, guint from, guint to)
{
    guint lines;
    g_autoptr(GPtrArray) wrapped = wrap_cells(cells, columns, from, to, &lines);
    for (guint i = 0; i < lines; i++) {
        for (guint k = 0; k < wrapped->len; k++) {
            const GPtrArray *cell = g_ptr_array_index(wrapped, k);
            const char *line = i < cell->len ? g_ptr_array_index(cell, i) : "";
            glong width = g_array_index(columns, struct column, k == 0 ? 0 : from + k - 1).width;
            g_string_append_printf(text, "%s%*s", line, (int)(width - g_utf8_strlen(line, -1) + GAP), "");
        }
        end_line(text);
    }
}

char *wrap_table(const struct table *table, glong width)
{
    GString *text = g_string_new(NULL);
    g_autoptr(GArray) columns = measure(table);
    for (guint from = 1, to; from == 1 || from < columns->len; from = to) {
        to = MAX(part_end(columns, from, width), from + 1);
        narrow(columns, from, MIN(to, columns->len), width);
        if (from > 1)
            g_string_append_c(text, '\n');
        for (guint r = 0; r < table_rows(table); r++)
            put_row(text, table_cells(table, r), columns, from, to);
    }
    return g_string_free(text, FALSE);
}
