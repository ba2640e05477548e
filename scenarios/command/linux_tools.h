/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_LINUX_TOOLS_H
#define COMMAND_LINUX_TOOLS_H

/* Measurements on this machine's Linux: a module (weft-linux.so), since it needs libraries of its own (netlink, io_uring). It works
 * in child processes, which own network namespaces; these and all in them go with the children, and the children with the command,
 * however it ends. */

#include "provenance.h"
#include "weft/cost.h"

#include <glib.h>

enum { LINUX_TOOLS_VERSION = 3, LINUX_ROUNDS_MOST = 1000 };

/* Told now and then, also from a child, what is done and how much of it. */
typedef void linux_progress(void *context, const char *what, guint done, guint of);

struct linux_wish {
    gboolean quick; /* few rounds: to see that it works, not to believe the numbers */
    guint rounds;   /* of weft validate over its points, 1 .. LINUX_ROUNDS_MOST; 0: as many as are usual */
    linux_progress *progress;
    void *context;
};

/* What comes out; texts are the caller's to free with g_free. */
struct linux_calibration {
    char *text;    /* tables for people */
    char *json;    /* "weft-calibrate/1" */
    char *profile; /* a profile file */
};

/* What is to be validated. */
struct linux_check {
    struct linux_wish wish;
    gboolean points, switch_; /* what a packet costs by many methods; what a switch's ports hold */
    /* Prices that were measured on this machine, and where they are from; NULL: it is calibrated first. */
    const struct weft_profile *profile;
    const struct provenance *measured; /* refused where machine or kernel are others */
};
/* Texts are the caller's to free with g_free; NULL of what was not looked at. */
struct linux_validation {
    char *text;                    /* tables for people */
    char *json;                    /* "weft-validate/1" */
    char *points_csv, *switch_csv; /* a line a point; a line a port of a repeat */
    char *broken; /* the limits that do not hold, in words; NULL: all hold, or nothing was judged */
};

struct linux_tools {
    uint32_t version; /* LINUX_TOOLS_VERSION */
    /* FALSE and an error: of STATUS_INPUT where the machine refuses what it takes. */
    gboolean (*calibrate)(const struct linux_wish *wish, struct linux_calibration *calibration,
                          GError **error);
    gboolean (*validate)(const struct linux_check *check, struct linux_validation *validation,
                         GError **error);
};
#define LINUX_TOOLS_MODULE  "weft-linux.so"
#define LINUX_TOOLS_SYMBOL  "weft_linux_tools"
#define LINUX_TOOLS_PACKAGE "libnl-route-3-dev and liburing-dev"
typedef const struct linux_tools *linux_tools_entry(void);

/* The module, for a command of this name. NULL and an error: not built, or of another version. */
const struct linux_tools *linux_tools_load(const char *command, GError **error);
/* Progress for people, a line that is written over: only on a terminal, since elsewhere it would be noise. */
linux_progress linux_tools_tell;

#endif
