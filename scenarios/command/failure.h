/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_FAILURE_H
#define COMMAND_FAILURE_H

/* Exit status and the one line that goes with it. A GError of this domain carries the status as its code. */

#include <glib.h>

/* STATUS_SIGNAL + number: a signal is to end the process, which was held back until there was nothing left to lose. */
enum { STATUS_OK = 0, STATUS_FAILED = 1, STATUS_INPUT = 2, STATUS_SIGNAL = 128 };

#define FAILURE failure_quark()
GQuark failure_quark(void);

/* Set `*error` (which must be NULL) and return FALSE, so that `return failure(...)` is one line. */
gboolean failure(GError **error, int status, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Print the error as one line on standard error, free it, return the exit status. */
int failure_report(GError *error);

#endif
