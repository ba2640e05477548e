/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TESTS_COMMAND_AGREED_H
#define WEFT_TESTS_COMMAND_AGREED_H

/* weft agree on all back ends that are built, looked at. */

#include <glib.h>

/* How many hops were compared, of all runs and of back end `reference`; dropped: those that were the last, without a device. */
struct agreed {
    guint64 hops, dropped;
    guint others; /* back ends besides the first */
};

/* Run it with the arguments (the list ends with NULL) in `directory`, which must show that all agree, and that nobody was
 * left out but who is not built or may refuse a scenario. */
struct agreed assert_agrees(const char *directory, const char *const *arguments);

#endif
