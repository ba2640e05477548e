/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of paths. */

#include "paths.h"

/* A call of the standard scenario: 80 streams of 3.75 Mbit/s, 100 ms of each in packets of 1,316 bytes. */
#define STANDARD .entries = 80, .packets = 36
#define ROWS(header_row, translation_row, order_row)                                                         \
    .header = &weft_header_##header_row, .translation = &weft_translation_##translation_row,                 \
    .order = &weft_order_##order_row
/* The seed's own call: one header block, translation buffer, packets in turn. */
#define SEED ROWS(single, buffer, round_robin)

const struct path paths[] = {
    {"seed", 115, SEED, STANDARD},
    {"header-per-layer", 331, ROWS(per_layer, buffer, round_robin), STANDARD},
    {"header-rtp", 401, SEED, STANDARD, .rtp = true},
    {"translation-page-walk", 222, ROWS(single, page_walk, round_robin), STANDARD},
    {"translation-application", 115, ROWS(single, application, round_robin), STANDARD},
    {"page-2M", 113, SEED, STANDARD, .huge_pages = true},
    {"order-sequential", 124, ROWS(single, buffer, sequential), STANDARD},
    {"order-chunk", 132, ROWS(single, buffer, chunk), STANDARD, .order_argument = 4},
    {"order-drr", 184, ROWS(single, buffer, drr), STANDARD},
    {"order-swrr", 217, ROWS(single, buffer, swrr), STANDARD},
    {"order-smooth", 193, ROWS(single, buffer, smooth), STANDARD},
    {"order-deadline", 469, ROWS(single, buffer, deadline), STANDARD},
    {"order-random", 266, ROWS(single, buffer, random), STANDARD},
    {"uneven", 125, SEED, STANDARD, .uneven = true},
    {"uneven-smooth", 642, ROWS(single, buffer, smooth), STANDARD, .uneven = true},
    {"entries-1", 149, SEED, .entries = 1, .packets = 2880},
    {"entries-8", 122, SEED, .entries = 8, .packets = 36},
    {"entries-1000", 115, SEED, .entries = 1000, .packets = 36},
    {"packets-1", 489, SEED, .entries = 80, .packets = 1},
    {"packets-4", 198, SEED, .entries = 80, .packets = 4},
    {NULL},
};

size_t paths_count(void)
{
    return sizeof(paths) / sizeof(paths[0]) - 1;
}

uint32_t path_entry_packets(const struct path *path, uint32_t i)
{
    return path->uneven ? 1 + i * 7 % (2 * path->packets - 1) : path->packets;
}

uint32_t path_call_packets(const struct path *path)
{
    uint32_t packets = 0;
    for (uint32_t i = 0; i < path->entries; i++)
        packets += path_entry_packets(path, i);
    return packets;
}
