/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of ways to share a pool. */

#include "weft/port.h"

/* What a port that holds `bytes` has of the pool: what is above its reserve. */
static uint64_t above_reserve(const struct weft_buffer_params *params, uint64_t bytes)
{
    return bytes > params->reserved_bytes ? bytes - params->reserved_bytes : 0;
}

/* The frame goes into the reserve, or what of it is above fits into the pool. */
static bool fits(const struct weft_buffer_params *params, const struct weft_buffer_use *use,
                 uint64_t frame_bytes)
{
    uint64_t more_bytes = above_reserve(params, use->bytes + frame_bytes) - above_reserve(params, use->bytes);
    return use->pool_bytes + more_bytes <= params->shared_bytes;
}

/* Choudhury and Hahne, "Dynamic queue length thresholds for shared-memory packet switches", IEEE/ACM Transactions on
 * Networking 6(2), 1998: a queue that has alpha times what is free, or more, gets nothing. The products are below 2^60. */
static bool below_threshold(const struct weft_buffer_params *params, const struct weft_buffer_use *use,
                            uint64_t frame_bytes)
{
    if (use->bytes + frame_bytes <= params->reserved_bytes)
        return true;
    uint64_t free_bytes = params->shared_bytes - use->pool_bytes;
    return fits(params, use, frame_bytes) &&
           above_reserve(params, use->bytes) * params->alpha_den < free_bytes * params->alpha_num;
}

static const struct weft_buffer dynamic = {
    .name = "dynamic",
    .help = "a port may have less of the pool than alpha times what is free of it",
    .pooled = true,
    .accepts = below_threshold};
static const struct weft_buffer complete = {.name = "complete",
                                            .help = "a port may have all that is free of the pool",
                                            .pooled = true,
                                            .accepts = fits};

const struct weft_buffer *const weft_sharings[] = {&dynamic, &complete, NULL};
