/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whole tables. */

#include "csv_check.h"

#include "failure.h"

#include <errno.h>
#include <string.h>

/* A reader of one text. */
struct reader {
    const char *path, *at, *end;
    guint line;
};

static gboolean complain(const struct reader *reader, const char *what, GError **error)
{
    return failure(error, STATUS_INPUT, "%s:%u: %s", reader->path, reader->line, what);
}

/* To the end of a quoted cell: behind its last quote, or NULL. */
static const char *quoted_end(const char *at, const char *end)
{
    for (at++; at < end; at++)
        if (*at == '"') {
            if (at + 1 == end || at[1] != '"')
                return at + 1;
            at++;
        }
    return NULL;
}

/* The next cell of the line, from `*from` on; the reader stands at the comma or the newline behind it. */
static gboolean next_cell(struct reader *reader, const char **from, GError **error)
{
    *from = reader->at;
    if (reader->at < reader->end && *reader->at == '"') {
        const char *behind = quoted_end(reader->at, reader->end);
        if (!behind)
            return complain(reader, "a quote has no end", error);
        reader->at = behind;
    }
    while (reader->at < reader->end && *reader->at != ',' && *reader->at != '\n')
        reader->at++;
    if (reader->at == reader->end)
        return complain(reader, "the line has no end; the file is not whole", error);
    return TRUE;
}

/* A line's cells are counted; its names go into `names` unless that is NULL. */
static gboolean next_line(struct reader *reader, GHashTable *names, guint *cells, GError **error)
{
    for (*cells = 0;;) {
        const char *from;
        if (!next_cell(reader, &from, error))
            return FALSE;
        ++*cells;
        if (names) {
            char *name = g_strndup(from, (gsize)(reader->at - from));
            gboolean empty = *name == '\0';
            if (!g_hash_table_add(names, name) || empty)
                return complain(reader, empty ? "a column has no name" : "two columns have one name", error);
        }
        if (*reader->at++ == '\n')
            return TRUE;
    }
}

static gboolean is_text(struct reader *reader, GError **error)
{
    const char *stray = memchr(reader->at, '\0', (gsize)(reader->end - reader->at));
    for (const char *at = reader->at; stray && at < stray; at++)
        reader->line += *at == '\n';
    return !stray || complain(reader, "a byte 0 is no text", error);
}

gboolean csv_check_text(const char *path, const char *text, gsize length, GError **error)
{
    struct reader reader = {.path = path, .at = text, .end = text + length, .line = 1};
    if (length == 0)
        return complain(&reader, "the file is empty; needed: a table with a header", error);
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    guint columns, cells;
    if (!is_text(&reader, error) || !next_line(&reader, names, &columns, error))
        return FALSE;
    for (reader.line++; reader.at < reader.end; reader.line++) {
        if (!next_line(&reader, NULL, &cells, error))
            return FALSE;
        if (cells != columns)
            return failure(error, STATUS_INPUT, "%s:%u: %u cells; needed: %u, as in the header", path,
                           reader.line, cells, columns);
    }
    return TRUE;
}

gboolean csv_check(const char *path, GError **error)
{
    g_autofree char *text = NULL;
    gsize length;
    if (!g_file_test(path, G_FILE_TEST_IS_REGULAR)) /* a pipe would be waited for */
        return failure(error, STATUS_INPUT, "%s: is no regular file; needed: a CSV file", path);
    if (!g_file_get_contents(path, &text, &length, NULL))
        return failure(error, STATUS_INPUT, "%s: cannot be read: %s", path, g_strerror(errno));
    return csv_check_text(path, text, length, error);
}
