/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Schema weft-agree/1. What an object is read from lies at source->row. */

#include "agreement.h"
#include "result_json.h"
#include "result_shapes.h"

static const struct agreement *agreement_of(const struct result_source *source)
{
    return source->agreement;
}

/* --- runs --- */

static uint32_t runs(const struct result_source *source)
{
    return agreement_of(source)->cases->len;
}

static const void *run_row(const struct result_source *source, uint32_t index)
{
    return &g_array_index(agreement_of(source)->cases, struct agreement_case, index);
}

static char *run_method(const struct result_source *source)
{
    return g_strdup(((const struct agreement_case *)source->row)->method);
}

static const struct result_field run_fields[] = {
    {"method", NULL, "write.method", TEXT(run_method)},
    {"seed", NULL, "of this method and replication", COUNT_AT(agreement_case, seed)},
    {NULL},
};
static const struct result_objects run_objects = {.fields = run_fields, .rows = runs, .row = run_row};

/* --- back ends --- */

static const struct agreement_side *side_of(const struct result_source *source)
{
    return source->row;
}

static uint32_t sides(const struct result_source *source)
{
    return agreement_of(source)->sides;
}

static const void *side_row(const struct result_source *source, uint32_t index)
{
    return &agreement_of(source)->side[index];
}

static char *side_name(const struct result_source *source)
{
    return g_strdup(side_of(source)->backend->name);
}

static bool side_holds(const struct result_source *source)
{
    return agreement_side_holds(side_of(source));
}

static bool was_refused(const struct result_source *source)
{
    return side_of(source)->refusal != NULL;
}

static char *refusal(const struct result_source *source)
{
    return g_strdup(side_of(source)->refusal);
}

static uint32_t columns(const struct result_source *source)
{
    (void)source;
    return AGREEMENT_COLUMNS;
}

static const void *column_row(const struct result_source *source, uint32_t index)
{
    return &side_of(source)->column[index];
}

static char *column_name(const struct result_source *source)
{
    return g_strdup(agreement_columns[source->index].name);
}

static const struct result_field column_fields[] = {
    {"name", NULL, "of the column", TEXT(column_name)},
    {"rows", "hops", "of them differ", COUNT_AT(agreement_difference, rows)},
    {"largest_ps", "ps", "largest difference of two instants", COUNT_AT(agreement_difference, largest_ps)},
    {NULL},
};
static const struct result_objects column_objects = {
    .fields = column_fields, .rows = columns, .row = column_row};

#define FAULT(kind) COUNT_AT(agreement_side, faults[kind])
static const struct result_field side_fields[] = {
    {"name", NULL, "of the back end", TEXT(side_name)},
    {"agrees", NULL, "all is within the tolerance; of the first: it keeps the rules of weft/train.h",
     .type = &result_truth, .truth = side_holds},
    {"tolerance_ps", "ps", "how far instants may be apart from the first back end's",
     COUNT_AT(agreement_side, tolerance_ps)},
    {"runs", "runs", "in which it took part", COUNT_AT(agreement_side, runs)},
    {"refusals", "runs", "that it refused", COUNT_AT(agreement_side, refusals)},
    {"refusal", NULL, "what it said first; null: nothing", TEXT(refusal), .measured = was_refused},
    {"packets", "packets", "of streams", COUNT_AT(agreement_side, packets)},
    {"hops", "hops", "packets at switches, background traffic among them", COUNT_AT(agreement_side, rows)},
    {"dropped", "hops", "that were the last, without a device", COUNT_AT(agreement_side, dropped)},
    {"missing", "hops", "that the first back end has and it has not", COUNT_AT(agreement_side, missing)},
    {"extra", "hops", "that only it has, or that it has twice", COUNT_AT(agreement_side, extra)},
    {"columns", NULL, "what is compared of a hop", ROWS(column_objects)},
    {"counters", NULL, "of servers, and of refused entries of streams, that differ",
     COUNT_AT(agreement_side, counters)},
    {"stray", "reports", "of packets that are not on their way", FAULT(WAY_STRAY)},
    {"contradiction", "reports", "that contradict themselves or what was told before",
     FAULT(WAY_CONTRADICTION)},
    {"disorder", "reports", "not in the order that weft/train.h asks for", FAULT(WAY_DISORDER)},
    {"unfinished", "packets", "whose end was never told", FAULT(WAY_UNFINISHED)},
    {NULL},
};
static const struct result_objects side_objects = {.fields = side_fields, .rows = sides, .row = side_row};

/* --- back ends that are not built --- */

static uint32_t absent(const struct result_source *source)
{
    return agreement_of(source)->absent->len;
}

static const void *absent_row(const struct result_source *source, uint32_t index)
{
    return g_ptr_array_index(agreement_of(source)->absent, index);
}

static char *absent_name(const struct result_source *source)
{
    return g_strdup(((const struct backend_row *)source->row)->name);
}

static char *absent_state(const struct result_source *source)
{
    return backend_state(source->row);
}

static const struct result_field absent_fields[] = {
    {"name", NULL, "of the back end", TEXT(absent_name)},
    {"state", NULL, "as in `weft list backends`", TEXT(absent_state)},
    {NULL},
};
static const struct result_objects absent_objects = {
    .fields = absent_fields, .rows = absent, .row = absent_row};

/* --- the whole --- */

static char *schema(const struct result_source *source)
{
    (void)source;
    return g_strdup("weft-agree/1");
}

static char *scenario(const struct result_source *source)
{
    return g_strdup(((const struct agreement_case *)run_row(source, 0))->scenario);
}

static bool all_hold(const struct result_source *source)
{
    return agreement_holds(agreement_of(source));
}

const struct result_field agreement_fields[] = {
    {"schema", NULL, "weft-agree/1", TEXT(schema)},
    {"scenario", NULL, "scenario.name", TEXT(scenario)},
    {"agrees", NULL, "all back ends do", .type = &result_truth, .truth = all_hold},
    {"runs", NULL, "a method and replication each", ROWS(run_objects)},
    {"backends", NULL, "the first is what the others are held against", ROWS(side_objects)},
    {"not_built", NULL, "back ends that were left out", ROWS(absent_objects)},
    {NULL},
};

void agreement_json_add(struct json_writer *writer, const struct agreement *agreement)
{
    const struct result_source source = {.agreement = agreement};
    result_json_add_object(writer, agreement_fields, &source);
}
