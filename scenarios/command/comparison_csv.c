/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Several runs as CSV: the table of columns, and what walks it. */

#include "comparison.h"

static const struct outcome *outcome_of(const struct result_source *source)
{
    return source->row;
}

static char *method_name(const struct result_source *source)
{
    return g_strdup(outcome_of(source)->method);
}

static char *backend_name(const struct result_source *source)
{
    return g_strdup(outcome_of(source)->backend->name);
}

static double interval_ms(const struct result_source *source)
{
    return (double)outcome_of(source)->interval_ps / 1e9;
}

static double cpu_percent(const struct result_source *source)
{
    return outcome_of(source)->summary.cpu_utilisation * 100;
}

static double per_second(const struct result_source *source, enum weft_event event)
{
    const struct summary *summary = &outcome_of(source)->summary;
    return (double)summary->ledger.count[event] / summary->window_s;
}

static double calls_per_s(const struct result_source *source)
{
    return per_second(source, WEFT_WRITE_CALLS);
}

static double interrupts_per_s(const struct result_source *source)
{
    return per_second(source, WEFT_INTERRUPTS);
}

static char *varied_key(const struct result_source *source)
{
    return g_strdup(outcome_of(source)->variation->key);
}

static char *value_text(const struct result_source *source)
{
    return g_strdup(outcome_of(source)->value->text);
}

static double value_number(const struct result_source *source)
{
    return outcome_of(source)->value->number;
}

static char *value_unit(const struct result_source *source)
{
    const struct quantity *quantity = outcome_of(source)->variation->quantity;
    return g_strdup(quantity ? quantity->units[0].name : "");
}

#define TEXT(function)           .type = &result_text, .text = (function)
#define NUMBER(function)         .type = &result_number, .number = (function)
#define COUNT_AT(member)         .type = &result_count, .offset = offsetof(struct outcome, summary.member)
#define COUNT_AT_OUTCOME(member) .type = &result_count, .offset = offsetof(struct outcome, member)
#define NUMBER_AT(member)        .type = &result_number, .offset = offsetof(struct outcome, summary.member)

const struct result_field comparison_columns[] = {
    {"method", NULL, "the write method", TEXT(method_name)},
    {"backend", NULL, "who owned the loop", TEXT(backend_name)},
    {"interval_ms", "ms", "the interval in force", NUMBER(interval_ms), .role = RESULT_GIVEN},
    {"sent_packets", "packets", "as totals.packets_sent", COUNT_AT(totals.packets_sent)},
    {"cycles_per_packet", "cycles", "at typical prices, as totals.cycles_per_packet",
     NUMBER_AT(cycles_per_packet[WEFT_TYPICAL])},
    {"cycles_per_packet_low", "cycles", "the same at low prices", NUMBER_AT(cycles_per_packet[WEFT_LOW])},
    {"cycles_per_packet_high", "cycles", "the same at high prices", NUMBER_AT(cycles_per_packet[WEFT_HIGH])},
    {"cpu_percent", "%", "totals.cpu_utilisation in percent", NUMBER(cpu_percent)},
    {"calls_per_s", "calls/s", "totals.write_calls a second of [warmup, duration)", NUMBER(calls_per_s)},
    {"interrupts_per_s", "interrupts/s", "totals.interrupts a second of [warmup, duration)",
     NUMBER(interrupts_per_s)},
    {"copied_bytes", "bytes", "as totals.payload_bytes_copied", COUNT_AT(ledger.count[WEFT_COPIED_BYTES])},
    {"peak_port_packets", "packets", "as in totals", COUNT_AT(totals.peak_port_packets)},
    {"peak_port_bytes", "bytes", "as in totals", COUNT_AT(totals.peak_port_bytes)},
    {"peak_switch_bytes", "bytes", "as in totals", COUNT_AT(totals.peak_switch_bytes)},
    {"dropped_packets", "packets", "as totals.packets_dropped", COUNT_AT(totals.packets_dropped)},
    {"late_packets", "packets", "as in totals", COUNT_AT(totals.late_packets)},
    {"joules_per_gigabyte", "J/GB", "as in totals; nan: not measured", NUMBER_AT(joules_per_gigabyte)},
    {"call_slip_max_us", "us", "as in totals", NUMBER_AT(call_slip_max_us)},
    {"startup_needed_ms", "ms", "as totals.destinations.startup_needed_ms.worst",
     NUMBER_AT(startup_needed_ms.worst)},
    {"peak_playout_bytes", "bytes", "as in totals", COUNT_AT(peak_playout_bytes)},
    {NULL},
};

