/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

/* The commands of `weft`, a row each, and what they share. */

#include "failure.h"
#include "media.h"
#include "scenario.h"

struct command {
    const char *name, *arguments, *help;
    const char *notes; /* what its help says below the options; NULL: nothing */
    int (*run)(const struct command *command, int argc, char **argv); /* argv[0] is the command's name */
};
extern const struct command command_run, command_compare, command_sweep, command_size, command_agree,
    command_calibrate, command_validate, command_plot, command_report, command_list;

/* Read options (a NULL-ended table) and arguments. TRUE: go on with `*arguments` (the caller frees with
 * g_strfreev), at least `least` and at most `most` of them. FALSE: over, with exit status `*status`; help or
 * an error was printed. */
gboolean command_options(const struct command *command, const GOptionEntry *entries, int argc, char **argv,
                         guint least, guint most, char ***arguments, int *status);

/* A scenario with what the command line says about it: `set` (GROUP.KEY=VALUE, ...), `seed` and `method` may
 * be NULL; `no_skip` as of --no-skip. */
struct scenario *command_scenario(const char *path, char **set, const char *seed, const char *method,
                                  bool no_skip, GError **error);

/* The option of commands that run scenarios, a gboolean at `to`. */
#define NO_SKIP_OPTION(to)                                                                                   \
    {                                                                                                        \
        "no-skip", 0, 0, G_OPTION_ARG_NONE, to,                                                              \
            "Simulate every packet, also of periods that a steady state repeats; results are the same", NULL \
    }

/* How many runs at once an option asks for; NULL: as many as there are processors. */
gboolean command_jobs(const char *text, guint *jobs, GError **error);
#define JOBS_HELP "Do so many runs at once; results do not depend on it [processors]"
/* Say on a terminal how many of several runs are done; `context` is nobody's. */
void command_progress(void *context, guint done, guint runs);
/* The same where nobody knows how many there will be. 0: it is over. */
void command_progress_count(guint done);

/* Print to standard output; FALSE and an error if it is closed or full. */
gboolean command_print(const char *text, GError **error);

#endif
