/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TEST_METRICS_SAME_H
#define WEFT_TEST_METRICS_SAME_H

#include "weft/metrics.h"
#include "weft/setup.h"

/* All results of two observers are the same, byte for byte; an error names the first that is not. Not `finished`: how long
 * ports held how many is not compared, which is complete at the end only. */
void metrics_assert_same(const struct weft_metrics *is, const struct weft_metrics *must,
                         const struct weft_setup *setup, bool finished);

#endif
