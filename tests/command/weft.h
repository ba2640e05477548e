/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TESTS_COMMAND_WEFT_H
#define WEFT_TESTS_COMMAND_WEFT_H

/* The command as a user runs it: the built program in a directory of the test's own. */

#include <glib.h>

struct said {
    int status; /* exit status; -1: killed by a signal */
    char *out, *err;
};

/* Run weft with the arguments (the list ends with NULL) in `directory`. */
struct said weft(const char *directory, ...) G_GNUC_NULL_TERMINATED;
struct said weft_with(const char *directory, char **environment, const char *const *arguments);
void said_clear(struct said *said);

/* Exit status and output, one line each where there is an error; printed if it is not so. */
void assert_good(const struct said *said);
/* Exit status `status`, nothing on standard output, and exactly one line on standard error, which matches
 * `regex`. */
void assert_bad(const struct said *said, int status, const char *regex);

/* A directory for a test, and its end with all that is in it. */
char *scratch_new(void);
void scratch_free(char *directory);
/* Write a file there. The caller frees the path with g_free. */
char *scratch_file(const char *directory, const char *name, const char *text);
/* What a file there holds. The caller frees with g_free. */
char *scratch_text(const char *directory, const char *name);
/* Names in the directory, hidden ones too, sorted and joined by spaces. The caller frees with g_free. */
char *scratch_names(const char *directory);

/* A path in the source tree. The caller frees with g_free. */
char *source_path(const char *name);
/* What that file holds. The caller frees with g_free. */
char *source_text(const char *name);

#endif
