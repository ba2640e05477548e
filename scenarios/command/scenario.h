/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_SCENARIO_H
#define COMMAND_SCENARIO_H

/* A scenario as it was written: groups, values and where each value came from, so that every complaint can
 * say where. */

#include "keys.h"
#include "platform.h"

#include <glib.h>

/* One value as given. */
struct given {
    char *text;           /* NULL: not given */
    const char *option;   /* the option it came with, or NULL: a file */
    const char *platform; /* where in the platform it stands, or NULL: it is in the scenario's file */
    int line;
};

struct section {
    enum group_kind kind;
    char *name;           /* NULL for groups without */
    int line;             /* of its header; 0: not in the file */
    const char *platform; /* where in the platform the host is, or NULL: there is none */
    struct given *given;  /* by key row */
    union group_values values;
};

struct scenario {
    char *path;
    GPtrArray *sections;       /* of struct section, in file order */
    GPtrArray *replaced;       /* texts that were given before, which plans may hold */
    struct platform *platform; /* that scenario.platform names; NULL: none */
    bool no_skip;              /* not of the file: --no-skip, on which no result depends */
};

/* NULL and an error if the file cannot be used. The caller frees. */
struct scenario *scenario_load(const char *path, GError **error);
void scenario_free(struct scenario *scenario);

/* A key of a kind of groups. NULL and an error, begun by `where`, that says which there are. */
const struct key_row *scenario_find_key(enum group_kind kind, const char *name, const char *where,
                                        GError **error);

/* GROUP.KEY=VALUE as from `option` ("--set", static): GROUP is a kind (all its groups), "kind.NAME" or "kind
 * NAME". */
gboolean scenario_assign(struct scenario *scenario, const char *option, const char *assignment,
                         GError **error);
/* The same of a text that is put together. */
gboolean scenario_assign_format(struct scenario *scenario, const char *option, GError **error,
                                const char *format, ...) G_GNUC_PRINTF(4, 5);
/* The same with the parts apart, for one of the groups that have no name. */
gboolean scenario_set(struct scenario *scenario, const char *option, enum group_kind kind, const char *key,
                      const char *value, GError **error);

/* Set an error about `key` of `section`, located where its value was given, else at its group. Returns FALSE.
 */
gboolean scenario_complain(const struct scenario *scenario, const struct section *section, const char *key,
                           GError **error, const char *format, ...) G_GNUC_PRINTF(5, 6);

/* The only section of a kind without names; the first of a kind with names, or NULL. */
struct section *scenario_section(const struct scenario *scenario, enum group_kind kind);
/* Where the only section of the kind is given the key: "FILE:LINE", or the option. The caller frees with g_free. */
char *section_place(const struct scenario *scenario, enum group_kind kind, const char *key);
/* A file that the scenario names: relative to the scenario's directory. The caller frees with g_free. */
char *scenario_file(const struct scenario *scenario, const char *file);
/* The file that a group's values name, as they name it, or NULL. */
const char *section_file(enum group_kind kind, const union group_values *values);
/* The option that gave the key, or NULL: the file or nobody did. */
const char *section_option(const struct section *section, const char *key);
/* Was the key given, in the file or on the command line? */
gboolean section_gives(const struct section *section, const char *key);

#endif
