/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TESTS_COMMAND_SIZED_H
#define WEFT_TESTS_COMMAND_SIZED_H

/* What `weft size` says of scene.ini, and what `weft run` says of the same scene with one value. */

#include <json-glib/json-glib.h>
#include <stdbool.h>
#include <stdint.h>

#define SCENE                                                                                                \
    "[scenario]\nduration = 200 ms\n[server main]\nprofile = free\nlink = 1 Gbit/s\n[switch access]\n"       \
    "port = 100 Mbit/s\n"
#define SET(count)    "[device set]\ncount = " count "\n"
#define FILM(count)   "[stream film]\ncount = " count "\nrate = 4 Mbit/s\npayload = 1316 B\n"
#define WRITE(method) "[write]\ninterval = 40 ms\nmethod = " method "\n"

/* The answers of `weft size scene.ini --find WHAT` with up to four more arguments. The caller unrefs. */
JsonNode *sized(const char *directory, const char *what, const char *a, const char *b, const char *c,
                const char *d);
/* Of one method. */
JsonObject *sized_row(JsonNode *root, guint index);
/* 0 for null. */
uint64_t sized_number(JsonObject *row, const char *name);

/* A run with KEY=VALUE UNIT. */
struct sized_run {
    gint64 lost, late, saturated;
    double slip_us; /* how late the latest call began */
};
struct sized_run sized_run(const char *directory, const char *key, uint64_t value, const char *unit,
                           const char *method);

#endif
