/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_ORACLE_PERIODIC_RUN_H
#define WEFT_ORACLE_PERIODIC_RUN_H

/* How long a port has more than so much left to do, in runs of periodic streams. */

#include "weft/backend.h"

/* A packet of each stream in a period. The port is empty once in each as D > N, so from the second one on all are alike; the
 * fourth is looked at. */
#define PERIOD_PS UINT64_C(8000000000)
enum { PERIODS = 5, STREAMS_MAX = 32 };

/* For what share of the period the port has more work than `least_ps`, in a run on `reference`; `both`: and, the same to
 * the last bit (asserted), on `simgrid` where it is built. */
double periodic_share(const struct weft_setup *setup, double least_ps, bool both);

#endif
