/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Schema weft-sensitivity/1 and sensitivity.csv. What an object is read from lies at source->row. */

#include "json_writer.h"
#include "policies.h"
#include "result_json.h"
#include "result_shapes.h"
#include "sensitivity.h"

/* --- JSON --- */

static const struct sensitivity_entry *entry_of(const struct result_source *source)
{
    return source->row;
}

static char *entry_profile(const struct result_source *source)
{
    return g_strdup(entry_of(source)->profile);
}

static char *entry_event(const struct result_source *source)
{
    return g_strdup(weft_events[entry_of(source)->event].name);
}

static char *entry_confidence(const struct result_source *source)
{
    return g_strdup(entry_of(source)->price.confidence);
}

static char *entry_source(const struct result_source *source)
{
    return g_strdup(entry_of(source)->price.source);
}

static double entry_low(const struct result_source *source)
{
    return (double)entry_of(source)->price.low_mcycles / 1000;
}

static double entry_typical(const struct result_source *source)
{
    return (double)entry_of(source)->price.typical_mcycles / 1000;
}

static double entry_high(const struct result_source *source)
{
    return (double)entry_of(source)->price.high_mcycles / 1000;
}

static double metric_at_low(const struct result_source *source, uint32_t member)
{
    return sensitivity_value(&sensitivity_metrics[member], &entry_of(source)->low);
}

static double metric_at_high(const struct result_source *source, uint32_t member)
{
    return sensitivity_value(&sensitivity_metrics[member], &entry_of(source)->high);
}

#define METRICS(function)                                                                                    \
    .type = &result_numbers, .members = &policy_sensitivity_metrics, .number_of = (function)
#define ENDS                                                                                                 \
    {"swing", "cycles", "cycles_per_packet between the two ends", NUMBER_AT(sensitivity_entry, swing)},      \
        {"at_low", NULL, "what came out at the low end", METRICS(metric_at_low)},                            \
        {"at_high", NULL, "what came out at the high end", METRICS(metric_at_high)},                         \
    {                                                                                                        \
        NULL                                                                                                 \
    }

static const struct result_field all_fields[] = {ENDS};
static const struct result_field entry_fields[] = {
    {"profile", NULL, "server.profile", TEXT(entry_profile)},
    {"event", NULL, "whose price it is", TEXT(entry_event)},
    {"confidence", NULL, "how far the price is to be trusted: high, medium, low", TEXT(entry_confidence)},
    {"source", NULL, "where it comes from", TEXT(entry_source)},
    {"low_cycles", "cycles", "its low end", NUMBER(entry_low)},
    {"typical_cycles", "cycles", "what all other runs have", NUMBER(entry_typical)},
    {"high_cycles", "cycles", "its high end", NUMBER(entry_high)},
    ENDS,
};

static uint32_t no_rows(const struct result_source *source)
{
    (void)source;
    return 0;
}
static const struct result_objects base_object = {.fields = result_fields};
static const struct result_objects all_object = {.fields = all_fields};
static const struct result_objects entry_objects = {.fields = entry_fields, .rows = no_rows};

/* As sensitivity_report() and sensitivity_json_add() write them. */
const struct result_field sensitivity_fields[] = {
    {"schema", NULL, "weft-sensitivity/1", .type = &result_text},
    {"base", NULL, "a weft-run/1: all prices typical", .type = &result_object, .objects = &base_object},
    {"all", NULL, "all prices at their low and at their high ends together", .type = &result_object,
     .objects = &all_object},
    {"entries", NULL, "an object a price with a range, the largest swing first", .type = &result_rows,
     .objects = &entry_objects},
    {NULL},
};

void sensitivity_json_add(struct json_writer *writer, const struct sensitivity *sensitivity)
{
    struct result_source source = {.row = &sensitivity->all};
    json_writer_member(writer, "all");
    result_json_add_object(writer, all_fields, &source);
    json_writer_member(writer, "entries");
    json_writer_begin_array(writer);
    for (guint i = 0; i < sensitivity->entries->len; i++) {
        source.row = &g_array_index(sensitivity->entries, struct sensitivity_entry, i);
        result_json_add_object(writer, entry_fields, &source);
    }
    json_writer_end_array(writer);
}

/* --- CSV --- */

/* In the order in which put_row() writes them. */
const struct result_field sensitivity_columns[] = {
    {"method", NULL, "the write method", .type = &result_text},
    {"rank", NULL, "0: base and all prices; from 1 on the prices, the largest swing first",
     .type = &result_count},
    {"profile", NULL, "server.profile, with _ for what CSV cannot hold; empty: all", .type = &result_text},
    {"event", NULL, "whose price it is; base: nobody's; all: all prices at once", .type = &result_text},
    {"end", NULL, "low, high; of the base: typical", .type = &result_text},
    {"price", "cycles", "what the event costs in this run; nan: of base and all", .type = &result_number},
    {"confidence", NULL, "how far the price is to be trusted", .type = &result_text},
    {NULL},
};

static void put_row(struct table *table, guint rank, const struct sensitivity_entry *entry, const char *event,
                    const char *end, uint64_t mcycles, const struct outcome *outcome)
{
    char price[G_ASCII_DTOSTR_BUF_SIZE];
    bool priced = rank > 0;
    g_autofree char *profile = g_strdup(priced ? entry->profile : "");
    table_row(table);
    table_cell(table, "%s", outcome->method);
    table_cell(table, "%u", rank);
    table_cell(table, "%s", g_strdelimit(profile, ",\"\n", '_'));
    table_cell(table, "%s", event);
    table_cell(table, "%s", end);
    table_cell(table, "%s",
               priced ? g_ascii_formatd(price, sizeof price, "%.10g", (double)mcycles / 1000) : "nan");
    table_cell(table, "%s", priced ? entry->price.confidence : "");
    comparison_csv_numbers(table, outcome, outcome->replications);
}

static void put_ends(struct table *table, guint rank, const struct sensitivity_entry *entry,
                     const char *event)
{
    put_row(table, rank, entry, event, "low", entry->price.low_mcycles, &entry->low);
    put_row(table, rank, entry, event, "high", entry->price.high_mcycles, &entry->high);
}

char *sensitivity_csv(const struct sensitivity *sensitivity)
{
    struct table *table = table_new();
    table_row(table);
    for (const struct result_field *column = sensitivity_columns; column->name; column++)
        table_cell(table, "%s", column->name);
    comparison_csv_titles(table, sensitivity_base(sensitivity)->replications);
    put_row(table, 0, NULL, "base", "typical", 0, sensitivity_base(sensitivity));
    put_ends(table, 0, &sensitivity->all, "all");
    for (guint i = 0; i < sensitivity->entries->len; i++) {
        const struct sensitivity_entry *entry =
            &g_array_index(sensitivity->entries, struct sensitivity_entry, i);
        put_ends(table, i + 1, entry, weft_events[entry->event].name);
    }
    char *text = table_csv(table);
    table_free(table);
    return text;
}
