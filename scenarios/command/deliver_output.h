/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_DELIVER_OUTPUT_H
#define COMMAND_DELIVER_OUTPUT_H

/* The files of what is delivered: one a stream, named after it. */

#include "outset.h"
#include "plan.h"

/* Can it be delivered? FALSE and an error where packets have no headers. */
gboolean deliver_output_check(const struct plan *plan, const struct scenario *scenario, GError **error);
/* Open a file a stream in `directory`. NULL and an error. */
struct outset *deliver_output_open(const struct plan *plan, const char *directory, GError **error);

#endif
