/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TESTS_STEADY_H
#define WEFT_TESTS_STEADY_H

/* Random scenarios with friendly numbers: whole packets in an interval, so that most come into a steady state. */

#include "lab.h"

/* A function of the seed. */
struct lab *steady_lab(guint32 seed);
/* The same where servers send evenly over the interval, so densely that something is always on its way where an interval begins:
 * the last packets, or interrupts that they ask for. */
struct lab *steady_paced_lab(guint32 seed);

#endif
