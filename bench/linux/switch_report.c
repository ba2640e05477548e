/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A line a row; of ports and repeats the least and the most. */

#include "switch_report.h"

#include "json_add.h"
#include "table.h"

#include <inttypes.h>
#include <stddef.h>

/* A number of a port in a repeat. */
typedef uint32_t number_of(const struct switch_repeat *repeat, guint port);

static uint32_t peak(const struct switch_repeat *repeat, guint port)
{
    return repeat->peak[port];
}

static uint32_t queue(const struct switch_repeat *repeat, guint port)
{
    return repeat->queue[port];
}

static uint32_t sampled(const struct switch_repeat *repeat, guint port)
{
    return repeat->sampled[port];
}

static GArray *series_of(const struct switch_row *row, number_of *number)
{
    GArray *series = series_new();
    for (uint32_t i = 0; i < row->repeats; i++)
        for (guint port = 0; port < SWITCH_PORTS; port++)
            series_add(series, number(&row->repeat[i], port));
    return series;
}

/* "57", or "57 (56-58)" where they differ. */
static void put_spread(struct table *table, const struct switch_row *row, number_of *number)
{
    g_autoptr(GArray) series = series_of(row, number);
    struct spread spread = series_spread(series);
    if (spread.least < spread.most)
        table_cell(table, "%.0f (%.0f-%.0f)", spread.median, spread.least, spread.most);
    else
        table_cell(table, "%.0f", spread.median);
}

/* Of the repeats that saw it. 0: none did. */
static double median_ns(const struct switch_row *row, gsize member_at)
{
    g_autoptr(GArray) series = series_new();
    for (uint32_t i = 0; i < row->repeats; i++) {
        uint64_t ns = G_STRUCT_MEMBER(uint64_t, &row->repeat[i], member_at);
        if (ns > 0)
            series_add(series, (double)ns);
    }
    return series->len ? series_spread(series).median : 0;
}

static double port_packet_ns(const struct switch_row *row)
{
    return median_ns(row, offsetof(struct switch_repeat, port_packet_ns));
}

static double uplink_packet_ns(const struct switch_row *row)
{
    return median_ns(row, offsetof(struct switch_repeat, uplink_packet_ns));
}

static double percent_dropped(const struct switch_row *row)
{
    uint64_t dropped = 0, sent = 0;
    for (uint32_t i = 0; i < row->repeats; i++) {
        dropped += row->repeat[i].dropped;
        sent += row->repeat[i].sent;
    }
    return 100 * (double)dropped / (double)sent;
}

static double percent_foretold(const struct switch_row *row)
{
    return 100 * (double)row->weft.dropped / (SWITCH_CALLS * SWITCH_PORTS * SWITCH_PACKETS);
}

static uint32_t worst_error(const struct switch_row *row)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < row->repeats; i++)
        most = MAX(most, switch_repeat_error(row, &row->repeat[i]));
    return most;
}

static uint64_t worst_late_ns(const struct switch_row *row)
{
    uint64_t most = 0;
    for (uint32_t i = 0; i < row->repeats; i++)
        most = MAX(most, MAX(row->repeat[i].uplink_late_ns, row->repeat[i].port_late_ns));
    return most;
}

static uint32_t most_foretold(const struct switch_row *row)
{
    uint32_t most = 0;
    for (guint i = 0; i < SWITCH_PORTS; i++)
        most = MAX(most, row->weft.peak[i]);
    return most;
}

/* --- table --- */

static const char *const heads[] = {"order/uplink/buffer",
                                    "weft",
                                    "theory",
                                    "held",
                                    "queue",
                                    "sampled",
                                    "off",
                                    "within 2",
                                    "by sampling",
                                    "disturbed",
                                    "late us",
                                    "uplink us",
                                    "port us",
                                    "dropped %",
                                    "weft",
                                    "agrees",
                                    NULL};

static void put_heads(struct table *table)
{
    table_row(table);
    for (guint i = 0; heads[i]; i++)
        table_cell(table, "%s", heads[i]);
}

