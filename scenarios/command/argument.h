/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_ARGUMENT_H
#define COMMAND_ARGUMENT_H

/* Arguments of choices, as in `chunk:16`: read, written and described by what their row says of them. `argument` may be
 * NULL where a table's rows take none. */

#include "weft/argument.h"

/* Reads what stands behind the colon, NULL: nothing does. Returns NULL or what is wrong with "`what`" (the caller frees with
 * g_free); then `*out` is untouched. */
char *argument_parse(const struct weft_argument *argument, const char *what, const char *text, uint64_t *out);

/* "chunk:16", or the name alone where no argument was given. The caller frees with g_free. */
char *argument_format(const struct weft_argument *argument, const char *name, uint64_t value);

/* How the choice is written: "chunk:COUNT", "drr[:SIZE]", or the name. The caller frees with g_free. */
char *argument_form(const struct weft_argument *argument, const char *name);

/* What the argument may be, as "COUNT from 1 to 9"; NULL if there is none. The caller frees with g_free. */
char *argument_help(const struct weft_argument *argument);

#endif
