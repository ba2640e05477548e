/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The fields of a closed form. */

#include "result_shapes.h"

static uint32_t theory_rows(const struct result_source *source)
{
    return source->theory->len;
}

static const void *theory_row(const struct result_source *source, uint32_t index)
{
    return &g_array_index(source->theory, struct theory_line, index);
}

static const struct theory_line *line_of(const struct result_source *source)
{
    return source->row;
}

static char *line_formula(const struct result_source *source)
{
    return theory_line_name(line_of(source));
}

static char *line_port(const struct result_source *source)
{
    return g_strdup(weft_setup_port_name(setup_of(source), line_of(source)->port));
}

static uint64_t line_ports(const struct result_source *source)
{
    return line_of(source)->ports;
}

static char *line_unit(const struct result_source *source)
{
    return g_strdup(line_of(source)->theory->unit);
}

static bool is_bound(const struct result_source *source)
{
    return line_of(source)->theory->bounds;
}

static double line_difference(const struct result_source *source)
{
    return line_of(source)->value - line_of(source)->measured;
}

static bool has_objection(const struct result_source *source)
{
    return line_of(source)->objection != NULL;
}

static char *line_objection(const struct result_source *source)
{
    return g_strdup(line_of(source)->objection);
}

#define NOT_HELD "; null: the formula does not hold there"

static const struct result_field theory_fields[] = {
    {"formula", NULL, "which closed form; with \": more than X\", of so many packets held",
     TEXT(line_formula)},
    {"port", NULL, "the name of the first port that it is said of", TEXT(line_port)},
    {"ports", "ports", "how many ports there are of which the same is said, that one among them",
     COUNT(line_ports)},
    {"unit", NULL, "of value, measured and difference: packets, bytes or probability", TEXT(line_unit)},
    {"bound", NULL, "the value is not to be exceeded; else it is to be met", .type = &result_truth,
     .truth = is_bound},
    {"value", NULL, "what theory says" NOT_HELD, NUMBER_AT(theory_line, value)},
    {"measured", NULL, "what was measured" NOT_HELD, NUMBER_AT(theory_line, measured)},
    {"ci95", NULL, "half of the 95 % confidence interval of measured; null: there was one replication",
     NUMBER_AT(theory_line, ci95)},
    {"difference", NULL, "value - measured; of a bound the slack" NOT_HELD, NUMBER(line_difference)},
    {"objection", NULL, "why it does not hold; null: it does", TEXT(line_objection),
     .measured = has_objection},
    {NULL},
};
const struct result_objects result_theory_objects = {
    .fields = theory_fields, .rows = theory_rows, .row = theory_row};
