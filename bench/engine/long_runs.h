/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_LONG_RUNS_H
#define BENCH_LONG_RUNS_H

/* Many streams, for long, by the command itself: `weft run scenarios/city.ini`, a process a run, with all that it measures. */

#include <glib.h>
#include <stdint.h>

struct bench_long_run {
    const char *name, *help;
    const char *argument[16]; /* of `weft run`, after the scenario; ends with NULL */
};
extern const struct bench_long_run bench_long_runs[]; /* ends with a NULL name */

struct bench_long_sample {
    uint64_t packets, delivered;
    double cpu_s, wall_s; /* of the whole process */
    uint64_t peak_bytes;
};

/* Runs the `weft` beside this program, which prints its summary. `*result`, unless NULL, is the JSON that it then also writes, which takes
 * far more memory than the run; the caller frees with g_free. FALSE and an error, and no result, if it does not end well. */
gboolean bench_long_run(const char *const *argument, struct bench_long_sample *sample, char **result,
                        GError **error);

#endif
