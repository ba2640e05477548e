/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_SWITCH_MODEL_H
#define BENCH_SWITCH_MODEL_H

/* The lab's scenario as weft knows it, and what weft and theory say of it. Needs no root. */

#include "switch_lab.h"

/* The scenario file of a row. The caller frees with g_free. */
char *switch_scenario(const struct switch_case *what);
/* Run it by the reference back end, and ask theory. FALSE and an error. */
gboolean switch_predict(const struct switch_case *what, struct switch_prediction *out, GError **error);

#endif
