/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_SIM_WATCHES_H
#define WEFT_DRIVER_SIM_WATCHES_H

/* The observers of a run, all told alike. */

#include "weft/train.h"

struct weft_watches {
    const struct weft_watch *watch;
    size_t count;
};

static inline bool weft_watches_want_bytes(const struct weft_watches *watches)
{
    bool bytes = false;
    for (size_t i = 0; i < watches->count; i++)
        bytes |= watches->watch[i].bytes;
    return bytes;
}

/* A train that is not empty. */
static inline void weft_watches_tell(const struct weft_watches *watches, enum weft_point point, uint32_t node,
                                     const struct weft_train *train)
{
    for (size_t i = 0; i < watches->count; i++)
        if (watches->watch[i].packets)
            watches->watch[i].packets(watches->watch[i].ctx, point, node, train);
}

#endif
