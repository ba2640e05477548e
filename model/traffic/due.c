/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Due instants by steps: where the steps begin and how long they are. */
#include "weft/due.h"

static weft_u128 bit_ps_per_s(const struct weft_clock *clock)
{
    return (weft_u128)clock->payload_bytes * 8 * WEFT_PS_PER_S;
}

void weft_due_step_init(struct weft_due_step *step, const struct weft_clock *clock)
{
    weft_u128 packet = bit_ps_per_s(clock);
    *step = (struct weft_due_step){.rate_bps = clock->rate_bps,
                                   .step_ps = (weft_ps)(packet / clock->rate_bps),
                                   .carry = (uint64_t)(packet % clock->rate_bps)};
}

void weft_due_seek(const struct weft_clock *clock, struct weft_due *due, uint64_t number)
{
    due->number = number;
    due->at_ps = weft_clock_due(clock, number);
    due->carry = clock->media ? 0 : (uint64_t)(number * bit_ps_per_s(clock) % clock->rate_bps);
}
