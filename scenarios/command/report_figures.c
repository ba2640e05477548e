/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Figures in the page: those that weft plot would draw. */

#include "report.h"

#include "figures.h"
#include "html.h"
#include "svg_inline.h"

#include <stdio.h>
#include <string.h>

static bool is_input(const struct figure *figure, const char *file)
{
    return g_strv_contains(figure->inputs, file);
}

/* Its text was made to stand on colours, and would not on those of a dark page. */
static bool has_text_on_colours(const struct figure *figure)
{
    return strcmp(figure->name, "timeline") == 0;
}

static gboolean put_picture(struct report *report, const struct figure *figure, const char *file,
                            GBytes *picture, GError **error)
{
    g_autofree char *prefix = g_strdup_printf("f%u-", report->drawn->len);
    GString *page = report->page;
    gsize before = page->len;
    html_put(page,
             "<figure id=\"figure-%s\">\n<div class=\"scroll %s\" tabindex=\"0\" role=\"group\" "
             "aria-label=\"Figure: %s\">\n",
             figure->name, has_text_on_colours(figure) ? "fig card" : "fig", figure->question);
    gsize begin = page->len;
    if (!svg_inline(page, picture, prefix, figure->question, error))
        return FALSE;
    if (page->len - begin > REPORT_PICTURE_MOST) {
        g_string_truncate(page, before);
        html_put(
            page,
            "<p class=\"note\">The figure <code>%s</code> is too large for this page; <code>weft plot</code> "
            "draws it.</p>\n",
            figure->name);
        return TRUE;
    }
    html_put(page, "</div>\n<figcaption>Figure <code>%s</code>, made of ", figure->name);
    report_link(report, file);
    g_string_append(page, "; its numbers are in the table below.</figcaption>\n</figure>\n");
    g_ptr_array_add(report->drawn, (void *)figure);
    return TRUE;
}

gboolean report_figures(struct report *report, const char *file, GError **error)
{
    g_autofree char *path = report_path(report, file);
    for (const struct figure *figure = figure_table; figure->name; figure++) {
        g_autoptr(GBytes) picture = NULL;
        if (!is_input(figure, file) || g_ptr_array_find(report->drawn, figure, NULL))
            continue;
        if (!figure_picture(figure, path, "svg", &picture, error) ||
            (picture && !put_picture(report, figure, file, picture, error)))
            return FALSE;
    }
    return TRUE;
}
