/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_SWEEP_SIGNALS_H
#define COMMAND_SWEEP_SIGNALS_H

/* Signals that are to end a sweep (SIGINT, SIGTERM, SIGHUP), held back until it can say where it was. */

#include <signal.h>

struct sweep_signals {
    int fd; /* to be polled for reading: a signal came; -1: none is held back */
    sigset_t before;
};

/* Hold them back in this process and in its children from now on; those that are ignored stay so. Ends with sweep_signals_let(). */
void sweep_signals_hold(struct sweep_signals *signals);
/* The number of a signal that came, which has no effect then; 0: none did. Does not wait. */
int sweep_signals_take(const struct sweep_signals *signals);
/* As it was before: a signal that came and was not taken has its effect now. */
void sweep_signals_let(struct sweep_signals *signals);

#endif
