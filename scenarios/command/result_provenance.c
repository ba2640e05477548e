/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fields of a result that say where a server's prices were measured. */

#include "result_shapes.h"

static const void *provenance_row(const struct result_source *source, uint32_t index)
{
    (void)index;
    return plan_provenance(source->plan, setup_of(source)->server[source->index].profile);
}

bool result_is_provenance(const struct result_source *source)
{
    return provenance_row(source, 0) != NULL;
}

#define PROVENANCE(member)                                                                                   \
    static char *provenance_##member(const struct result_source *source)                                     \
    {                                                                                                        \
        const struct provenance *row = source->row;                                                          \
        return g_strdup(row->member);                                                                        \
    }
PROVENANCE(machine)
PROVENANCE(kernel)
PROVENANCE(date)
PROVENANCE(weft)
PROVENANCE(methods)
PROVENANCE(skipped)

static bool says_methods(const struct result_source *source)
{
    const struct provenance *row = source->row;
    return row->methods != NULL;
}

static bool says_skipped(const struct result_source *source)
{
    const struct provenance *row = source->row;
    return row->skipped != NULL;
}

static const struct result_field provenance_fields[] = {
    {"machine", NULL, "the machine", TEXT(provenance_machine)},
    {"kernel", NULL, "its operating system", TEXT(provenance_kernel)},
    {"date", NULL, "the day, YYYY-MM-DD", TEXT(provenance_date)},
    {"weft", NULL, "the version of weft that measured", TEXT(provenance_weft)},
    {"clock_hz", "Hz", "the clock whose cycles were counted", COUNT_AT(provenance, clock_hz)},
    {"methods", NULL, "what was measured; null: not said", TEXT(provenance_methods),
     .measured = says_methods},
    {"skipped", NULL, "what was not, and why; null: not said", TEXT(provenance_skipped),
     .measured = says_skipped},
    {NULL},
};
const struct result_objects result_provenance_object = {.fields = provenance_fields, .row = provenance_row};
