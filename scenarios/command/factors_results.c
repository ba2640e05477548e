/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* factors.csv and schema weft-factors/1: the same rows. What a row is read from lies at source->row. */

#include "factors.h"
#include "result_json.h"
#include "result_shapes.h"

/* A row: of an axis, of all together, or what a method needs, where every kind of effect is that. */
struct factor_row {
    const char *scenario, *backend;
    struct factor cycles, port;
};

static const struct factor_row *row_of(const struct result_source *source)
{
    return source->row;
}

static char *row_scenario(const struct result_source *source)
{
    return g_strdup(row_of(source)->scenario);
}

static char *row_backend(const struct result_source *source)
{
    return g_strdup(row_of(source)->backend);
}

static char *row_factor(const struct result_source *source)
{
    return g_strdup(row_of(source)->cycles.name);
}

static char *row_from(const struct result_source *source)
{
    return g_strdup(row_of(source)->cycles.from);
}

static char *row_to(const struct result_source *source)
{
    return g_strdup(row_of(source)->cycles.to);
}

#define CYCLES(member) .type = &result_number, .offset = offsetof(struct factor_row, cycles.member)
#define PORT(member)   .type = &result_number, .offset = offsetof(struct factor_row, port.member)

const struct result_field factor_columns[] = {
    {"scenario", NULL, "scenario.name", TEXT(row_scenario)},
    {"backend", NULL, "who owned the loop", TEXT(row_backend)},
    {"factor", NULL,
     "an axis; whole: all axes at once; start and end: what the first and the second method need, in every "
     "column",
     TEXT(row_factor)},
    {"from", NULL, "the first method, or its value on the axis", TEXT(row_from)},
    {"to", NULL, "the second method, or its value on the axis", TEXT(row_to)},
    {"cycles_mean", "cycles", "what the axis changes of cycles_per_packet, mean over all orders of the axes",
     CYCLES(mean.typical)},
    {"cycles_mean_low", "cycles", "the least that it can be with prices between their ends",
     CYCLES(mean.range.least)},
    {"cycles_mean_high", "cycles", "the most", CYCLES(mean.range.most)},
    {"cycles_first", "cycles", "what it changes as the first of the axes", CYCLES(first.typical)},
    {"cycles_first_low", "cycles", "the least", CYCLES(first.range.least)},
    {"cycles_first_high", "cycles", "the most", CYCLES(first.range.most)},
    {"cycles_last", "cycles", "what it changes as the last of the axes", CYCLES(last.typical)},
    {"cycles_last_low", "cycles", "the least", CYCLES(last.range.least)},
    {"cycles_last_high", "cycles", "the most", CYCLES(last.range.most)},
    {"cycles_least", "cycles", "the least that it changes in any order, at typical prices", CYCLES(least)},
    {"cycles_most", "cycles", "the most", CYCLES(most)},
    {"cycles_lowest", "cycles", "the least in any order and with any prices", CYCLES(widest.least)},
    {"cycles_highest", "cycles", "the most", CYCLES(widest.most)},
    {"port_kb_mean", "KB", "what the axis changes of the fullest port's peak, mean over all orders",
     PORT(mean.typical)},
    {"port_kb_first", "KB", "as the first of the axes", PORT(first.typical)},
    {"port_kb_last", "KB", "as the last of the axes", PORT(last.typical)},
    {"port_kb_least", "KB", "the least in any order", PORT(least)},
    {"port_kb_most", "KB", "the most", PORT(most)},
    {NULL},
};

static uint32_t no_rows(const struct result_source *source)
{
    (void)source;
    return 0;
}
static const struct result_objects row_objects = {.fields = factor_columns, .rows = no_rows};

const struct result_field factors_fields[] = {
    {"schema", NULL, "weft-factors/1", .type = &result_text},
    {"factors", NULL, "back end by back end: the first method, the axes, all at once, the second method",
     .type = &result_rows, .objects = &row_objects},
    {NULL},
};

/* What a method needs. */
static struct factor need_of(const struct ablation_metric *metric, const struct outcome *outcome,
                             const char *name, const char *method)
{
    struct factor_effect need = {
        metric->value(outcome, WEFT_TYPICAL),
        {metric->value(outcome, WEFT_LOW), metric->value(outcome, WEFT_HIGH)},
    };
    return (struct factor){.name = name,
                           .from = method,
                           .to = method,
                           .mean = need,
                           .first = need,
                           .last = need,
                           .least = need.typical,
                           .most = need.typical,
                           .widest = need.range};
}

/* Row `index` of a back end's. */
static struct factor_row factor_row(const struct ablation_runs *runs, const char *scenario, guint index)
{
    const struct ablation *ablation = runs->ablation;
    guint axes = ablation->axes->len;
    bool start = index == 0, end = index == axes + 2;
    struct factor_row row = {.scenario = scenario, .backend = runs->backend->name};
    struct factor *const of[] = {&row.cycles, &row.port};
    for (size_t m = 0; m < G_N_ELEMENTS(of); m++) {
        const struct ablation_metric *metric = &ablation_metrics[m];
        if (start || end)
            *of[m] = need_of(metric, ablation_outcome(runs, start ? ABLATION_FORWARD : ABLATION_BACKWARD, 0),
                             start ? "start" : "end", start ? ablation->from->name : ablation->to->name);
        else
            *of[m] = index == axes + 1 ? factor_whole(runs, metric) : factor_of(runs, metric, index - 1);
    }
    return row;
}

static void put_row(struct table *table, const struct factor_row *row)
{
    const struct result_source source = {.row = row};
    table_row(table);
    for (const struct result_field *column = factor_columns; column->name; column++) {
        char text[G_ASCII_DTOSTR_BUF_SIZE];
        g_autofree char *words = column->text ? column->text(&source) : NULL;
        if (words)
            table_cell(table, "%s", g_strdelimit(words, ",\"\n", '_'));
        else
            table_cell(table, "%s",
                       g_ascii_formatd(text, sizeof text, "%.6g", result_field_number(column, &source)));
    }
}

char *factors_csv(const GPtrArray *all, const char *scenario)
{
    struct table *table = table_new();
    table_row(table);
    for (const struct result_field *column = factor_columns; column->name; column++)
        table_cell(table, "%s", column->name);
    for (guint i = 0; i < all->len; i++) {
        const struct ablation_runs *runs = g_ptr_array_index(all, i);
        for (guint index = 0; index < runs->ablation->axes->len + 3; index++) {
            struct factor_row row = factor_row(runs, scenario, index);
            put_row(table, &row);
        }
    }
    char *text = table_csv(table);
    table_free(table);
    return text;
}

void factors_json_add(struct json_writer *writer, const GPtrArray *all, const char *scenario)
{
    for (guint i = 0; i < all->len; i++) {
        const struct ablation_runs *runs = g_ptr_array_index(all, i);
        for (guint index = 0; index < runs->ablation->axes->len + 3; index++) {
            struct factor_row row = factor_row(runs, scenario, index);
            const struct result_source source = {.row = &row};
            result_json_add_object(writer, factor_columns, &source);
        }
    }
}
