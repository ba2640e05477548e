/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_CSV_H
#define COMMAND_CSV_H

/* Whole tables, as csv_check() wants them, in memory. */

#include <glib.h>

struct csv {
    char **titles; /* ends with NULL */
    guint columns;
    GPtrArray *rows; /* of char **, `columns` cells each */
};

/* NULL and an error that names file and line. The caller frees. */
struct csv *csv_read(const char *path, GError **error);
void csv_free(struct csv *csv);

/* The column of this title; -1: there is none. */
int csv_column(const struct csv *csv, const char *title);
const char *csv_cell(const struct csv *csv, guint row, guint column);
/* The cell as a number; NAN where it is none. */
double csv_number(const struct csv *csv, guint row, guint column);

#endif
