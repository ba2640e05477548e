/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_SUPPLY_H
#define BENCH_SUPPLY_H

/* What all points of a measurement share: links that drop, and data. */

#include "point.h"
#include "sender.h"

#define SUPPLY_LINK     "weft-sink"
#define SUPPLY_LINK_CUT "weft-cut" /* before this one the kernel cuts */
#define SUPPLY_LINK_XDP "weft-xdp" /* each AF_XDP socket has a queue of it to itself */
/* The links that there are besides the first, a bit each. */
enum { SUPPLY_CUT = 1, SUPPLY_XDP = 2 };

/* Data that are read in turn. */
struct supply_data {
    uint64_t bytes, at;
};

struct supply {
    int link_index, xdp_index;
    uint8_t *data; /* the larger of the two sizes that follow */
    struct supply_data hot, cold;
    struct sender_memory *memory; /* the same data as the driver sees it, once one asks */
};
/* In the namespace of this process; bytes of hot and cold data. FALSE and an error. Ends with supply_clear() either way. */
gboolean supply_init(struct supply *supply, uint64_t hot_bytes, uint64_t cold_bytes, unsigned links,
                     GError **error);
void supply_clear(struct supply *supply);

/* Where the next `bytes` of data for a point begin, in `data`. */
static inline uint64_t supply_next(struct supply *supply, bool cold, uint64_t bytes)
{
    struct supply_data *data = cold ? &supply->cold : &supply->hot;
    uint64_t at = data->at + bytes <= data->bytes ? data->at : 0;
    data->at = at + bytes;
    return at;
}

/* The memory that drivers share. */
struct sender_memory *supply_memory(struct supply *supply);

/* The link to which a point sends, and the address of its first destination (host order); others follow. */
const char *supply_link(const struct point *point);
unsigned supply_links(const struct point *point); /* what supply_init() needs for it */
uint32_t supply_address(const struct point *point);

#endif
