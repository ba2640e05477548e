/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* size.csv and schema weft-size/1: the same rows. What a row is read from lies at source->row. */

#include "json_writer.h"
#include "result_json.h"
#include "result_shapes.h"
#include "size.h"
#include "table.h"

#include <math.h>
#include <string.h>

struct size_row {
    const struct size_request *request;
    const struct size_result *result;
    const struct size_facts *at, *beyond; /* NULL: there is none */
};

static const struct size_row *row_of(const struct result_source *source)
{
    return source->row;
}

static bool is_found(const struct result_source *source)
{
    return row_of(source)->at != NULL;
}

static bool is_beyond(const struct result_source *source)
{
    return row_of(source)->beyond != NULL;
}

static bool has_theory(const struct result_source *source)
{
    return row_of(source)->result->theory.name != NULL;
}

static char *row_method(const struct result_source *source)
{
    return g_strdup(row_of(source)->result->method->name);
}

static char *row_backend(const struct result_source *source)
{
    return g_strdup(row_of(source)->request->backend->name);
}

static char *row_key(const struct result_source *source)
{
    return g_strdup(row_of(source)->request->key);
}

static char *row_unit(const struct result_source *source)
{
    return g_strdup(size_unit(row_of(source)->request));
}

static uint64_t row_answer(const struct result_source *source)
{
    return size_answer(row_of(source)->request, row_of(source)->result);
}

static char *row_binding(const struct result_source *source)
{
    const struct size_row *row = row_of(source);
    return size_limit_names(size_binding(row->request, row->beyond));
}

static char *row_breaks(const struct result_source *source)
{
    const struct size_row *row = row_of(source);
    return size_words(row->request, row->beyond, row->request->limits);
}

static bool row_monotone(const struct result_source *source)
{
    return row_of(source)->result->found.monotone;
}

static uint64_t row_all_within(const struct result_source *source)
{
    return size_all_within(row_of(source)->request, row_of(source)->result);
}

static uint64_t row_runs(const struct result_source *source)
{
    return size_runs(row_of(source)->request, row_of(source)->result);
}

static char *row_theory_name(const struct result_source *source)
{
    return g_strdup(row_of(source)->result->theory.name);
}

static uint64_t row_theory(const struct result_source *source)
{
    return row_of(source)->result->theory.value;
}

static double row_cycles(const struct result_source *source)
{
    return row_of(source)->at->cycles_per_packet;
}

static double row_core(const struct result_source *source)
{
    return row_of(source)->at->core_utilisation * 100;
}

static double row_link(const struct result_source *source)
{
    return row_of(source)->at->link_utilisation * 100;
}

static uint64_t row_packets(const struct result_source *source)
{
    return row_of(source)->at->peak_port_packets;
}

static uint64_t row_bytes(const struct result_source *source)
{
    return row_of(source)->at->peak_port_bytes;
}

static uint64_t row_late(const struct result_source *source)
{
    return row_of(source)->at->late_packets;
}

#define AT_ANSWER(function)       NUMBER(function), .measured = is_found
#define COUNT_AT_ANSWER(function) COUNT(function), .measured = is_found

const struct result_field size_columns[] = {
    {"method", NULL, "the write method", TEXT(row_method)},
    {"backend", NULL, "who owned the loop", TEXT(row_backend)},
    {"key", NULL, "the key that was set", TEXT(row_key)},
    {"answer", NULL, "the most streams, or the smallest buffer; none: no value will do",
     COUNT_AT_ANSWER(row_answer)},
    {"unit", NULL, "of answer, all_within and theory", TEXT(row_unit)},
    {"binding", NULL,
     "of the limits that count, those that one stream more, or a unit less of buffer, breaks; where there is "
     "no answer, what the "
     "smallest "
     "number of streams or no limit breaks; none: there is no next value, or it was not tried",
     TEXT(row_binding), .measured = is_beyond},
    {"monotone", NULL, "of all values that were run, none that is easier breaks a limit",
     .type = &result_truth, .truth = row_monotone},
    {"all_within", NULL, "no value up to here (of buffers: from here on) that was run breaks a limit",
     COUNT_AT_ANSWER(row_all_within)},
    {"runs", NULL, "how many there were, each replication counted", COUNT(row_runs)},
    {"theory", NULL, "what a closed form says that must be met at every port; none: there is none",
     COUNT(row_theory), .measured = has_theory},
    {"cycles_per_packet", "cycles", "with the answer, as are the next: at typical prices",
     AT_ANSWER(row_cycles)},
    {"core_percent", "%", "of the busiest core", AT_ANSWER(row_core)},
    {"link_percent", "%", "offered to the busiest link", AT_ANSWER(row_link)},
    {"peak_port_packets", "packets", "of any port", COUNT_AT_ANSWER(row_packets)},
    {"peak_port_bytes", "bytes", "of any port", COUNT_AT_ANSWER(row_bytes)},
    {"late_packets", "packets", "after their deadlines", COUNT_AT_ANSWER(row_late)},
    {"theory_name", NULL, "which closed form", TEXT(row_theory_name), .measured = has_theory},
    {"breaks", NULL, "how the limits of binding are broken", TEXT(row_breaks), .measured = is_beyond},
    {NULL},
};

