/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_GUARDS_H
#define BENCH_GUARDS_H

/* What a packet may cost: a table of cases with the instructions that they took when the table was last renewed. */

#include <glib.h>

/* Counts each case anew and prints a line of each. FALSE and an error that says how to renew the table, if any takes over 5 % more. */
gboolean bench_guards_check(GError **error);

#endif
