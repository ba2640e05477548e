/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TEST_SATURATED_H
#define WEFT_TEST_SATURATED_H

/* A server whose core has more to do than there is time, for a while: four streams need about half of it, and two films from 100
 * to 250 ms as much again and more. */

#include "lab.h"

struct lab *saturated_lab(void);
/* What its recurrence says, held against a journal: call k begins at max(k T, end of call k - 1) and takes what its packets cost,
 * and every packet has the instants that follow, at its device too. */
void saturated_check(const struct weft_setup *setup, GBytes *journal);

#endif
