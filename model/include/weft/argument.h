/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_ARGUMENT_H
#define WEFT_ARGUMENT_H

/* The argument of a choice, written NAME:ARGUMENT as in `chunk:16`. The row of a table says whether it takes one, of
 * which kind and how large; the number itself stands beside the choice. */

#include "weft/base.h"

WEFT_BEGIN_DECLS

enum weft_argument_kind {
    WEFT_ARGUMENT_NONE, /* the row takes no argument */
    WEFT_ARGUMENT_COUNT,
    WEFT_ARGUMENT_SIZE, /* bytes */
    WEFT_ARGUMENT_RATE, /* bit/s */
    WEFT_ARGUMENT_TIME, /* ps */
    WEFT_ARGUMENT_KINDS
};

struct weft_argument {
    enum weft_argument_kind kind;
    uint64_t min, max; /* both allowed; 1 <= min */
    /* What holds when none is given, in words, and as a number; 0: the policy sees to it. No words: one is needed. */
    const char *without;
    uint64_t standard;
};

/* May this number be the argument? 0 says that none was given. Pure. */
bool weft_argument_allows(const struct weft_argument *argument, uint64_t value);

WEFT_END_DECLS

#endif
