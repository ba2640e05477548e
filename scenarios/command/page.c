/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pages: one content, three shapes. */

#include "page.h"

#include "wrap.h"

/* A line between two parts. */
static void part(struct page *page)
{
    if (page->text->len > 0)
        g_string_append_c(page->text, '\n');
}

void page_heading(struct page *page, guint level, const char *title)
{
    part(page);
    for (guint i = 0; page->markdown && i < level; i++)
        g_string_append_c(page->text, '#');
    g_string_append_printf(page->text, "%s%s\n", page->markdown ? " " : "", title);
}

void page_words(struct page *page, const char *words)
{
    part(page);
    if (page->markdown || page->tsv) {
        g_string_append_printf(page->text, "%s\n", words);
        return;
    }
    g_autoptr(GPtrArray) lines = wrap_lines(words, page->width);
    for (guint i = 0; i < lines->len; i++)
        g_string_append_printf(page->text, "%s\n", (const char *)g_ptr_array_index(lines, i));
}

void page_heads(const struct page *page, const char *const *heads, struct table *table)
{
    if (page->markdown)
        return;
    table_row(table);
    for (; *heads; heads++)
        table_cell(table, "%s", *heads);
}

void page_table(struct page *page, const char *const *heads, guint names, struct table *table)
{
    part(page);
    g_autofree char *text = page->markdown ? table_markdown(table, heads, names)
                            : page->tsv    ? table_tsv(table)
                                           : wrap_table(table, page->width);
    g_string_append(page->text, text);
    table_free(table);
}
