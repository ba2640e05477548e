/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_SWITCH_REPORT_H
#define BENCH_SWITCH_REPORT_H

/* The lab's results as a table, as CSV (a line a port of a repeat) and in JSON. */

#include "switch_lab.h"

#include <json-glib/json-glib.h>

/* The caller frees with g_free. */
char *switch_report_table(const struct switch_result *result);
char *switch_report_csv(const struct switch_result *result);
/* Member "switch" of the object that is being built. */
void switch_report_json(JsonBuilder *builder, const struct switch_result *result);

#endif
