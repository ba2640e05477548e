/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_LAUNCH_WATCH_H
#define COMMAND_LAUNCH_WATCH_H

/* Waiting for results that others write. */

#include "launch.h"
#include "sweep_progress.h"

#include <signal.h>

struct watch {
    const struct launch *launch;
    GArray *left; /* of guint: points that have no result */
    guint failed; /* how many of them have a failure */
    struct sweep_clock clock;
    sigset_t before; /* while it lasts, signals that end a process and SIGCHLD come by watch_wait() only */
};

void watch_begin(struct watch *watch, const struct launch *launch);
void watch_end(struct watch *watch);

/* Look at the directory again. FALSE and an error if it cannot be read. */
gboolean watch_look(struct watch *watch, GError **error);
/* Points that have neither result nor failure. */
guint watch_missing(const struct watch *watch);
/* On a terminal, how far it is; `more` is added. */
void watch_tell(struct watch *watch, const char *more);

/* Wait so long, or until a child ends: 0. Else the signal that is to end this process: say what is to be said, then watch_die(). */
int watch_wait(const struct watch *watch, int ms);
void watch_die(struct watch *watch, int signal) G_GNUC_NORETURN;

#endif
