/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_SATURATION_H
#define COMMAND_SATURATION_H

/* When a server's CPU had more to do than there was time, and how that is said. */

#include "summary.h"

/* Calls came late for want of CPU, and not only by chance: a core was busy for at least 99 % of [warmup, duration), or a call began
 * at least an interval late. */
bool saturation_is(const struct weft_setup *setup, const struct weft_host_counters *counters);

/* "37 writes were late, calls slip by up to 12 ms" of all servers that were saturated; NULL: none was. The caller frees with g_free. */
char *saturation_words(const struct summary *summary);
/* "main (and 2 more)": the saturated server whose calls slip most; NULL: none was. Likewise. */
char *saturation_servers(const struct plan *plan, const struct run_result *result);

#endif
