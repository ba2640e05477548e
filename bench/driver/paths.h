/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_PATHS_H
#define BENCH_PATHS_H

/* What is measured: ways of a write call through the driver. Each row differs from the first one in one thing. */

#include "weft/driver.h"

struct path {
    const char *name;
    /* Instructions a packet, at most: what gcc 12 made with -O2, and 3 % more. The seed's call may not take more than 120. */
    double most_instructions;
    const struct weft_header *header;
    const struct weft_translation *translation;
    const struct weft_order *order;
    uint64_t order_argument;
    uint32_t entries;
    uint32_t packets; /* of an entry, on average */
    bool uneven;      /* entries of 1 .. 2 * packets - 1 packets */
    bool rtp;         /* with RTP headers: a timestamp a packet */
    bool huge_pages;  /* of 2 MiB, not 4 KiB */
};
extern const struct path paths[]; /* ends with a NULL name */
size_t paths_count(void);

/* Packets of entry `i`, and of the whole call. */
uint32_t path_entry_packets(const struct path *path, uint32_t i);
uint32_t path_call_packets(const struct path *path);

#endif
