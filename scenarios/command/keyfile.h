/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_KEYFILE_H
#define COMMAND_KEYFILE_H

/* GLib key files with line numbers and without second chances: a group or key given twice is an error. */

#include <glib.h>

struct keyfile_entry {
    char *key, *value;
    int line;
};
struct keyfile_group {
    char *name;
    int line;
    GPtrArray *entries; /* of struct keyfile_entry, in file order */
};

/* Groups of the file in order, or NULL and an error "PATH:LINE: ...". The caller unrefs. */
GPtrArray *keyfile_read(const char *path, GError **error);

#endif
