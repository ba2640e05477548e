/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_ROUNDS_H
#define BENCH_ROUNDS_H

/* Everything that a report is made of is run here, each run in a process of its own. */

#include "report.h"

/* Repetitions go round all limits and cases, so that a slow minute of the machine meets every case once and not one case always. FALSE
 * and an error. */
gboolean rounds_time(struct report *report, GError **error);

/* Instructions of the cases that have them counted. */
gboolean rounds_count(struct report *report, GError **error);

/* The long runs that were asked for, in at most 3 rounds. */
gboolean rounds_long(struct report *report, GError **error);

/* The peers, tuned first, but for quick reports. */
gboolean rounds_peers(struct report *report, GError **error);

#endif
