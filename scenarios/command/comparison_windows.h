/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_COMPARISON_WINDOWS_H
#define COMMAND_COMPARISON_WINDOWS_H

/* Files that show a short window of runs, method beside method: device-buffer.csv and timeline.csv. The runs are those of the
 * comparison, on its first back end, of replications the first. They may run side by side: each writes into a place of its own,
 * and these are put one after the other at the end. */

#include "comparison_runs.h"

/* Places for the comparison's methods, which it borrows. NULL and an error. The caller frees. */
struct comparison_windows *comparison_windows_new(const struct comparison *comparison, GError **error);
void comparison_windows_free(struct comparison_windows *windows);

/* What is asked of a run besides: the request has setup and back end. It points into `windows`. */
void comparison_windows_ask(struct comparison_windows *windows, struct run_request *request);

/* After the runs: the files, but those that no method of the comparison is shown in. */
gboolean comparison_windows_write(const struct comparison_windows *windows, const char *directory,
                                  GError **error);

#endif
