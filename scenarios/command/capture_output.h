/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_CAPTURE_OUTPUT_H
#define COMMAND_CAPTURE_OUTPUT_H

/* What the command line says about captures, and the files that come of it. */

#include "capture.h"
#include "scenario.h"

/* As given; NULL: not given. */
struct capture_options {
    char *pcap, *directory, *snap, *points;
};
void capture_options_clear(struct capture_options *options);

struct capture_output;
/* Read the options: into `*output` what is to be captured, NULL if nothing is. FALSE and an error. The caller frees
 * with capture_output_free(). */
gboolean capture_output_new(const struct capture_options *options, struct capture_output **output,
                            GError **error);
/* In the order of a run; `output` may be NULL: then nothing happens, and all is well.
 * plan:   can it be captured? Borrows the setup, which came of the scenario.
 * open:   open the files.
 * commit: put all of them in their places. */
gboolean capture_output_plan(struct capture_output *output, const struct scenario *scenario,
                             const struct weft_setup *setup, GError **error);
gboolean capture_output_open(struct capture_output *output, GError **error);
gboolean capture_output_commit(struct capture_output *output, GError **error);
/* What was not committed leaves nothing. NULL is legal. */
void capture_output_free(struct capture_output *output);

/* After open: what the observer needs; NULL: no capture. */
const struct capture_request *capture_output_request(const struct capture_output *output);

#endif
