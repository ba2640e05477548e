/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_DEVICE_BUFFER_H
#define COMMAND_DEVICE_BUFFER_H

/* How full devices' buffers are, method beside method: device-buffer.csv and its figure. */

#include "comparison_runs.h"

/* Run those of the comparison's methods that the figure shows, on its first back end, sizes only, at the scenario's own
 * interval, and write `directory`/device-buffer.csv. Nothing if none is among them. */
gboolean device_buffer_write(const struct comparison *comparison, const char *directory, GError **error);
/* Draw it, unless there is nothing in it. */
gboolean device_buffer_draw(const struct comparison *comparison, const char *directory, GError **error);

#endif
