/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of guarded cases. Its numbers are of gcc 12 and preset `release` on x86-64: what one compiler makes of the code, another
 * one does not. */

#include "guards.h"

#include "failure.h"
#include "instructions.h"

#include <stdio.h>

#define MOST_GROWTH 1.05

static const struct guard {
    const char *name; /* of the case */
    double instructions;
} guards[] = {
    {"reference/interleaved/1000/none", 121.3},
    {"reference/interleaved/1000/full", 295.8},
    {"reference/interleaved/1000-8-servers/full", 354.1},
    {"reference/interleaved/1000-thresholds/full", 775.2},
    {"reference/interleaved/1000-leaf-spine/none", 699.7},
    {"reference/interleaved/1000-leaf-spine/full", 1594.6},
    {"simgrid/interleaved/1000/full", 715.5},
};

static gboolean check(const struct guard *guard, GString *over, GError **error)
{
    g_autoptr(GArray) cases = bench_cases(false, guard->name);
    double is;
    if (cases->len == 0) {
        printf("%-46s not built\n", guard->name);
        return TRUE;
    }
    if (!bench_instructions(&g_array_index(cases, struct bench_case, 0), &is, error))
        return FALSE;
    printf("%-46s %7.1f instructions a packet, the table has %7.1f: %+.1f %%\n", guard->name, is,
           guard->instructions, 100 * (is / guard->instructions - 1));
    fflush(stdout);
    if (is > MOST_GROWTH * guard->instructions)
        g_string_append_printf(over, "%s%s takes %.1f instructions a packet instead of %.1f",
                               over->len ? "; " : "", guard->name, is, guard->instructions);
    return TRUE;
}

gboolean bench_guards_check(GError **error)
{
    g_autoptr(GString) over = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(guards); i++)
        if (!check(&guards[i], over, error))
            return FALSE;
    return over->len == 0 || failure(error, STATUS_FAILED,
                                     "weft-bench-engine: %s: over 5 %% more. Where it is worth that: put the "
                                     "numbers above into the table of "
                                     "bench/engine/guards.c, and say in the commit what they bought",
                                     over->str);
}
