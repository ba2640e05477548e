/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_SWEEP_PROGRESS_H
#define COMMAND_SWEEP_PROGRESS_H

/* How far a sweep is, in words, and on a terminal. */

#include <glib.h>

/* `done` of `todo` points have come to an end, `failed` of them badly, in `elapsed_us` of a clock that only goes forward. The caller frees with g_free. */
char *sweep_progress_text(guint done, guint todo, guint failed, gint64 elapsed_us);

/* A line of standard error that is written over and over; `more` is added to it, or NULL. */
struct sweep_clock {
    guint todo;
    gint64 began_us;
    int width; /* of what was said last */
};
struct sweep_clock sweep_clock_begin(guint todo);
void sweep_clock_tell(struct sweep_clock *clock, guint done, guint failed, const char *more);
void sweep_clock_end(struct sweep_clock *clock);

#endif
