/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Write calls for orders. */

#include "order_case.h"

struct answers {
    const struct order_case *what;
    uint32_t *first; /* place of each entry's first packet among all */
};

static uint32_t packet_bytes(const void *ctx, uint32_t entry, uint32_t k)
{
    const struct answers *answers = ctx;
    g_assert_cmpuint(entry, <, answers->what->entries);
    g_assert_cmpuint(k, <, answers->what->packets[entry]);
    return answers->what->bytes ? answers->what->bytes[answers->first[entry] + k] : ORDER_CASE_BYTES;
}

static struct weft_order_sizes sizes(const void *ctx, uint32_t entry)
{
    const struct answers *answers = ctx;
    struct weft_order_sizes out = {0, packet_bytes(ctx, entry, 0)};
    for (uint32_t k = 0; k < answers->what->packets[entry]; k++) {
        out.bytes += packet_bytes(ctx, entry, k);
        if (packet_bytes(ctx, entry, k) != packet_bytes(ctx, entry, 0))
            out.packet_bytes = 0;
    }
    return out;
}

static weft_ps deadline_ps(const void *ctx, uint32_t entry, uint32_t k)
{
    const struct answers *answers = ctx;
    g_assert_cmpuint(k, <, answers->what->packets[entry]);
    return answers->what->deadline_ps ? answers->what->deadline_ps[answers->first[entry] + k] : WEFT_NEVER;
}

GArray *order_case_emit(const struct weft_order *order, const struct order_case *what, size_t ask)
{
    enum { MOST = 64 };
    GArray *all = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    struct weft_entry *vector = g_new0(struct weft_entry, what->entries);
    struct answers answers = {what, g_new0(uint32_t, what->entries + 1)};
    uint32_t piece[MOST];
    size_t got;
    for (size_t i = 0; i < what->entries; i++) {
        vector[i] = (struct weft_entry){.stream = (uint32_t)i, .packets = what->packets[i]};
        answers.first[i + 1] = answers.first[i] + what->packets[i];
    }
    const struct weft_order_call call = {vector,       what->entries, what->argument, what->seed,
                                         what->number, what->draws,   &answers,       sizes,
                                         packet_bytes, deadline_ps};
    g_assert_true(weft_argument_allows(&order->argument, what->argument));
    void *state = g_malloc(order->state_bytes(what->entries)); /* not zeroed: begin() must see to it */
    order->begin(state, &call);
    do {
        got = order->emit(state, &call, piece, ask ? ask : (size_t)g_test_rand_int_range(1, MOST + 1));
        g_array_append_vals(all, piece, (guint)got);
    } while (got > 0);
    g_assert_cmpuint(all->len, ==, answers.first[what->entries]);
    g_assert_cmpuint(order->emit(state, &call, piece, 1), ==, 0);
    g_free(state);
    g_free(vector);
    g_free(answers.first);
    return all;
}

uint64_t order_case_argument(const struct weft_argument *argument, uint64_t scale)
{
    if (argument->kind == WEFT_ARGUMENT_NONE || (scale == 0 && weft_argument_allows(argument, 0)))
        return 0;
    return scale <= argument->max / argument->min ? argument->min * MAX(scale, 1) : argument->max;
}
