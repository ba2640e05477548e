/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_LINUX_CALIBRATE_H
#define BENCH_LINUX_CALIBRATE_H

/* `weft calibrate`, as the command asks the module for it (linux_tools.h). */

#include "linux_tools.h"

gboolean linux_calibrate(const struct linux_wish *wish, struct linux_calibration *calibration,
                         GError **error);

#endif
