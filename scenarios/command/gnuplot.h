/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_GNUPLOT_H
#define COMMAND_GNUPLOT_H

/* gnuplot as a child process. */

#include <glib.h>

/* What plots/NAME.gp makes of `input` in `format`: `*picture`, which the caller unrefs, or NULL where the script says that
 * it has nothing to show. FALSE and an error of one line if gnuplot is not there, or fails. */
gboolean gnuplot_run(const char *name, const char *input, const char *format, GBytes **picture,
                     GError **error);

#endif