static void put_us(struct table *table, double ns)
{
    if (ns > 0)
        table_cell(table, "%.1f", ns / 1000);
    else
        table_cell(table, "-");
}

/* Where the machine was late more often than not, ports may be wrong or not. */
static const char *verdict(const struct switch_row *row, struct switch_count count)
{
    if (!switch_case_judged(&row->what))
        return "-";
    if (switch_row_agrees(row))
        return "yes";
    return 2 * count.disturbed > count.repeats ? "no: late" : "no";
}

static void put_row(struct table *table, const struct switch_row *row)
{
    g_autofree char *name = switch_case_name(&row->what);
    const struct switch_count count = switch_row_count(row);
    table_row(table);
    table_cell(table, "%s", name);
    table_cell(table, "%" PRIu32, most_foretold(row));
    if (row->weft.closed_form)
        table_cell(table, "%" PRIu32, row->weft.closed_form);
    else
        table_cell(table, "-");
    put_spread(table, row, peak);
    put_spread(table, row, queue);
    put_spread(table, row, sampled);
    table_cell(table, "%" PRIu32, worst_error(row));
    table_cell(table, "%" PRIu32 " of %" PRIu32, count.within, count.repeats);
    table_cell(table, "%" PRIu32 " of %" PRIu32, count.sampled_within, count.repeats);
    table_cell(table, "%" PRIu32, count.disturbed);
    table_cell(table, "%" PRIu64, worst_late_ns(row) / 1000);
    put_us(table, uplink_packet_ns(row));
    put_us(table, port_packet_ns(row));
    table_cell(table, "%.1f", percent_dropped(row));
    table_cell(table, "%.1f", percent_foretold(row));
    table_cell(table, "%s", verdict(row, count));
}

char *switch_report_table(const struct switch_result *result)
{
    struct table *table = table_new();
    put_heads(table);
    for (uint32_t i = 0; i < result->rows; i++)
        put_row(table, &result->row[i]);
    g_autofree char *cells = table_text(table, 1, FALSE);
    table_free(table);
    return g_strdup_printf(
        "switch: %d ports of %" PRIu64 " Mbit/s, %d packets of %d B to each every %" PRIu64
        " ms; packets at most, median (least-most) of all\nports and repeats, a repeat is %d calls; "
        "held: queue and wire; sampled: the queue by netlink\n\n%s",
        SWITCH_PORTS, SWITCH_PORT_BPS / 1000000, SWITCH_PACKETS, SWITCH_PAYLOAD_BYTES,
        SWITCH_INTERVAL_PS / (WEFT_PS_PER_S / 1000), SWITCH_CALLS, cells);
}

/* --- CSV --- */

static const char *const columns[] = {"order",        "uplink_bps",       "buffer_packets", "repeat",
                                      "port",         "weft_peak",        "theory_peak",    "peak",
                                      "queue",        "sampled",          "sent",           "dropped",
                                      "weft_dropped", "uplink_packet_ns", "port_packet_ns", "uplink_late_ns",
                                      "port_late_ns", "sample_gap_ns",    "disturbed",      NULL};

static void put_port(struct table *table, const struct switch_row *row, uint32_t r, guint port)
{
    const struct switch_repeat *repeat = &row->repeat[r];
    table_row(table);
    table_cell(table, "%s", row->what.order->name);
    table_cell(table, "%" PRIu64, row->what.uplink_bps);
    table_cell(table, "%" PRIu32, row->what.buffer_packets);
    table_cell(table, "%" PRIu32, r);
    table_cell(table, "%u", port);
    table_cell(table, "%" PRIu32, row->weft.peak[port]);
    table_cell(table, "%" PRIu32, row->weft.closed_form);
    table_cell(table, "%" PRIu32, repeat->peak[port]);
    table_cell(table, "%" PRIu32, repeat->queue[port]);
    table_cell(table, "%" PRIu32, repeat->sampled[port]);
    table_cell(table, "%" PRIu32, repeat->sent);
    table_cell(table, "%" PRIu32, repeat->dropped);
    table_cell(table, "%" PRIu32, row->weft.dropped);
    table_cell(table, "%" PRIu64, repeat->uplink_packet_ns);
    table_cell(table, "%" PRIu64, repeat->port_packet_ns);
    table_cell(table, "%" PRIu64, repeat->uplink_late_ns);
    table_cell(table, "%" PRIu64, repeat->port_late_ns);
    table_cell(table, "%" PRIu64, repeat->sample_gap_ns);
    table_cell(table, "%d", repeat->disturbed);
}

