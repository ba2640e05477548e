/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The instants of the scenario by Lindley's recursion, and what a program may not say else. */

#include "compare.h"
#include "failure.h"

#include <inttypes.h>

static struct peer_arrivals recurse(const struct peers_scale *scale, uint64_t intervals)
{
    struct peer_arrivals arrivals = {0};
    uint64_t *free_ps = g_new0(uint64_t, scale->streams); /* when each port's link is free */
    for (uint64_t k = 0; k < intervals; k++) {
        uint64_t in_ps = k * PEER_INTERVAL_PS;
        for (uint32_t n = 0; n < scale->per_interval; n++)
            for (uint32_t i = 0; i < scale->streams; i++) {
                in_ps += PEER_LINK_PS;
                free_ps[i] = MAX(free_ps[i], in_ps) + PEER_PORT_PS;
                peer_arrived(&arrivals, i, free_ps[i]);
            }
    }
    g_free(free_ps);
    return arrivals;
}

const struct peer_arrivals *peers_expect(struct peers_report *report, guint scale, uint64_t intervals)
{
    for (guint i = 0; i < report->expected->len; i++) {
        const struct peers_expected *known = &g_array_index(report->expected, struct peers_expected, i);
        if (known->scale == scale && known->intervals == intervals)
            return &known->arrivals;
    }
    const struct peers_expected expected = {
        .scale = scale, .intervals = intervals, .arrivals = recurse(&peers_scales[scale], intervals)};
    g_array_append_val(report->expected, expected);
    return &g_array_index(report->expected, struct peers_expected, report->expected->len - 1).arrivals;
}

gboolean peers_check(struct peers_report *report, const struct peers_result *result, uint64_t intervals,
                     const struct peer_arrivals *arrivals, GError **error)
{
    const struct peer_arrivals *expected = peers_expect(report, result->scale, intervals);
    g_autofree char *name = peers_name(result->row, result->scale);
    if (arrivals->packets != expected->packets)
        return failure(error, STATUS_FAILED,
                       "weft-bench-peers: %s: %" PRIu64 " packets arrive, the scenario has %" PRIu64, name,
                       arrivals->packets, expected->packets);
    if (result->row->counts_only ||
        (arrivals->last_ps == expected->last_ps && arrivals->sum_ps == expected->sum_ps &&
         arrivals->weighted_ps == expected->weighted_ps))
        return TRUE;
    return failure(error, STATUS_FAILED,
                   "weft-bench-peers: %s: instants differ from the scenario's: last %" PRIu64
                   " ps for %" PRIu64 ", sums %" PRIu64 " for %" PRIu64 " and %" PRIu64 " for %" PRIu64,
                   name, arrivals->last_ps, expected->last_ps, arrivals->sum_ps, expected->sum_ps,
                   arrivals->weighted_ps, expected->weighted_ps);
}
