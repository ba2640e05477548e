/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_LAUNCH_PARALLEL_H
#define COMMAND_LAUNCH_PARALLEL_H

/* Hosts that GNU parallel reaches by ssh. */

#include "launch.h"

struct parallel_hosts {
    char *logins; /* for --sshlogin, with numbers of jobs; NULL: this machine */
    guint jobs;   /* that run at once on all of them */
};

/* Ask each host whether it sees the directory and what weft it has. FALSE and an error that names the first host that will not do. The caller clears
 * either way. */
gboolean parallel_hosts_find(const struct launch *launch, struct parallel_hosts *hosts, GError **error);
void parallel_hosts_clear(struct parallel_hosts *hosts);

/* The environment for GNU parallel: its ssh asks nothing and gives up a host that is silent for a minute, unless PARALLEL_SSH says otherwise. The
 * caller frees with g_strfreev. */
char **parallel_environment(void);

#endif
