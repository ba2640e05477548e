/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_RESULT_FILES_H
#define COMMAND_RESULT_FILES_H

/* What weft writes, file by file. Tables end with a NULL name or title. */

#include "result_fields.h"

struct result_file {
    const char *name, *help;
    const struct result_field *fields;
};
extern const struct result_file result_files[];

/* Members that come from a table of the model. */
struct result_members {
    const char *title, *help;
    const struct policy_table *rows;
};
extern const struct result_members result_members[];

#endif
