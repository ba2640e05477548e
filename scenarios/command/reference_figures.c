/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The reference of figures. */

#include "reference.h"

#include "figure_table.h"

static const char figures_words[] =
    "`weft plot DIR` draws all figures that fit what is in a directory of results, as SVG, PNG and PDF; "
    "`--figure`,\n"
    "`--format` and `--out` choose. A figure is a gnuplot script that also runs alone, on any file of the "
    "same columns:\n"
    "\n"
    "    gnuplot -c plots/NAME.gp INPUT OUTPUT svg|png|pdf\n"
    "\n"
    "It ends with status 4 where the file has nothing that it shows, for instance because another key is "
    "varied. Where a\n"
    "scenario has replications bars are 95 % confidence intervals. A PDF of a full-size figure is 7.3 inches "
    "wide, with text\n"
    "of 7.6 points. Of several files the first that is there and fits is drawn.\n"
    "\n"
    "This page is made from the table in `scenarios/command/figure_table.c`: `weft list figures` prints the "
    "same.";

void reference_figures(struct page *page)
{
    static const char *const heads[] = {"figure", "question", "made of", "which comes from", NULL};
    if (page->markdown) {
        page_heading(page, 1, "Figures");
        page_words(page, figures_words);
    }
    struct table *table = table_new();
    for (const struct figure *figure = figure_table; figure->name; figure++) {
        g_autofree char *inputs = g_strjoinv(", ", (char **)figure->inputs);
        table_row(table);
        table_cell(table, "%s", figure->name);
        table_cell(table, "%s", figure->question);
        table_cell(table, "%s", inputs);
        table_cell(table, "%s", figure->needs);
    }
    page_table(page, heads, 1, table);
}
