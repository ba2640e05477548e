/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_RESULT_SHAPES_H
#define COMMAND_RESULT_SHAPES_H

/* What the tables of result fields have in common, and those that stand in files of their own. */

#include "result_fields.h"

extern const struct result_objects result_switch_objects, result_port_objects, result_stream_objects,
    result_theory_objects, result_provenance_object;
/* Whether a server's profile says where it was measured. */
bool result_is_provenance(const struct result_source *source);

/* Shapes that rows take. */
#define TEXT(function)          .type = &result_text, .text = (function)
#define COUNT_AT(kind, member)  .type = &result_count, .offset = offsetof(struct kind, member)
#define COUNT(function)         .type = &result_count, .count = (function)
#define INTEGER(function)       .type = &result_integer, .integer = (function)
#define NUMBER_AT(kind, member) .type = &result_number, .offset = offsetof(struct kind, member)
#define NUMBER(function)        .type = &result_number, .number = (function)
#define OBJECT(table)           .type = &result_object, .objects = &(table)
#define ROWS(table)             .type = &result_rows, .objects = &(table)
#define EVENT(name_of_event)    COUNT_AT(summary, ledger.count[WEFT_##name_of_event])
#define CAUSES(kind, member)                                                                                 \
    .type = &result_counts, .members = &policy_causes,                                                       \
    .offset = offsetof(struct kind, member) + (WEFT_DELIVERED + 1) * sizeof(uint64_t)

#define REFUSALS(kind, entries)                                                                              \
    .type = &result_counts, .members = &policy_refusals,                                                     \
    .offset = offsetof(struct kind, entries) + (WEFT_ENTRY_OK + 1) * sizeof(uint64_t)

#define DROPPED_BY      "packets_dropped by cause"
#define PACKETS_REFUSED "packets of entries that the driver refused: due, but neither sent nor dropped"
#define REFUSED_BY      "entries that the driver refused, by status"
#define SHARE           "0 to 1"

/* Of the run. */
static inline const struct weft_setup *setup_of(const struct result_source *source)
{
    return &source->plan->setup;
}

/* Whether bytes were carried and checked. */
static inline bool carries_bytes(const struct result_source *source)
{
    return source->result->delivery != NULL;
}

#endif