char *switch_report_csv(const struct switch_result *result)
{
    struct table *table = table_new();
    table_row(table);
    for (guint i = 0; columns[i]; i++)
        table_cell(table, "%s", columns[i]);
    for (uint32_t i = 0; i < result->rows; i++)
        for (uint32_t r = 0; r < result->row[i].repeats; r++)
            for (guint port = 0; port < SWITCH_PORTS; port++)
                put_port(table, &result->row[i], r, port);
    char *text = table_csv(table);
    table_free(table);
    return text;
}

/* --- JSON --- */

static void add_series(JsonBuilder *builder, const char *name, const struct switch_row *row,
                       number_of *number)
{
    g_autoptr(GArray) series = series_of(row, number);
    json_add_series(builder, name, series);
}

static void add_row(JsonBuilder *builder, const struct switch_row *row)
{
    const struct switch_count count = switch_row_count(row);
    json_builder_begin_object(builder);
    json_add_text(builder, "order", row->what.order->name);
    json_add_count(builder, "uplink_bps", row->what.uplink_bps);
    json_add_count(builder, "buffer_packets", row->what.buffer_packets);
    json_add_count(builder, "weft_peak_packets", most_foretold(row));
    if (row->weft.closed_form)
        json_add_count(builder, "theory_peak_packets", row->weft.closed_form);
    add_series(builder, "peak_packets", row, peak);
    add_series(builder, "queue_packets", row, queue);
    add_series(builder, "sampled_packets", row, sampled);
    json_add_count(builder, "worst_error_packets", worst_error(row));
    json_add_count(builder, "repeats", count.repeats);
    json_add_count(builder, "within", count.within);
    json_add_count(builder, "sampled_within", count.sampled_within);
    json_add_count(builder, "disturbed", count.disturbed);
    json_add_count(builder, "undisturbed_within", count.undisturbed_within);
    json_add_count(builder, "worst_late_ns", worst_late_ns(row));
    json_add_number(builder, "port_packet_ns", port_packet_ns(row));
    json_add_number(builder, "uplink_packet_ns", uplink_packet_ns(row));
    json_add_number(builder, "dropped_percent", percent_dropped(row));
    json_add_number(builder, "weft_dropped_percent", percent_foretold(row));
    json_add_flag(builder, "judged", switch_case_judged(&row->what));
    json_add_flag(builder, "agrees", switch_row_agrees(row));
    json_builder_end_object(builder);
}

void switch_report_json(JsonBuilder *builder, const struct switch_result *result)
{
    json_builder_set_member_name(builder, "switch");
    json_builder_begin_object(builder);
    json_add_count(builder, "ports", SWITCH_PORTS);
    json_add_count(builder, "port_bps", SWITCH_PORT_BPS);
    json_add_count(builder, "packets", SWITCH_PACKETS);
    json_add_count(builder, "calls", SWITCH_CALLS);
    json_add_count(builder, "interval_ps", SWITCH_INTERVAL_PS);
    json_add_count(builder, "tolerance_packets", SWITCH_TOLERANCE_PACKETS);
    json_add_flag(builder, "agrees", switch_result_agrees(result));
    json_builder_set_member_name(builder, "rows");
    json_builder_begin_array(builder);
    for (uint32_t i = 0; i < result->rows; i++)
        add_row(builder, &result->row[i]);
    json_builder_end_array(builder);
    json_builder_end_object(builder);
}
