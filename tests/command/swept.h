/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TESTS_COMMAND_SWEPT_H
#define WEFT_TESTS_COMMAND_SWEPT_H

/* A sweep `s.ini` of a tiny scenario, in a directory of its own, run by the command under test. */

#include "tiny.h"
#include "weft.h"

#include <stdbool.h>

/* 200 points: 5 x 5 values, 4 methods, 2 back ends. */
#define LARGE                                                                                                \
    "[sweep]\nscenario = tiny.ini\nmethods = per-packet, batched, interleaved, "                             \
    "interleaved-smooth\nbackends = reference, "                                                             \
    "apart\n[cross]\nstream.count = linear:1:9:5\n[zip way]\nstream.rate = linear:1 Mbit/s:5 "               \
    "Mbit/s:5\nwrite.interval = "                                                                            \
    "10 ms, 20 ms, 10 ms, 20 ms, 40 ms\n"

struct bench {
    char *directory;
};

/* With `sweep` as s.ini and TINY as tiny.ini. Ends with bench_clear(). */
struct bench bench_new(const char *sweep);
void bench_clear(struct bench *bench);
/* A path, what a file holds, a file written in place. The caller frees with g_free. */
char *path_of(const struct bench *bench, const char *name);
char *content_of(const struct bench *bench, const char *name);
void write_in(const struct bench *bench, const char *name, const char *data, gsize length);

/* The directories hold the same manifest and merged files, and nothing half written. */
void assert_same(const struct bench *bench, const char *a, const char *b);

/* weft sweep s.ini ARGUMENTS (separated by spaces): it ends well and says so on standard output; it ends with the status and one line. */
void run_good(const struct bench *bench, const char *regex, const char *arguments);
void run_bad(const struct bench *bench, int status, const char *regex, const char *arguments);
/* The same, started only. `setup` (NULL: nothing) is called in the child before; what it says goes nowhere unless that puts it somewhere. */
GPid start(const struct bench *bench, GSpawnChildSetupFunc setup, gpointer context, const char *arguments);
/* Such a setup: its output goes to files `stdout` and `stderr`. */
void to_files(gpointer data);
/* How a process ended, as waitpid() says. */
int await(GPid pid);
/* A file comes to be. */
void await_file(const struct bench *bench, const char *name);
/* How many points have results in a directory. */
guint results_in(const struct bench *bench, const char *directory);
/* How long a call that ends well takes. */
gint64 whole_us(const struct bench *bench, const char *regex, const char *arguments);

/* --- killed; the test is a subreaper (prctl) --- */

/* Orphans are this process's: none is left of a tree when all have been waited for. How many ended by a signal, or gave up because their parent was
 * gone. */
guint await_orphans(void);
/* What kills came upon. */
struct kills {
    guint working;  /* some points were run, others were not yet */
    guint children; /* processes besides the call itself */
    guint late;     /* it was done before */
};
/* The sweep of `points` points into `killed`, ended after so long by SIGKILL: the whole tree at once, or the call alone, with which its workers
 * end. True: it was still running. */
bool killed(const struct bench *bench, gint64 after_us, bool tree, guint points, struct kills *kills);
void remove_killed(const struct bench *bench);

#endif
