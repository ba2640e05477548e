/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading CSV. */

#include "csv.h"

#include "csv_check.h"
#include "failure.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static void row_free(void *row)
{
    g_strfreev(row);
}

void csv_free(struct csv *csv)
{
    if (!csv)
        return;
    g_strfreev(csv->titles);
    g_ptr_array_unref(csv->rows);
    g_free(csv);
}

/* The cell at `*at`, which goes on behind it; quotes around it, and the first of two in it, are no part of it. */
static char *next_cell(const char **at)
{
    GString *cell = g_string_new(NULL);
    bool quoted = **at == '"';
    const char *text = *at + quoted;
    for (; *text && *text != '\n' && (quoted || *text != ','); text++) {
        if (quoted && *text == '"' && text[1] != '"') {
            quoted = false;
            continue;
        }
        text += quoted && *text == '"';
        g_string_append_c(cell, *text);
    }
    *at = text;
    return g_string_free(cell, FALSE);
}

static char **next_line(const char **at)
{
    g_autoptr(GStrvBuilder) cells = g_strv_builder_new();
    for (bool more = true; more; *at += more) {
        g_autofree char *cell = next_cell(at);
        g_strv_builder_add(cells, cell);
        more = **at == ',';
    }
    *at += **at == '\n';
    return g_strv_builder_end(cells);
}

struct csv *csv_read(const char *path, GError **error)
{
    g_autofree char *text = NULL;
    gsize length;
    g_autoptr(GError) cause = NULL;
    if (!g_file_get_contents(path, &text, &length, &cause)) {
        failure(error, STATUS_INPUT, "%s: cannot be read: %s", path, cause->message);
        return NULL;
    }
    if (!csv_check_text(path, text, length, error))
        return NULL;
    g_autofree char *valid = g_utf8_make_valid(text, (gssize)length);
    const char *at = valid;
    struct csv *csv = g_new0(struct csv, 1);
    csv->rows = g_ptr_array_new_with_free_func(row_free);
    csv->titles = next_line(&at);
    csv->columns = g_strv_length(csv->titles);
    while (*at)
        g_ptr_array_add(csv->rows, next_line(&at));
    return csv;
}

int csv_column(const struct csv *csv, const char *title)
{
    for (guint i = 0; i < csv->columns; i++)
        if (strcmp(csv->titles[i], title) == 0)
            return (int)i;
    return -1;
}

const char *csv_cell(const struct csv *csv, guint row, guint column)
{
    return ((char **)g_ptr_array_index(csv->rows, row))[column];
}

double csv_number(const struct csv *csv, guint row, guint column)
{
    const char *text = csv_cell(csv, row, column);
    char *end;
    double value = g_ascii_strtod(text, &end);
    return end == text || *end ? NAN : value;
}
