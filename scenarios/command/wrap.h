/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_WRAP_H
#define COMMAND_WRAP_H

/* Words set into lines, for people: a width is a number of characters. */

#include "table.h"

/* The lines, of char *, into which the words of a text go; there is one at least. A word wider than a line is broken. The
 * caller unrefs. */
GPtrArray *wrap_lines(const char *text, glong width);

/* A table set left whose cells are wrapped so that lines are no longer than `width`, first in the emptiest columns. Where even
 * that is too wide the columns come in several parts, each with the first one. The caller frees with g_free. */
char *wrap_table(const struct table *table, glong width);

/* How wide the terminal is that standard output goes to; 100 if it goes elsewhere. */
glong wrap_width(void);

#endif