/* What is varied, beside the method and before the numbers; then what figures need of the network. */
enum { FIRST_OF_NETWORK = 4 };
const struct result_field comparison_varied_columns[] = {
    {"key", NULL, "the key that is varied", TEXT(varied_key)},
    {"value", NULL, "its value as it was written", TEXT(value_text)},
    {"number", NULL, "the value as a number of base units; nan where it is none", NUMBER(value_number)},
    {"unit", NULL, "the base unit; empty for counts and choices", TEXT(value_unit)},
    [FIRST_OF_NETWORK] = {"servers", NULL, "how many servers there are", COUNT_AT_OUTCOME(servers)},
    {"devices", NULL, "how many devices", COUNT_AT_OUTCOME(devices)},
    {"streams", NULL, "how many streams", COUNT_AT_OUTCOME(streams)},
    {"link_bps", "bit/s", "rate of the fastest server's link", COUNT_AT_OUTCOME(link_bps)},
    {"port_bps", "bit/s", "rate of the slowest device's link", COUNT_AT_OUTCOME(port_bps)},
    {NULL},
};

static void put_value(struct table *table, const struct result_field *column,
                      const struct result_source *source)
{
    if (column->type == &result_text) {
        g_autofree char *text = column->text(source);
        table_cell(table, "%s", text);
    } else if (column->type == &result_count) {
        table_cell(table, "%" G_GUINT64_FORMAT, result_field_count(column, source));
    } else {
        char text[G_ASCII_DTOSTR_BUF_SIZE];
        double value = result_field_number(column, source);
        table_cell(table, "%s", g_ascii_formatd(text, sizeof text, "%.6g", value));
    }
}

static void put_titles(struct table *table, const struct result_field *column)
{
    for (; column->name; column++)
        table_cell(table, "%s", column->name);
}

static void put_values(struct table *table, const struct result_field *column, const struct outcome *outcome)
{
    const struct result_source source = {.row = outcome};
    for (; column->name; column++)
        put_value(table, column, &source);
}

/* --- of replications --- */

static bool spreads(const struct result_field *column)
{
    return column->type->spreads && column->role == RESULT_VARIES;
}

static double value_of(const struct outcome *one, const void *how)
{
    const struct result_field *column = how;
    const struct result_source source = {.row = one};
    return column->type == &result_count ? (double)result_field_count(column, &source)
                                         : result_field_number(column, &source);
}

/* Counts of up to ten digits are shown whole. */
static void put_number(struct table *table, const char *format, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    table_cell(table, "%s", g_ascii_formatd(text, sizeof text, format, value));
}

static void put_estimates(struct table *table, const struct outcome *outcome)
{
    const struct result_field *const first = comparison_columns + 1;
    const struct result_source source = {.row = outcome};
    for (const struct result_field *column = first; column->name; column++)
        if (spreads(column))
            put_number(table, "%.10g", outcome_estimate(outcome, value_of, column).mean);
        else
            put_value(table, column, &source);
    for (const struct result_field *column = first; column->name; column++)
        if (spreads(column))
            put_number(table, "%.6g", outcome_estimate(outcome, value_of, column).ci95);
}

void comparison_csv_titles(struct table *table, guint replications)
{
    put_titles(table, comparison_columns + 1);
    for (const struct result_field *column = comparison_columns + 1; replications > 1 && column->name;
         column++)
        if (spreads(column))
            table_cell(table, "%s_ci95", column->name);
}

void comparison_csv_numbers(struct table *table, const struct outcome *outcome, guint replications)
{
    if (replications > 1)
        put_estimates(table, outcome);
    else
        put_values(table, comparison_columns + 1, outcome);
}

void comparison_csv_network_titles(struct table *table)
{
    put_titles(table, comparison_varied_columns + FIRST_OF_NETWORK);
}

void comparison_csv_network(struct table *table, const struct outcome *outcome)
{
    put_values(table, comparison_varied_columns + FIRST_OF_NETWORK, outcome);
}

guint comparison_replications(const GArray *outcomes)
{
    guint most = 1;
    for (guint i = 0; i < outcomes->len; i++)
        most = MAX(most, g_array_index(outcomes, struct outcome, i).replications);
    return most;
}

/* Method, the `more` columns, the others. */
static char *csv(const GArray *outcomes, const struct result_field *more)
{
    struct table *table = table_new();
    guint replications = comparison_replications(outcomes);
    table_row(table);
    table_cell(table, "%s", comparison_columns[0].name);
    put_titles(table, more);
    comparison_csv_titles(table, replications);
    for (guint i = 0; i < outcomes->len; i++) {
        const struct outcome *outcome = &g_array_index(outcomes, struct outcome, i);
        table_row(table);
        table_cell(table, "%s", outcome->method);
        put_values(table, more, outcome);
        comparison_csv_numbers(table, outcome, replications);
    }
    char *text = table_csv(table);
    table_free(table);
    return text;
}

char *comparison_csv(const GArray *outcomes)
{
    static const struct result_field none[] = {{NULL}};
    return csv(outcomes, none);
}

char *comparison_varied_csv(const GArray *outcomes)
{
    return csv(outcomes, comparison_varied_columns);
}
