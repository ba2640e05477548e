/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_CHILD_H
#define COMMAND_CHILD_H

/* A child process that does one piece of work and ends. It is killed when its parent ends, and what it prints is kept
 * aside: a failure says one line. */

#include <glib.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/types.h>

struct child {
    pid_t pid;
    int said;  /* what it prints */
    int alive; /* a pipe that hangs up when it ends */
};

/* Begin `work(context)` in a child, which ends with status 0 if that returns true, else 1. FALSE and an error: there is
 * none. This process must have one thread. Ends with child_reap(). */
gboolean child_start(struct child *child, bool (*work)(void *context), void *context, GError **error);
/* Wait for its end: how it ended (as waitpid() says; never success if that cannot be known), and what it used (NULL:
 * nobody asks). */
int child_reap(struct child *child, struct rusage *used);
/* Let go of what a reaped child printed. Where someone looks for a fault it is shown first if the child `failed`. */
void child_clear(struct child *child, bool failed);

/* How a child ended that did not end well ("killed by signal 9 (Killed)"), or NULL. The caller frees with g_free. */
char *child_fault(int ended);
/* What its simulator said before it ended: the first line that begins with WEFT_PLATFORM_SAYS, without that and its
 * end-of-line; or NULL. The caller frees with g_free. Before child_clear(). */
char *child_last_words(const struct child *child);
/* As child_fault() of a reaped child, and behind it what child_last_words() says. */
char *child_reason(const struct child *child, int ended);

#endif
