/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_LINUX_VALIDATE_H
#define BENCH_LINUX_VALIDATE_H

/* `weft validate`, as the command asks the module for it (linux_tools.h). */

#include "linux_tools.h"

gboolean linux_validate(const struct linux_check *check, struct linux_validation *validation, GError **error);

#endif
