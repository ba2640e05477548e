/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_VARIATION_H
#define COMMAND_VARIATION_H

/* One key of a scenario that takes one value after the other. */

#include "media.h"
#include "scenario.h"

struct variation_value {
    char *text;
    double number;             /* in base units; NAN: the value is no quantity */
    struct scenario *scenario; /* with the value set */
};

struct variation {
    char *key;                       /* GROUP.KEY */
    char *origin;                    /* where it was asked for: an option, or FILE:LINE */
    const struct quantity *quantity; /* of the key; NULL: it has none */
    GArray *values;                  /* of struct variation_value, in the order given */
};

/* What makes a scenario with everything that the command line sets but the varied key. The caller frees it. */
typedef struct scenario *variation_load(const void *how, GError **error);

/* The variation that `assignment` ("GROUP.KEY=A,B,...", from `option`) or else [compare] of `scenario` asks for, with a
 * scenario for each value, each of which has been planned once: no value turns out to be wrong after others have run.
 * `*out` is NULL if neither asks for one. The caller frees. */
gboolean variation_new(const struct scenario *scenario, const char *option, const char *assignment,
                       variation_load *load, const void *how, struct media_library *media,
                       struct variation **out, GError **error);
/* NULL is legal. */
void variation_free(struct variation *variation);

/* The row of "GROUP.KEY" or "GROUP.NAME.KEY", or NULL: then assigning it says what is wrong. */
const struct key_row *variation_row(const char *key);
/* What numbers among the values of a key are; NULL: it has none, or there is no row. */
const struct quantity *variation_quantity(const struct key_row *row);

#endif
