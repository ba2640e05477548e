/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tables of scales, observers and cases. */

#include "cases.h"

#include <string.h>

#define INTERVAL_PS       (WEFT_PS_PER_S / 10)
#define QUICK_INTERVAL_PS (WEFT_PS_PER_S / 100)
enum { PAYLOAD_BYTES = 1316, QUICK_PACKETS = 10000, MOST_COUNTED_STREAMS = 10000 };

#define GBPS     UINT64_C(1000000000)
#define LINK_BPS (10 * GBPS)

/* In `1000-limit` and `1000-shared` limits are looked at and never reached; in `1000-thresholds` they are, since ports are slower than
 * their streams' bursts. */
const struct bench_scale bench_scales[] = {
    {"8", NULL, 8, 1, 1, LINK_BPS, 540000000, GBPS, .fewer = 1, .quick = true},
    {"64", NULL, 64, 1, 1, LINK_BPS, 67200000, GBPS / 10, .fewer = 1, .quick = true},
    {"1000", NULL, 1000, 1, 1, LINK_BPS, 4300000, GBPS / 10, .fewer = 1, .quick = true},
    {"1000-8-servers", "a link of 1.25 Gbit/s each", 1000, 8, 1, LINK_BPS / 8, 4300000, GBPS / 10, .fewer = 1,
     .quick = true},
    {"64-servers", "1,000 streams, a link of 156 Mbit/s each", 1000, 64, 1, LINK_BPS / 64, 4300000, GBPS / 10,
     .fewer = 2, .quick = true},
    {"1000-applications", "1,000 streams of one server", 1000, 1, 1000, LINK_BPS, 4300000, GBPS / 10,
     .fewer = 10, .quick = true},
    {"1000-media", "all carry one file in memory", 1000, 1, 1, LINK_BPS, 4300000, GBPS / 10, .fewer = 1,
     .quick = true, .media = true},
    {"1000-limit", "1 MB a port, never full", 1000, 1, 1, LINK_BPS, 4300000, GBPS / 10, .fewer = 1,
     .quick = true, .set = {"switch.buffer=1 MB"}},
    {"1000-shared", "a pool of 100 MB, dynamic thresholds that no port reaches", 1000, 1, 1, LINK_BPS,
     4300000, GBPS / 10, .fewer = 1, .quick = true, .set = {"switch.shared=100 MB"}},
    {"1000-thresholds",
     "ports of 5 Mbit/s fill a pool of 28 MB, dynamic thresholds (alpha 1) drop 1 % of the packets", 1000, 1,
     1, LINK_BPS, 4300000, GBPS / 200, .fewer = 1, .quick = true, .drops = true,
     .set = {"switch.shared=28 MB", "switch.alpha=1"}},
    {"1000-leaf-spine",
     "two servers of 5 Gbit/s on one leaf of four, two spines: every packet meets three switches", 1000, 2, 1,
     LINK_BPS / 2, 4300000, GBPS / 10, .fewer = 2, .quick = true, .scenario = WEFT_BENCH_LEAF_SPINE,
     .set = {"device.a.count=334", "device.b.count=333", "device.c.count=333"}},
    {"10000", NULL, 10000, 1, 1, LINK_BPS, 430000, GBPS / 10, .fewer = 1},
    {"10000-phases", "streams begin at random phases: quantities of a call differ", 10000, 1, 1, LINK_BPS,
     430000, GBPS / 10, .fewer = 1, .phases = true},
    {"10000-8-servers", "4 Mbit/s of 1,280 B, a link of 10 Gbit/s each, an interval of 81.92 ms", 10000, 8, 1,
     LINK_BPS, 4000000, GBPS / 10, .fewer = 1, .payload_bytes = 1280, .interval_ps = UINT64_C(81920000000)},
    {"100000",
     "a link of 1 Tbit/s and a processor of 10 GHz, so that neither is saturated (45 and 50 % busy)", 100000,
     1, 1, 1000 * GBPS, 4300000, GBPS / 10, .fewer = 1, .set = {"server.cpu=10 GHz"}},
    {0},
};

const struct bench_observers bench_observers[] = {
    {.name = "none", .packets = 4000000},
    {.name = "metrics", .metrics = true, .packets = 4000000},
    {.name = "timing", .timing = true, .packets = 4000000},
    {.name = "playout", .playout = true, .packets = 4000000},
    {.name = "full", .metrics = true, .timing = true, .playout = true, .packets = 4000000},
    {.name = "full-payload",
     .metrics = true,
     .timing = true,
     .playout = true,
     .payload = true,
     .packets = 4000000},
    {.name = "full-capture",
     .metrics = true,
     .timing = true,
     .playout = true,
     .payload = true,
     .capture = true,
     .packets = 400000},
    {.name = "payload", .payload = true, .packets = 100000},
    {.name = "trace", .trace = true, .packets = 1500000},
    {.name = "capture", .capture = true, .packets = 100000},
    {.name = "all",
     .metrics = true,
     .timing = true,
     .playout = true,
     .payload = true,
     .trace = true,
     .packets = 100000},
    {0},
};

