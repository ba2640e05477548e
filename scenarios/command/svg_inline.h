/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_SVG_INLINE_H
#define COMMAND_SVG_INLINE_H

/* A picture of gnuplot's as part of a page. */

#include <glib.h>

/* Append the SVG `picture` to a page. Only elements and attributes that draw something are taken over, nothing that runs, loads or links to
 * elsewhere; ids begin with `prefix`, so that they are the page's only ones; colours are written #rrggbb, so that a style sheet can
 * name them (ink.h). `title` is what a screen reader says of it. FALSE and an error: it is no SVG, or draws with something unknown. */
gboolean svg_inline(GString *page, GBytes *picture, const char *prefix, const char *title, GError **error);

/* A colour as SVG has it, "rgb(0, 114, 178)", "black", "#FFF": as #rrggbb; others ("none", "currentColor") as they are. The caller
 * frees with g_free. */
char *svg_colour(const char *text);

#endif
