/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_CALLGRIND_H
#define BENCH_CALLGRIND_H

/* Instructions that the driver executes, counted by valgrind's callgrind: the same each time, whatever else the machine
 * does. */

#include "parts.h"
#include "paths.h"

#include <stdint.h>

struct instructions {
    uint64_t packets;
    uint64_t count[PARTS];
    uint64_t all;
};
/* Of a file that callgrind wrote without compressed names: all that ran in it, by the parts of the driver's files. FALSE and an
 * error if it is none, or names a file that belongs to no part. */
gboolean callgrind_read(const char *path, const char *program, struct instructions *out, GError **error);

/* Runs this program's `--child` under callgrind and fills `out[i]` for each paths[i] whose name matches `only` (NULL: all). FALSE
 * and an error. */
gboolean callgrind_measure(const char *only, struct instructions *out, GError **error);
/* What the child does: calls of each such path, with a dump after those that count. FALSE where it was built without valgrind's
 * header. */
gboolean callgrind_child(const char *only);

#endif
