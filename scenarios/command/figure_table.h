/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_FIGURE_TABLE_H
#define COMMAND_FIGURE_TABLE_H

/* The table of figures, a row a script in plots/. */

enum { FIGURE_INPUTS = 3 };

struct figure {
    const char *name;     /* its script is plots/NAME.gp, its pictures NAME.svg, ... */
    const char *question; /* its title */
    const char *inputs[FIGURE_INPUTS +
                       1]; /* files that it is made of, each alone; the first that is there and fits */
    const char *needs;     /* where these come from, and what must be in them */
};

extern const struct figure figure_table[]; /* ends with a NULL name */

/* NULL: there is none of this name. */
const struct figure *figure_find(const char *name);

#endif
