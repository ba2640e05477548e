/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Draws of random scenarios. */

#include "draw.h"

uint64_t draw_value(GRand *rand, const uint64_t *value, gint32 n)
{
    return value[g_rand_int_range(rand, 0, n)];
}

const void *draw_row(GRand *rand, const void *const *table)
{
    gint32 n = 0;
    while (table[n])
        n++;
    return table[g_rand_int_range(rand, 0, n)];
}

void draw_port_memory(GRand *rand, struct weft_port_rules *rules, gint32 least_bytes)
{
    rules->buffer = DRAW(rand, weft_buffers);
    rules->memory.cell_bytes = 256;
    rules->memory.limit =
        (uint64_t)(rules->buffer == weft_buffers[1] ? g_rand_int_range(rand, least_bytes, 30000)
                                                    : g_rand_int_range(rand, 1, 20));
    rules->sharing = g_rand_boolean(rand) ? DRAW(rand, weft_sharings) : NULL;
    rules->memory.shared_bytes = (uint64_t)g_rand_int_range(rand, 1000, 60000);
    rules->memory.reserved_bytes = (uint64_t)g_rand_int_range(rand, 0, 3000);
    rules->memory.alpha_num = (uint32_t)g_rand_int_range(rand, 1, 9);
    rules->memory.alpha_den = (uint32_t)g_rand_int_range(rand, 1, 9);
    rules->accounting = DRAW(rand, weft_accountings);
}
