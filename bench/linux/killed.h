/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_KILLED_H
#define BENCH_KILLED_H

/* For tests: a program is killed, and nothing may be left of it. */

#include <glib.h>

/* Run a program, send it a signal after so long, and assert that soon neither a process of its family is left, nor a namespace that one
 * of them had, nor a link of weft's among the test's own. Returns how many namespaces it had when it was killed: none, and it was
 * not killed midway. Orphans come to the test from now on. */
guint killed_after(const char *const *argv, int signal_number, gulong after_us);
/* The same as soon as it has a namespace, if that is within 10 s. */
guint killed_midway(const char *const *argv, int signal_number);

#endif
