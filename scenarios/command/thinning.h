/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_THINNING_H
#define COMMAND_THINNING_H

/* Fewer points of a level over time, and none of its peaks lost: time is cut into bins, and of the changes in a bin are kept
 * the first and the last, and of each of two sizes the least and, of the arrivals, the greatest, with their instants. A
 * departure leaves less than there was before, so the greatest of a bin is that of an arrival or its first change. */

#include "weft/base.h"

enum {
    THINNING_KEPT = 6,   /* at most, of a bin */
    THINNING_LEAST = 12, /* points: a bin before warm-up and one after it */
    THINNING_MOST = 60000000
};

struct thinning {
    weft_ps warmup_ps, width_ps; /* width 0: everything is kept */
};

/* At most `points` (THINNING_LEAST .. THINNING_MOST) in [0, duration_ps); after that bins go on likewise. A bin begins at
 * warm-up (before the end), so that what came before hides no peak. 0 points: everything is kept. */
struct thinning thinning_of(uint64_t points, weft_ps warmup_ps, weft_ps duration_ps);

/* The bin of an instant; bins are numbered in order of time. */
uint64_t thinning_bin(const struct thinning *thinning, weft_ps at_ps);

struct level {
    weft_ps at_ps;
    uint64_t packets, bytes;
    uint64_t change; /* its number among the changes */
};

/* The bin that is open; all 0: none was. */
struct thinned {
    uint64_t changes, bin; /* changes: of all bins so far */
    bool open, arrivals;   /* there are some */
    struct level first, last, least[2], most[2];
};

/* The level changed. Returns how many points of the bin before, which is over, were put into `out` (room for
 * THINNING_KEPT), in order. Instants never decrease. */
uint32_t thinned_add(const struct thinning *thinning, struct thinned *thinned, weft_ps at_ps, bool arrival,
                     uint64_t packets, uint64_t bytes, struct level *out);
/* The same for the bin that is open, if one is; nothing more comes. */
uint32_t thinned_finish(const struct thinned *thinned, struct level *out);

#endif