/* --- all rows --- */

struct size_rows {
    const struct size_request *request;
    struct size_row *row;
    guint rows;
};

static const struct size_request *request_of(const struct result_source *source)
{
    return ((const struct size_rows *)source->row)->request;
}

static char *run_schema(const struct result_source *source)
{
    (void)source;
    return g_strdup("weft-size/1");
}

static char *run_version(const struct result_source *source)
{
    (void)source;
    return g_strdup(WEFT_VERSION);
}

static char *run_name(const struct result_source *source)
{
    return g_strdup(request_of(source)->name);
}

static char *run_hash(const struct result_source *source)
{
    return g_strdup(request_of(source)->hash);
}

static uint64_t run_seed(const struct result_source *source)
{
    return request_of(source)->seed;
}

static uint64_t run_replications(const struct result_source *source)
{
    return request_of(source)->replications;
}

static char *run_find(const struct result_source *source)
{
    return g_strdup(request_of(source)->aim->name);
}

static char *run_limits(const struct result_source *source)
{
    return size_limit_names(request_of(source)->limits);
}

static double run_core(const struct result_source *source)
{
    return (double)request_of(source)->core_milli / 1000;
}

static double run_link(const struct result_source *source)
{
    return (double)request_of(source)->link_milli / 1000;
}

static uint32_t rows_count(const struct result_source *source)
{
    return ((const struct size_rows *)source->row)->rows;
}

static const void *rows_row(const struct result_source *source, uint32_t index)
{
    return &((const struct size_rows *)source->row)->row[index];
}

static const struct result_objects row_objects = {
    .fields = size_columns, .rows = rows_count, .row = rows_row};

const struct result_field size_fields[] = {
    {"schema", NULL, "weft-size/1", TEXT(run_schema)},
    {"version", NULL, "of weft", TEXT(run_version)},
    {"scenario", NULL, "scenario.name", TEXT(run_name)},
    {"hash", NULL, "SHA-256 of the settings in force before anything is sought", TEXT(run_hash)},
    {"seed", NULL, "scenario.seed", COUNT(run_seed)},
    {"replications", NULL, "runs of each value", COUNT(run_replications)},
    {"find", NULL, "what was sought: streams or buffer", TEXT(run_find)},
    {"limits", NULL, "that counted", TEXT(run_limits)},
    {"core", SHARE, "how busy the busiest core might be", NUMBER(run_core)},
    {"link", SHARE, "what any link might be offered", NUMBER(run_link)},
    {"results", NULL, "an object a method", ROWS(row_objects)},
    {NULL},
};

static struct size_rows rows_new(const struct size_request *request, const GPtrArray *results)
{
    struct size_rows rows = {request, g_new(struct size_row, results->len), results->len};
    for (guint i = 0; i < results->len; i++) {
        const struct size_result *result = g_ptr_array_index(results, i);
        rows.row[i] =
            (struct size_row){request, result, size_at(request, result), size_beyond(request, result)};
    }
    return rows;
}

char *size_json(const struct size_request *request, const GPtrArray *results, gsize *length)
{
    struct size_rows rows = rows_new(request, results);
    const struct result_source source = {.row = &rows};
    struct json_writer *writer = json_writer_new(true);
    result_json_add_object(writer, size_fields, &source);
    json_writer_end(writer, NULL);
    char *text = json_writer_steal(writer, length);
    json_writer_free(writer);
    g_free(rows.row);
    return text;
}

static char *cell_text(const struct result_field *column, const struct result_source *source)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    bool measured = !column->measured || column->measured(source);
    if (column->truth)
        return g_strdup(column->truth(source) ? "true" : "false");
    if (column->text)
        return measured ? g_strdelimit(column->text(source), ",\"\n", ';') : g_strdup("");
    if (column->count && measured)
        return g_strdup_printf("%" G_GUINT64_FORMAT, column->count(source));
    return g_strdup(
        g_ascii_formatd(number, sizeof number, "%.15g", measured ? column->number(source) : (double)NAN));
}

char *size_csv(const struct size_request *request, const GPtrArray *results)
{
    struct size_rows rows = rows_new(request, results);
    struct table *table = table_new();
    table_row(table);
    for (const struct result_field *column = size_columns; column->name; column++)
        table_cell(table, "%s", column->name);
    for (guint i = 0; i < rows.rows; i++) {
        const struct result_source source = {.row = &rows.row[i]};
        table_row(table);
        for (const struct result_field *column = size_columns; column->name; column++) {
            g_autofree char *text = cell_text(column, &source);
            table_cell(table, "%s", text);
        }
    }
    char *text = table_csv(table);
    table_free(table);
    g_free(rows.row);
    return text;
}
