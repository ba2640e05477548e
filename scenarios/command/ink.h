/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_INK_H
#define COMMAND_INK_H

/* What the colours of figures become in a page: dark enough on a light page, light enough on a dark one. A colour of plots/ that is not
 * here would be shown as it is; a test finds it. */

#include <glib.h>

struct ink {
    const char *drawn; /* by gnuplot, as #rrggbb */
    /* On the light page: lines and areas have a contrast of 3 at least, text of 4.5. On the dark page both have 4.5. Helpers, which only lead
     * the eye, are faint in both. */
    const char *light_line, *light_text, *dark;
    gboolean helper;
};
extern const struct ink inks[]; /* ends with NULL */

#define PAPER_LIGHT "#ffffff"
#define PAPER_DARK  "#15181c"

/* Append the rules of a style sheet, for figures of class fig; one of class card, too, stays as on the light page. */
void ink_rules(GString *style);

#endif
