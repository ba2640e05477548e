/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_LAUNCH_PROGRAM_H
#define COMMAND_LAUNCH_PROGRAM_H

/* Other programs, found on the path. */

#include <glib.h>

/* FALSE and an error that says what to install. */
gboolean program_check(const char *program, const char *launcher, const char *package, GError **error);

/* Run it to its end, with nothing on its standard input. The caller frees `out` and `err` (each may be NULL: nobody asks) with g_free. FALSE and an
 * error: it could not be run. `status` as waitpid() says. */
gboolean program_run(const char *const *argv, char **environment, char **out, char **err, int *status,
                     GError **error);

/* Signals that this process holds back are let through in a child: a setup for g_spawn_async(). */
void program_let_signals(gpointer nobody);

/* The first line of what a program said that is not empty; changes the text. */
const char *program_words(char *said);

#endif
