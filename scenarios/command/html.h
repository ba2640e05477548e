/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_HTML_H
#define COMMAND_HTML_H

/* Text into HTML: whatever it holds, it is shown and nothing else. */

#include <glib.h>

/* Append what the format says; its texts (%s) are escaped, the format itself is markup. Characters that no page may hold
 * appear as U+FFFD. */
void html_put(GString *page, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* A number as a table shows it: whole ones whole, others with four digits that count; "–" where there is none. The
 * caller frees with g_free. */
char *html_number(double value);

#endif
