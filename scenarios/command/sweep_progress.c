/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rate and time left. */

#include "sweep_progress.h"

#include "time_text.h"

#include <stdio.h>
#include <string.h>

char *sweep_progress_text(guint done, guint todo, guint failed, gint64 elapsed_us)
{
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "%u of %u points done", done, todo);
    if (done > 0 && elapsed_us > 0) {
        double rate = done * 1e6 / (double)elapsed_us;
        g_autofree char *left = time_text((todo > done ? todo - done : 0) / rate);
        g_string_append_printf(text, rate < 100 ? ", %.3g a second, %s left" : ", %.0f a second, %s left",
                               rate, left);
    }
    if (failed > 0)
        g_string_append_printf(text, ", %u failed", failed);
    return g_string_free(text, FALSE);
}

struct sweep_clock sweep_clock_begin(guint todo)
{
    return (struct sweep_clock){.todo = todo, .began_us = g_get_monotonic_time()};
}

void sweep_clock_tell(struct sweep_clock *clock, guint done, guint failed, const char *more)
{
    g_autofree char *how_far =
        sweep_progress_text(done, clock->todo, failed, g_get_monotonic_time() - clock->began_us);
    g_autofree char *text = g_strconcat(how_far, more ? "; " : "", more, NULL);
    int width = (int)strlen(text);
    fprintf(stderr, "\r%s%*s", text, MAX(clock->width - width, 0), "");
    clock->width = width;
    fflush(stderr);
}

void sweep_clock_end(struct sweep_clock *clock)
{
    if (clock->width > 0)
        fprintf(stderr, "\r%*s\r", clock->width, "");
    clock->width = 0;
}
