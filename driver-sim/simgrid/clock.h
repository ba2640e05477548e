/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_SIMGRID_CLOCK_H
#define WEFT_SIMGRID_CLOCK_H

/* SimGrid's clock beside the model's instants. */

#include "weft/base.h"

#include <simgrid/engine.h>

/* How far apart SimGrid's clock and an instant may be. Its dates are doubles of seconds, 2^-53 of which are rounded, and sums
 * of two or three; the model's instants are rounded to whole picoseconds. */
static inline double weft_simgrid_clock_slack_ps(weft_ps at_ps)
{
    return 1 + (double)at_ps * 0x1p-50;
}

/* Whether it is at_ps by SimGrid's clock, which may besides be `precision_ps` off. */
static inline bool weft_simgrid_clock_is(weft_ps at_ps, double precision_ps)
{
    double off_ps = simgrid_get_clock() * (double)WEFT_PS_PER_S - (double)at_ps,
           slack_ps = weft_simgrid_clock_slack_ps(at_ps) + precision_ps;
    return off_ps <= slack_ps && -off_ps <= slack_ps;
}

#endif
