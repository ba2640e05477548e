/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_FIGURES_H
#define COMMAND_FIGURES_H

/* Drawing figures: gnuplot runs a script of plots/ on a result file. */

#include "figure_table.h"

#include <glib.h>

/* What pictures are drawn as: the third argument of a script, and the end of a file's name. Ends with NULL. */
extern const char *const figure_formats[];

/* A picture of the table in the file `input`, in memory: `*picture`, which the caller unrefs, or NULL where the table has
 * nothing that the figure shows. FALSE and an error if gnuplot is not there or says why it cannot. */
gboolean figure_picture(const struct figure *figure, const char *input, const char *format, GBytes **picture,
                        GError **error);

/* The same as files NAME.FORMAT of `directory`, which is made if it is missing; `formats` ends with NULL. `*drawn`: whether
 * there was something to show; if not, older pictures of these names go. */
gboolean figure_draw(const struct figure *figure, const char *input, const char *const *formats,
                     const char *directory, gboolean *drawn, GError **error);

/* Whether all of `names`, which ends with NULL, are figures; the first that is none is an error, said to be of `where`. */
gboolean figures_check(const char *where, const char *const *names, GError **error);

/* Draw figures of `directory`/`csv` there, as SVG and PNG. One that has nothing to show is left out with a line on standard
 * error. */
gboolean figures_draw(const char *directory, const char *csv, const char *const *names, GError **error);

#endif
