/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_SWEEP_PROGRESS_H
#define COMMAND_SWEEP_PROGRESS_H

/* How far a sweep is, in words. */

#include <glib.h>

/* `done` of `todo` points have come to an end, `failed` of them badly, in `elapsed_us` of a clock that only goes forward. The caller frees with g_free. */
char *sweep_progress_text(guint done, guint todo, guint failed, gint64 elapsed_us);

#endif
