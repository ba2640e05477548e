/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What runs, how often, and what it is compared with. */

#include "compare.h"

#include "series.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The small run's size of the large one's; and of a quick run the large one's. */
enum { SMALLER = 5, QUICKER = 50 };

static void clear_result(void *data)
{
    struct peers_result *result = data;
    g_array_unref(result->ns_per_packet);
    g_array_unref(result->slope_ns);
    g_array_unref(result->startup_ms);
    g_array_unref(result->cpu_share);
    g_array_unref(result->peak_bytes);
}

static void add_result(struct peers_report *report, const struct peers_row *row, guint scale)
{
    const struct peers_scale *size = &peers_scales[scale];
    uint64_t per_interval = (uint64_t)size->streams * size->per_interval;
    uint64_t packets = (uint64_t)row->kilopackets[scale] * 1000 / (report->quick ? QUICKER : 1);
    uint64_t large = MAX(packets / per_interval, 2);
    const struct peers_result result = {.row = row,
                                        .scale = scale,
                                        .small_intervals = MAX(large / SMALLER, 1),
                                        .large_intervals = large,
                                        .packets = large * per_interval,
                                        .ns_per_packet = series_new(),
                                        .slope_ns = series_new(),
                                        .startup_ms = series_new(),
                                        .cpu_share = series_new(),
                                        .peak_bytes = series_new()};
    g_array_append_val(report->results, result);
}

static bool matches(const struct peers_row *row, guint scale, const char *only)
{
    g_autofree char *name = peers_name(row, scale);
    g_auto(GStrv) pattern = g_strsplit(only ? only : "*", "|", -1);
    for (char **at = pattern; *at; at++)
        if (g_pattern_match_simple(*at, name))
            return true;
    return false;
}

static bool scale_matches(guint scale, const char *only)
{
    for (const struct peers_row *row = peers_rows; row->name; row++)
        if (peers_built(row) && matches(row, scale, only))
            return true;
    return false;
}

void peers_report_init(struct peers_report *report, gboolean quick, const char *only)
{
    *report = (struct peers_report){
        .quick = quick, .ns3_version = WEFT_PEERS_NS3, .simgrid_version = WEFT_PEERS_SIMGRID};
    machine_init(&report->machine);
    report->results = g_array_new(FALSE, TRUE, sizeof(struct peers_result));
    report->trials = g_array_new(FALSE, TRUE, sizeof(struct peers_trial));
    report->expected = g_array_new(FALSE, TRUE, sizeof(struct peers_expected));
    report->not_built = g_ptr_array_new();
    g_array_set_clear_func(report->results, clear_result);
    for (const struct peers_row *row = peers_rows; row->name; row++)
        if (!peers_built(row))
            g_ptr_array_add(report->not_built, (gpointer)row->name);
    for (guint scale = 0; scale < PEERS_SCALES; scale++)
        for (const struct peers_row *row = peers_rows; row->name && scale_matches(scale, only); row++)
            if (peers_built(row) && (row->backend || matches(row, scale, only)))
                add_result(report, row, scale);
}

void peers_report_clear(struct peers_report *report)
{
    machine_clear(&report->machine);
    g_array_unref(report->results);
    g_array_unref(report->trials);
    g_array_unref(report->expected);
    g_ptr_array_unref(report->not_built);
}

static gboolean run(struct peers_report *report, const struct peers_result *result, uint64_t intervals,
                    struct peers_run *sample, GError **error)
{
    return peers_run(result->row, &result->choice, result->scale, intervals, sample, error) &&
           peers_check(report, result, intervals, &sample->arrivals, error);
}

static gboolean measure(struct peers_report *report, struct peers_result *result, GError **error)
{
    struct peers_run small, large;
    if (!run(report, result, result->small_intervals, &small, error) ||
        !run(report, result, result->large_intervals, &large, error))
        return FALSE;
    double small_packets = (double)small.arrivals.packets, packets = (double)large.arrivals.packets;
    double slope_ns = (large.cpu_ns - small.cpu_ns) / (packets - small_packets);
    series_add(result->ns_per_packet, large.cpu_ns / packets);
    series_add(result->slope_ns, slope_ns);
    series_add(result->startup_ms, (small.cpu_ns - slope_ns * small_packets) / 1e6);
    series_add(result->cpu_share, large.cpu_ns / large.wall_ns);
    series_add(result->peak_bytes, (double)large.peak_bytes);
    return TRUE;
}

