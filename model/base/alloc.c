/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory that cannot be had ends the process: nothing in the model could go on without it, and a check after
 * every allocation would be code that no test ever reaches. */
#include "weft/base.h"

#include <stdio.h>
#include <stdlib.h>

static void *insist(void *block, size_t count, size_t size)
{
    if (!block) {
        fprintf(stderr, "weft: out of memory: %zu objects of %zu bytes\n", count, size);
        exit(EXIT_FAILURE);
    }
    return block;
}

void *weft_alloc(size_t count, size_t size)
{
    /* calloc(0) may return NULL, which would look like a failure. */
    return insist(calloc(count ? count : 1, size ? size : 1), count, size);
}

void *weft_resize(void *old, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        return insist(NULL, count, size);
    /* realloc to 0 bytes would free the block. */
    return insist(realloc(old, bytes ? bytes : 1), count, size);
}
