/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signals as a descriptor: children inherit that they are held back, and so live until their parent ends them. */

#include "sweep_signals.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

static const int ending[] = {SIGINT, SIGTERM, SIGHUP};

void sweep_signals_hold(struct sweep_signals *signals)
{
    struct sigaction action;
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++)
        if (sigaction(ending[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
            sigaddset(&set, ending[i]);
    *signals = (struct sweep_signals){.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)};
    if (signals->fd >= 0)
        sigprocmask(SIG_BLOCK, &set, &signals->before);
}

int sweep_signals_take(const struct sweep_signals *signals)
{
    struct signalfd_siginfo info;
    bool came = signals->fd >= 0 && read(signals->fd, &info, sizeof info) == (ssize_t)sizeof info;
    return came ? (int)info.ssi_signo : 0;
}

void sweep_signals_let(struct sweep_signals *signals)
{
    if (signals->fd < 0)
        return;
    close(signals->fd);
    signals->fd = -1;
    sigprocmask(SIG_SETMASK, &signals->before, NULL);
}
