/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_LINUX_REPORT_H
#define BENCH_LINUX_REPORT_H

/* What was delivered and measured, for people and for programs. */

#include "delivery.h"
#include "machine.h"
#include "measurement.h"
#include "switch_lab.h"

struct report {
    struct machine machine;
    struct switch_result *switch_lab; /* likewise */
    const struct delivery *delivery;  /* NULL: not asked for */
    struct measurement *measurement;  /* likewise */
};

/* The caller frees with g_free. */
char *linux_report_table(const struct report *report);
char *linux_report_json(const struct report *report, gsize *length);

#endif
