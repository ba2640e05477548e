/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which numbers may be the argument of a choice. */

#include "weft/argument.h"

bool weft_argument_allows(const struct weft_argument *argument, uint64_t value)
{
    if (argument->kind == WEFT_ARGUMENT_NONE)
        return value == 0;
    if (value == 0)
        return argument->without != NULL && argument->standard == 0;
    return value >= argument->min && value <= argument->max;
}
