/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_INSTRUCTIONS_H
#define BENCH_INSTRUCTIONS_H

/* Instructions that a packet takes, counted by valgrind's callgrind: the same each time, whatever else the machine does. The case
 * runs twice in a process of its own, for a few intervals and for some more. What the longer run takes more, over the packets
 * that it has more, is free of start-up and end. */

#include "cases.h"

/* FALSE: there is no valgrind. */
gboolean bench_instructions_known(void);

/* Of one case, both runs. FALSE and an error where valgrind is missing or a run fails. */
gboolean bench_instructions(const struct bench_case *what, double *per_packet, GError **error);

/* What runs under callgrind: the case for that long, in this process, and its packets printed. */
gboolean bench_instructions_child(const struct bench_case *what, const char *duration_ps, GError **error);

#endif