gboolean peers_rounds(struct peers_report *report, GError **error)
{
    gboolean good = TRUE;
    for (gint round = 0; good && round < report->rounds; round++) {
        if (!report->quick)
            fprintf(stderr, "round %d of %d\n", round + 1, report->rounds);
        for (guint i = 0; good && i < report->results->len; i++)
            good = measure(report, &g_array_index(report->results, struct peers_result, i), error);
    }
    return good;
}

/* What a packet costs without start-up, where there is more than one interval. */
static gboolean try_once(struct peers_report *report, const struct peers_result *result,
                         double *ns_per_packet, GError **error)
{
    struct peers_run least = {0}, sample;
    if ((result->small_intervals > 1 && !run(report, result, 1, &least, error)) ||
        !run(report, result, result->small_intervals, &sample, error))
        return FALSE;
    *ns_per_packet =
        (sample.cpu_ns - least.cpu_ns) / (double)(sample.arrivals.packets - least.arrivals.packets);
    return TRUE;
}

/* The better of two: what else the machine does only ever adds. What is far from the best is not tried again. */
static gboolean try_value(struct peers_report *report, const struct peers_result *result, double best_ns,
                          double *ns_per_packet, GError **error)
{
    double again_ns;
    if (!try_once(report, result, ns_per_packet, error))
        return FALSE;
    if (best_ns > 0 && *ns_per_packet > 1.2 * best_ns)
        return TRUE;
    if (!try_once(report, result, &again_ns, error))
        return FALSE;
    *ns_per_packet = MIN(*ns_per_packet, again_ns);
    return TRUE;
}

static bool installed(const struct peers_axis *axis, guint value)
{
    g_autofree char *path = axis->key || value == 0 ? NULL : peers_preload(axis->value[value]);
    return axis->key || value == 0 || path;
}

/* `*ns_per_packet` is what the choice so far costs, 0 if that is not known: with value 0 it stays what it is. */
static gboolean tune_axis(struct peers_report *report, struct peers_result *result, guint axis,
                          double *ns_per_packet, GError **error)
{
    const struct peers_axis *what = result->row->axis[axis];
    guint best = 0;
    for (guint value = 0; what->value[value]; value++) {
        struct peers_trial trial = {result->row, result->scale, axis, value, value == 0 ? *ns_per_packet : 0};
        result->choice.value[axis] = value;
        if (trial.ns_per_packet == 0 && installed(what, value) &&
            !try_value(report, result, *ns_per_packet, &trial.ns_per_packet, error))
            return FALSE;
        if (value == 0 || (trial.ns_per_packet > 0 && trial.ns_per_packet < *ns_per_packet)) {
            best = value;
            *ns_per_packet = trial.ns_per_packet;
        }
        g_array_append_val(report->trials, trial);
    }
    result->choice.value[axis] = best;
    return TRUE;
}

static gboolean tune(struct peers_report *report, struct peers_result *result, GError **error)
{
    gboolean good = TRUE;
    double ns_per_packet = 0;
    for (guint axis = 0; good && result->row->axis[axis]; axis++)
        good = tune_axis(report, result, axis, &ns_per_packet, error);
    return good;
}

gboolean peers_tune(struct peers_report *report, GError **error)
{
    gboolean good = TRUE;
    for (guint i = 0; report->tune && good && i < report->results->len; i++) {
        struct peers_result *result = &g_array_index(report->results, struct peers_result, i);
        g_autofree char *name = peers_name(result->row, result->scale);
        if (result->row->axis[0] && !report->quick)
            fprintf(stderr, "tune %s\n", name);
        good = tune(report, result, error);
    }
    return good;
}

const struct peers_result *peers_weft(const struct peers_report *report, const char *name, guint scale)
{
    for (guint i = 0; i < report->results->len; i++) {
        const struct peers_result *result = &g_array_index(report->results, struct peers_result, i);
        if (result->scale == scale && result->row->backend && strcmp(result->row->name, name) == 0)
            return result;
    }
    return NULL;
}

GArray *peers_ratios(const struct peers_result *result, const struct peers_result *weft, gboolean slopes)
{
    const GArray *own = slopes ? result->slope_ns : result->ns_per_packet;
    const GArray *other = slopes ? weft->slope_ns : weft->ns_per_packet;
    GArray *ratios = series_new();
    for (guint i = 0; i < own->len; i++)
        series_add(ratios, g_array_index(own, double, i) / g_array_index(other, double, i));
    return ratios;
}
