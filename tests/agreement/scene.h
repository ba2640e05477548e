/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TEST_SCENE_H
#define WEFT_TEST_SCENE_H

/* Setups on which back ends are compared. Every node has a name of its own. */

#include "lab.h"

/* Six streams a server of about 10 Mbit/s each, spread over its applications; an interval of 40 ms, so that a
 * call has more than 64 packets; six ports of 100 Mbit/s, each shared by a stream of every server. */
struct lab *scene_new(uint32_t servers, uint32_t applications);

/* lab_random() with a method, or each axis of one on its own, warm-up and latency; half of them with port limits, links that
 * go down and devices that go off; half of them lab_spread() over several switches, with background traffic. All of it is a
 * function of the seed. */
struct lab *scene_of(guint32 seed);
/* Of a seed that g_test_rand_int() gives. */
struct lab *scene_random(void);

#endif
