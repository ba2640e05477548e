/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which scenarios there are, and how their repeats are judged. */

#include "switch_rows.h"

#include "failure.h"

#include <inttypes.h>

/* The first two are what is claimed; N r is 200 Mbit/s, where order alone is enough. */
static const uint64_t uplinks_bps[] = {250000000, 200000000, 1000000000, 0};
static const uint32_t buffers_packets[] = {0, 8, 16, 32}; /* the limited ones behind the first uplink only */

char *switch_case_name(const struct switch_case *what)
{
    g_autofree char *uplink =
        what->uplink_bps ? g_strdup_printf("%" PRIu64 "M", what->uplink_bps / 1000000) : g_strdup("unshaped");
    return what->buffer_packets
               ? g_strdup_printf("%s/%s/%" PRIu32, what->order->name, uplink, what->buffer_packets)
               : g_strdup_printf("%s/%s", what->order->name, uplink);
}

gboolean switch_case_judged(const struct switch_case *what)
{
    return what->uplink_bps > 0 && what->uplink_bps <= SWITCH_JUDGED_BPS && what->buffer_packets == 0;
}

static void add(struct switch_result *out, const struct switch_case *what, const char *only, uint32_t repeats)
{
    g_autofree char *name = switch_case_name(what);
    if (only && !g_pattern_match_simple(only, name))
        return;
    g_assert(out->rows < SWITCH_ROWS_MOST);
    out->row[out->rows].what = *what;
    out->row[out->rows].repeats = repeats;
    out->rows++;
}

gboolean switch_rows(const char *only, uint32_t repeats, struct switch_result *out, GError **error)
{
    out->rows = 0;
    for (guint b = 0; b < G_N_ELEMENTS(buffers_packets); b++)
        for (guint u = 0; u < (b ? 1 : G_N_ELEMENTS(uplinks_bps)); u++)
            for (const struct switch_order *order = switch_orders; order->name; order++)
                add(out,
                    &(struct switch_case){
                        .order = order, .uplink_bps = uplinks_bps[u], .buffer_packets = buffers_packets[b]},
                    only, repeats);
    return out->rows > 0 ||
           failure(error, STATUS_INPUT,
                   "switch lab: no row has a name as %s (they are as interleaved/250M, chunk:4/250M/8)",
                   only);
}

/* --- judgement --- */

static uint32_t difference(uint32_t a, uint32_t b)
{
    return a > b ? a - b : b - a;
}

uint32_t switch_repeat_error(const struct switch_row *row, const struct switch_repeat *repeat)
{
    uint32_t most = 0;
    for (guint i = 0; i < SWITCH_PORTS; i++)
        most = MAX(most, difference(repeat->peak[i], row->weft.peak[i]));
    return most;
}

uint32_t switch_repeat_sampled_error(const struct switch_row *row, const struct switch_repeat *repeat)
{
    uint32_t most = 0;
    for (guint i = 0; i < SWITCH_PORTS; i++) {
        uint32_t seen = repeat->sampled[i], foretold = row->weft.peak[i];
        if (seen > 0 || foretold > SWITCH_BUCKET_PACKETS)
            most = MAX(most, difference(seen + SWITCH_BUCKET_PACKETS, foretold));
    }
    return most;
}

struct switch_count switch_row_count(const struct switch_row *row)
{
    struct switch_count count = {.repeats = row->repeats};
    for (uint32_t i = 0; i < row->repeats; i++) {
        bool within = switch_repeat_error(row, &row->repeat[i]) <= SWITCH_TOLERANCE_PACKETS;
        count.within += within;
        count.disturbed += row->repeat[i].disturbed;
        count.undisturbed_within += within && !row->repeat[i].disturbed;
        count.sampled_within += switch_repeat_sampled_error(row, &row->repeat[i]) <= SWITCH_TOLERANCE_PACKETS;
    }
    return count;
}

gboolean switch_row_agrees(const struct switch_row *row)
{
    enum { OF = 10, ENOUGH = 9 };
    const struct switch_count count = switch_row_count(row);
    const uint32_t undisturbed = count.repeats - count.disturbed;
    return count.within * OF >= count.repeats * ENOUGH ||
           (undisturbed * 2 >= count.repeats && count.undisturbed_within * OF >= undisturbed * ENOUGH);
}

gboolean switch_result_agrees(const struct switch_result *result)
{
    for (uint32_t i = 0; i < result->rows; i++)
        if (switch_case_judged(&result->row[i].what) && !switch_row_agrees(&result->row[i]))
            return FALSE;
    return TRUE;
}
