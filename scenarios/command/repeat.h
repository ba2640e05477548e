/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_REPEAT_H
#define COMMAND_REPEAT_H

/* What it takes to have the results of a directory again: the command, the files that it reads, and digests of what came out, so
 * that who repeats it can compare. Written beside the results as NAME-repeat.json, schema weft-repeat/1. */

#include "command.h"

struct repeat;

/* A command line as its options were read (`entries` point to them), without what says only where results go or how many
 * work on them. `directory` is where results go; NULL: nowhere, and NULL is returned, which all functions take. The caller frees. */
struct repeat *repeat_new(const struct command *command, const GOptionEntry *entries, const char *directory);
void repeat_free(struct repeat *repeat);

/* The command reads this file, which is read now: it may be another one when the results are there. `named`: what another file or an
 * option calls it; NULL: it is the command's argument. FALSE and an error if it cannot be read. */
gboolean repeat_file(struct repeat *repeat, const char *path, const char *named, GError **error);
/* The same of a scenario, and of all files that it names; and of its question, unless there is one already. */
gboolean repeat_scenario(struct repeat *repeat, const struct scenario *scenario, const char *named,
                         GError **error);
void repeat_question(struct repeat *repeat, const char *question);

/* Write NAME-repeat.json; `results` are the names of what came out (ends with NULL), of which those are meant that are there. */
gboolean repeat_write(const struct repeat *repeat, const char *name, const char *const *results,
                      GError **error);

#endif
