/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_PAGE_H
#define COMMAND_PAGE_H

/* What `weft list` prints: headings, paragraphs and tables, as text of a width, as Markdown, or with a line a row, its
 * cells separated by tabs. */

#include "table.h"

struct page {
    GString *text;
    gboolean markdown, tsv;
    glong width; /* of text */
};

void page_heading(struct page *page, guint level, const char *title);
/* A paragraph; its lines are kept as they are but for text. */
void page_words(struct page *page, const char *words);
/* Show the heads of a table that has no row yet outside Markdown too. */
void page_heads(const struct page *page, const char *const *heads, struct table *table);
/* `heads` names the columns, ends with NULL, and is shown in Markdown. Cells of the first `names` columns are
 * names. The table is freed. */
void page_table(struct page *page, const char *const *heads, guint names, struct table *table);

#endif
