/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where dynamic thresholds settle: N queues at q = alpha (B - N q). */
#include "weft/theory.h"

/* part B / (den + num N), rounded down: below 2^32 * 2^50. */
static uint64_t share(uint64_t pool_bytes, uint32_t part, uint32_t num, uint32_t den, uint32_t queues)
{
    assert(num >= 1 && den >= 1);
    return (uint64_t)((weft_u128)part * pool_bytes / (den + (weft_u128)num * queues));
}

uint64_t weft_theory_threshold_bytes(uint64_t pool_bytes, uint32_t alpha_num, uint32_t alpha_den,
                                     uint32_t queues)
{
    return share(pool_bytes, alpha_num, alpha_num, alpha_den, queues);
}

uint64_t weft_theory_threshold_unused_bytes(uint64_t pool_bytes, uint32_t alpha_num, uint32_t alpha_den,
                                            uint32_t queues)
{
    return share(pool_bytes, alpha_den, alpha_num, alpha_den, queues);
}
