/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_TIME_TEXT_H
#define COMMAND_TIME_TEXT_H

/* How long something takes, as a person says it: to be read, not exact (quantity_format() is). */

#include <glib.h>

/* "2 h 05 min", "3 min 20 s", "12 s", rounded up: as long will do. The caller frees with g_free. */
char *time_text(double seconds);
/* "59 min 59 s", "19.66 s", "480.25 ms", rounded down: at least as long. Below a minute two decimals. The caller frees with g_free. */
char *time_text_ps(guint64 ps);

#endif