/* What is measured: every scale and observer of a row, on every back end of it. Glob patterns, separated by spaces. Where each
 * hop of a packet is an event of a simulator, observers hardly matter and fewer packets are enough; orders are the engine's alone. */
static const struct bench_row {
    const char *backends, *method, *order, *scales, *observers;
    uint32_t fewer;
    bool counted; /* but where an interval alone would take a minute under callgrind */
} rows[] = {
    {"reference", "interleaved", NULL,
     "8 64 1000 10000 100000 *-servers 1000-limit 1000-shared 1000-thresholds 1000-leaf-spine",
     "none metrics full", 1, true},
    {"reference", "interleaved", NULL, "1000 10000", "timing playout payload trace capture all", 1, false},
    {"reference simgrid", "interleaved", NULL, "1000-media", "none full full-*", 1, false},
    {"reference simgrid", "interleaved", NULL, "1000-applications", "none full", 1, false},
    {"reference simgrid", "per-packet", NULL, "1000", "none full", 10, false},
    {"reference", "interleaved", NULL, "10000-phases", "none", 1, false},
    {"reference", "interleaved-smooth", NULL, "10000 10000-phases", "none", 1, false},
    {"reference", "interleaved-drr", "drr", "10000 10000-phases", "none", 1, false},
    {"reference", "interleaved-swrr", "swrr", "10000 10000-phases", "none", 1, false},
    {"reference", "interleaved-deadline", "deadline", "10000 10000-phases", "none", 1, false},
    {"reference", "interleaved-random", "random", "10000 10000-phases", "none", 1, false},
    {"simgrid", "interleaved", NULL, "8 64 1000 10000 100000 *-servers 1000-thresholds", "none metrics full",
     1, true},
    {"simgrid", "interleaved", NULL, "1000", "payload trace", 1, false},
    {"simgrid-packet ns3 ns3-p2p", "interleaved", NULL, "8 64 1000 10000", "none full", 40, false},
};

static bool matches_any(const char *patterns, const char *name)
{
    g_auto(GStrv) pattern = g_strsplit(patterns, " ", -1);
    for (char **at = pattern; *at; at++)
        if (g_pattern_match_simple(*at, name))
            return true;
    return false;
}

static void add_case(GArray *cases, const struct bench_row *row, struct bench_case what, const char *only)
{
    g_autofree char *name = bench_case_name(&what);
    if (!matches_any(row->scales, what.scale->name) || !matches_any(row->observers, what.observers->name) ||
        (what.quick && !what.scale->quick) || (only && !g_pattern_match_simple(only, name)))
        return;
    what.counted = row->counted && what.scale->streams <= MOST_COUNTED_STREAMS;
    what.packets = what.quick ? QUICK_PACKETS : what.observers->packets / (row->fewer * what.scale->fewer);
    g_array_append_val(cases, what);
}

static void add_row(GArray *cases, const struct bench_row *row, struct bench_case what, const char *only)
{
    for (what.scale = bench_scales; what.scale->name; what.scale++)
        for (what.observers = bench_observers; what.observers->name; what.observers++)
            add_case(cases, row, what, only);
}

GArray *bench_cases(bool quick, const char *only)
{
    GArray *cases = g_array_new(FALSE, FALSE, sizeof(struct bench_case));
    for (size_t b = 0; backends[b]; b++)
        for (size_t r = 0; backend_check(backends[b], NULL) && r < G_N_ELEMENTS(rows); r++)
            if (matches_any(rows[r].backends, backends[b]->name))
                add_row(cases, &rows[r],
                        (struct bench_case){.backend = backends[b],
                                            .method = rows[r].method,
                                            .order = rows[r].order,
                                            .quick = quick},
                        only);
    return cases;
}

char *bench_case_name(const struct bench_case *what)
{
    return g_strdup_printf("%s/%s/%s/%s", what->backend->name, what->method, what->scale->name,
                           what->observers->name);
}

uint32_t bench_payload_bytes(const struct bench_scale *scale)
{
    return scale->payload_bytes ? scale->payload_bytes : PAYLOAD_BYTES;
}

weft_ps bench_interval_ps(const struct bench_case *what)
{
    if (what->quick)
        return QUICK_INTERVAL_PS;
    return what->scale->interval_ps ? what->scale->interval_ps : INTERVAL_PS;
}

weft_ps bench_warmup_ps(const struct bench_case *what)
{
    return BENCH_WARMUP_INTERVALS * bench_interval_ps(what);
}

/* Whole intervals: each has the same work, whatever the number of packets that were wanted. But for the first ones, in which
 * observers come upon what they keep for the first time: of one or two they would be much of what is timed. */
weft_ps bench_duration_ps(const struct bench_case *what)
{
    weft_u128 bits = (weft_u128)what->scale->streams * what->scale->stream_bps * bench_interval_ps(what);
    uint64_t per_interval =
        (uint64_t)(bits / WEFT_PS_PER_S) / (8 * (uint64_t)bench_payload_bytes(what->scale));
    uint64_t intervals = (what->packets + per_interval - 1) / per_interval;
    if (intervals < BENCH_LEAST_INTERVALS && !what->quick)
        intervals = BENCH_LEAST_INTERVALS;
    return bench_warmup_ps(what) + intervals * bench_interval_ps(what);
}
