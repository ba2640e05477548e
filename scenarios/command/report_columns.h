/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_REPORT_COLUMNS_H
#define COMMAND_REPORT_COLUMNS_H

/* How columns of results are shown. */

#include <glib.h>
#include <stdbool.h>

struct report_column {
    const char *name; /* in the CSV file */
    const char *head, *unit;
    double factor;  /* from the file's unit to this one */
    bool is_key;    /* says what a row is about: where all rows agree it is said once instead */
    bool is_little; /* the less the better: the least is marked */
    bool is_hidden;
};

/* The row of a column; NULL: it is shown as it is called. */
const struct report_column *report_column_find(const char *name);

#endif
