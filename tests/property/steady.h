/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TESTS_STEADY_H
#define WEFT_TESTS_STEADY_H

/* Random scenarios with friendly numbers: whole packets in an interval, so that most come into a steady state. */

#include "lab.h"

/* A function of the seed. */
struct lab *steady_lab(guint32 seed);

#endif
