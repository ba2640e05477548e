/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_SIZE_SEARCH_H
#define COMMAND_SIZE_SEARCH_H

/* The largest value that is within limits, of a question that may be asked of one value at a time and whose answer need not be
 * monotone. What is asked next follows from what has been answered, and from nothing else. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct size_trial {
    uint64_t value;
    bool within;
};

struct size_search {
    uint64_t least, most; /* values that may be asked, 1 .. 2^62; least <= most */
    uint64_t start, step; /* where to begin, how far the first stride goes; step >= 1 */
    uint64_t reach; /* neighbours are asked at distances that double up to it, at most to twice the answer, */
    uint64_t close; /* and all that are so close */
    GArray *trials; /* of struct size_trial, by value */
};

/* What was found. */
struct size_found {
    uint64_t answer; /* largest value found within; least - 1: none */
    bool at_most;    /* the answer is `most`: nothing was asked beyond */
    bool monotone;   /* of all that was asked, nothing below the answer is beyond a limit */
    uint64_t
        all_within;   /* nothing that was asked up to here is beyond a limit; least - 1: the least one is */
    guint exceptions; /* values below the answer that are beyond a limit */
};

/* The caller sets all members but trials before; and clears. */
void size_search_init(struct size_search *search);
void size_search_clear(struct size_search *search);
/* Note an answer; of each value once. */
void size_search_add(struct size_search *search, uint64_t value, bool within);
/* Values to ask next, to `values`, of uint64_t, in any order; none: the search is over. When it is over, the value after the
 * answer has been asked, unless that is `most`. */
void size_search_next(const struct size_search *search, GArray *values);
/* Of a search that is over. */
struct size_found size_search_found(const struct size_search *search);

#endif
