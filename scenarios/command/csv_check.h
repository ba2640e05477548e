/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_CSV_CHECK_H
#define COMMAND_CSV_CHECK_H

/* Whether a file is a whole table, for who hands it on to a program that would pass over what is not. */

#include <glib.h>

/* A CSV file with a header whose names are not empty and differ, and in each row as many cells; a newline ends the last. Cells
 * may be quoted. FALSE and an error that names file and line. */
gboolean csv_check(const char *path, GError **error);

/* The same of `length` bytes of text, said to be of `path`. */
gboolean csv_check_text(const char *path, const char *text, gsize length, GError **error);

#endif
