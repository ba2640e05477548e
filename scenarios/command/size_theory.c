/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What theory says of the smallest buffer: without loss a limit changes nothing, so it is the peak without limit. */

#include "size_private.h"

#include "theory.h"

#include <string.h>

/* Exact where it holds, and of peaks. */
static bool is_peak(const struct theory *theory)
{
    return !theory->bounds && !theory->levels;
}

/* The largest value of a formula if it holds at every port that it was asked for; else 0. */
static double largest(const GArray *lines, const struct theory *theory)
{
    double most = 0;
    for (guint i = 0; i < lines->len; i++) {
        const struct theory_line *line = &g_array_index(lines, struct theory_line, i);
        if (line->theory != theory)
            continue;
        if (line->objection)
            return 0;
        most = MAX(most, line->value);
    }
    return most;
}

/* What one frame takes of a buffer, in its unit; 0: frames or switches differ, or the unit is not what the switch counts. */
static uint64_t each_takes(const struct size_request *request, const struct weft_setup *setup)
{
    uint32_t cell_bytes = setup->switch_[0].rules.memory.cell_bytes;
    uint32_t frame_bytes = theory_frame_bytes(setup, 0);
    for (uint32_t i = 0; i < setup->streams; i++)
        if (theory_frame_bytes(setup, i) != frame_bytes || setup->stream[i].clock.media)
            return 0;
    for (uint32_t s = 0; s < setup->switches; s++) {
        const struct weft_port_rules *rules = &setup->switch_[s].rules;
        if (rules->memory.cell_bytes != cell_bytes || (rules->accounting && rules->accounting->left_bytes))
            return 0;
    }
    uint64_t stored_bytes = weft_stored_bytes(cell_bytes, frame_bytes);
    if (request->unit->cells)
        return cell_bytes ? stored_bytes / cell_bytes : 0;
    return request->unit->written ? 1 : stored_bytes;
}

struct size_theory size_theory_of(const struct size_request *request, const struct replica *replica, guint n)
{
    g_autoptr(GArray) lines = theory_lines(replica, n);
    if (n > 1) /* lines are of means */
        return (struct size_theory){NULL, 0};
    uint64_t each = each_takes(request, &replica->plan->setup);
    bool bytes = !request->unit->written;
    for (guint i = 0; i < lines->len; i++) {
        const struct theory *theory = g_array_index(lines, struct theory_line, i).theory;
        double most = is_peak(theory) ? largest(lines, theory) : 0;
        if (most > 0 && strcmp(theory->unit, "packets") == 0 && each > 0)
            return (struct size_theory){g_strdup(theory->name), (uint64_t)most * each};
        if (most > 0 && strcmp(theory->unit, "bytes") == 0 && bytes)
            return (struct size_theory){g_strdup(theory->name), (uint64_t)most};
    }
    return (struct size_theory){NULL, 0};
}
