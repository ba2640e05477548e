/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DUE_H
#define WEFT_DUE_H

/* When packets of a constant rate are due, one after the other: exactly weft_clock_due(), but a clock asked for every
 * packet divides each time, which costs more than what observers do with the answer. */

#include "weft/traffic.h"

WEFT_BEGIN_DECLS

/* From packet to packet: step_ps + carry / rate_bps picoseconds. Streams of one rate and packet size have one. */
struct weft_due_step {
    uint64_t rate_bps;
    weft_ps step_ps;
    uint64_t carry; /* below rate_bps */
};
/* Packet `number` is due at at_ps + carry / rate_bps. */
struct weft_due {
    uint64_t number;
    weft_ps at_ps;
    uint64_t carry;
};

/* Of a clock, which may be a file's: then the step is that of its mean rate, and says nothing of when packets are due. */
void weft_due_step_init(struct weft_due_step *step, const struct weft_clock *clock);

/* To packet `number`, by the clock. Right for files too, where `carry` has no meaning. */
void weft_due_seek(const struct weft_clock *clock, struct weft_due *due, uint64_t number);

/* To the next packet. */
static inline void weft_due_next(const struct weft_due_step *step, struct weft_due *due)
{
    uint64_t carry = due->carry + step->carry;
    bool carries = carry >= step->rate_bps;
    due->number++;
    due->at_ps += step->step_ps + carries;
    due->carry = carry - (carries ? step->rate_bps : 0);
}

WEFT_END_DECLS

#endif
