/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_OUTCOME_H
#define BENCH_OUTCOME_H

/* For tests: a program is run to its end, where it may do everything or where the machine refuses it something. */

#include <glib.h>

struct outcome {
    int status;
    char *out, *err; /* what it said */
};

/* Run `program` with `options` in `directory` (NULL: here), after `set_up(data)` in the child (NULL: nothing), and wait. It must end by
 * itself. The caller clears the outcome. */
struct outcome outcome_of(const char *directory, const char *program, const char *const *options,
                          GSpawnChildSetupFunc set_up, gpointer data);
void outcome_clear(struct outcome *outcome);

/* To be set up: no network namespace may be had, by root's right or in a user namespace. */
void outcome_without_namespaces(gpointer unused);
/* Likewise: a capability, GUINT_TO_POINTER(CAP_...), may not be had but within a user namespace. An ordinary user has none anyway. */
void outcome_without_capability(gpointer capability);

#endif
