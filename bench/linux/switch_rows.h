/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_SWITCH_ROWS_H
#define BENCH_SWITCH_ROWS_H

/* All rows of the lab. */

#include "switch_lab.h"

/* Those whose names fit `only` (NULL: all), in order of uplinks. FALSE and an error where there is none. */
gboolean switch_rows(const char *only, uint32_t repeats, struct switch_result *out, GError **error);

#endif
