/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_TABLE_H
#define COMMAND_TABLE_H

/* Aligned text tables, and the same cells as CSV. */

#include <glib.h>

struct table;
struct table *table_new(void);
void table_free(struct table *table);

/* Begin a row; then add its cells. */
void table_row(struct table *table);
void table_cell(struct table *table, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* How many rows there are, and the cells, of char *, of one. */
guint table_rows(const struct table *table);
const GPtrArray *table_cells(const struct table *table, guint row);

/* Columns two spaces apart; the first `left` ones (and the last, if `left_last`) are set left, the others
 * right. The caller frees with g_free. */
char *table_text(const struct table *table, guint left, gboolean left_last);
/* A Markdown table; `heads` names the columns and ends with NULL, cells of the first `names` columns are set as code.
 * The caller frees with g_free. */
char *table_markdown(const struct table *table, const char *const *heads, guint names);
/* A line a row, cells separated by tabs; they must hold no tab or newline. The caller frees with g_free. */
char *table_tsv(const struct table *table);
/* Cells must hold no comma, quote or newline. The caller frees with g_free. */
char *table_csv(const struct table *table);

#endif
